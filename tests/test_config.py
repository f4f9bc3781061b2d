"""The settings come from flags, environment and .env; what cannot be used is said at once."""

import os
from pathlib import Path

import pytest

from rag.config import Config, environment, read_config
from rag.errors import ConfigError


def test_without_settings_there_are_defaults() -> None:
    config = read_config({})
    assert config == Config()
    assert (config.data, config.documents) == (Path(".rag"), Path("seeds"))
    assert (config.embedding, config.model, config.has_model) == ("minilm", "", False)
    assert not config.judge
    assert (config.prompts / "answer.system.txt").is_file()


def test_every_setting_has_its_variable() -> None:
    config = read_config(
        {
            "RAG_DATA": "/data",
            "RAG_DOCUMENTS": "~/letters",
            "RAG_MODEL": "small",
            "OPENAI_API_KEY": "secret",
            "OPENAI_BASE_URL": "http://127.0.0.1:11434/v1/",
            "RAG_EMBEDDING": "openai:words",
            "RAG_JUDGE": "on",
            "RAG_DEADLINE": "90",
            "RAG_CACHE": "/cache",
        }
    )
    assert config == Config(
        data=Path("/data"),
        documents=Path.home() / "letters",
        model="small",
        api_key="secret",
        base_url="http://127.0.0.1:11434/v1",
        embedding="openai:words",
        judge=True,
        deadline=90.0,
        cache=Path("/cache"),
    )


@pytest.mark.parametrize("value", ["", "  ", "\t"])
def test_an_empty_value_means_the_default(value: str) -> None:
    names = ("RAG_DATA", "RAG_EMBEDDING", "OPENAI_BASE_URL", "OPENAI_API_KEY", "RAG_CHROMA_URL")
    assert read_config(dict.fromkeys(names, value)) == Config()


@pytest.mark.parametrize("words", ["soon", "0", "-5", "nan", "inf", "4000"])
def test_a_deadline_that_is_none_is_named(words: str) -> None:
    with pytest.raises(ConfigError, match=r"RAG_DEADLINE is .*; write a number of seconds"):
        read_config({"RAG_DEADLINE": words})


def test_the_judge_can_be_turned_off_by_name() -> None:
    assert not read_config({"RAG_JUDGE": "off"}).judge


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OPENAI_BASE_URL"])
def test_a_key_or_an_address_means_that_a_model_is_configured(name: str) -> None:
    assert read_config({name: "http://localhost:1/v1"}).has_model


def test_a_model_name_alone_configures_no_model() -> None:
    assert not read_config({"RAG_MODEL": "small"}).has_model


def test_the_key_is_never_shown() -> None:
    assert "secret" not in repr(read_config({"OPENAI_API_KEY": "secret"}))


def test_the_password_of_the_ledger_is_never_shown() -> None:
    config = read_config({"RAG_LEDGER_URL": "postgresql+psycopg://me:secret@db/footnote"})
    assert config.ledger_url.endswith("@db/footnote")
    assert "secret" not in repr(config)


def test_a_ledger_url_that_is_none_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as raised:
        read_config({"RAG_LEDGER_URL": "me:secret@db"})
    assert "secret" not in str(raised.value)


def test_servers_are_named_by_their_addresses() -> None:
    config = read_config({"RAG_CHROMA_URL": "http://127.0.0.1:8000/"})
    assert config.chroma_url == "http://127.0.0.1:8000"


UNFIT = [
    pytest.param("RAG_EMBEDDING", "word2vec", "no embedding model", id="unknown embedding"),
    pytest.param("RAG_EMBEDDING", "openai:", "no embedding model", id="embedding without a name"),
    pytest.param("OPENAI_BASE_URL", "localhost:11434", "no web address", id="no scheme"),
    pytest.param("OPENAI_BASE_URL", "ftp://host/v1", "no web address", id="another scheme"),
    pytest.param("OPENAI_BASE_URL", "http://", "no web address", id="no host"),
    pytest.param("OPENAI_BASE_URL", "http://[::1", "no web address", id="half a bracket"),
    pytest.param("RAG_DATA", "~nobody-of-that-name/x", "no such user", id="unknown user"),
    pytest.param("RAG_JUDGE", "yes", "write off or on", id="a judge that is neither off nor on"),
    pytest.param("RAG_JUDGE", "ON", "write off or on", id="a judge in capitals"),
    pytest.param("RAG_LEDGER_URL", "mysql://db", "no address of a Postgre", id="another database"),
    pytest.param("RAG_LEDGER_URL", "secret@db", "no address of a Postgre", id="no database"),
    pytest.param("RAG_CHROMA_URL", "chroma:8000", "no web address", id="a Chroma without a scheme"),
]


@pytest.mark.parametrize(("name", "value", "words"), UNFIT)
def test_a_value_that_cannot_be_used_is_named_with_its_variable(
    name: str, value: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as raised:
        read_config({name: value})
    assert str(raised.value).startswith(name)
    assert str(raised.value).endswith(".")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# mine\nRAG_MODEL=small\nPATH=/nowhere\nexport RAG_DATA='d e'\n"
    )
    values = environment(tmp_path)
    assert (values["RAG_MODEL"], values["RAG_DATA"]) == ("small", "d e")
    assert values["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize("make", [Path.mkdir, None], ids=["a folder", "nothing"])
def test_a_folder_without_such_a_file_has_the_environment_alone(
    tmp_path: Path, make: object
) -> None:
    if make is Path.mkdir:
        (tmp_path / ".env").mkdir()
    assert environment(tmp_path) == dict(os.environ)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"RAG_MODEL=\xff\xfe\n")
    with pytest.raises(ConfigError, match=r"\.env cannot be read"):
        environment(tmp_path)
