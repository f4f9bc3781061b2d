"""Collections: what each has of its own, how they are named, made, changed and removed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answering import answer_events
from rag.collections import DEFAULT, change, chosen, found, make, named, names_of, settings
from rag.collections.listing import held
from rag.collections.opened import Embeddings, Opened
from rag.collections.removing import remove
from rag.config import Config
from rag.conversations import Conversations
from rag.conversations.turns import KeptTurn
from rag.embedding import Embedding
from rag.errors import CollectionError, FingerprintError, LedgerError, OwnedError
from rag.ingest import ingest
from rag.libraries import Library, assembled, open_library
from rag.ownership import take_ownership
from rag.scope import Search
from rag.types import Answer, AnswerFinished, Mode, Outcome
from tests.small import small_embedding, write_folder

ROCKETS = {"strikes.txt": "The rockets were 320 by the first count.\n"}
OTHERS = {"strikes.txt": "The rockets were 400 by another count.\n"}
HOSTILE = ["../x", "..", ".", "", "a/b", "a\\b", "/etc", "A", "ä", "a b", "a\n", "-a", "_a", "a:b"]
BLANK = Answer("What is legal?", "What is legal?", Outcome.NOT_FOUND, Mode.QUOTES, "")
QUESTION = "How many were the rockets?"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The settings of an installation whose usual set is about the first count."""
    documents = write_folder(tmp_path / "usual", ROCKETS)
    return Config(data=tmp_path / "data", documents=documents)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of another set, whose file has the same name."""
    return write_folder(tmp_path / "other", OTHERS)


def opened(config: Config, embedding: Embedding | None = None) -> Library:
    embedding = embedding or small_embedding()
    return assembled(config, embedding, take_ownership(config.data))


def filled(config: Config) -> Library:
    library = opened(config)
    ingest(library, [config.documents])
    return library


def answer(library: Library) -> Answer:
    events = [*answer_events(library, None, QUESTION, (), Search())]
    return next(it.answer for it in events if isinstance(it, AnswerFinished))


@pytest.mark.parametrize("name", [*HOSTILE, "a" * 41])
def test_a_name_that_might_be_a_path_is_refused_in_one_sentence(
    config: Config, folder: Path, name: str
) -> None:
    with pytest.raises(CollectionError, match="cannot name a collection") as caught:
        named(name)
    assert "\n" not in str(caught.value)
    if name:  # without a name it is the usual one
        with pytest.raises(CollectionError):
            make(config, name, folder, "minilm")
        with pytest.raises(CollectionError):
            found(config, name)
        with pytest.raises(CollectionError):
            remove(config, name)
    assert not config.data.exists()


@pytest.mark.parametrize("name", ["a", "legal", "2024_q3", "human-resources", "0", "a" * 40])
def test_a_name_of_small_letters_and_digits_is_taken(name: str) -> None:
    assert named(name) == name


def test_an_installation_without_collections_is_as_it_was(config: Config) -> None:
    assert names_of(config) == [DEFAULT]
    assert chosen(config) == config
    assert chosen(replace(config, collection=DEFAULT)) == config
    assert not config.data.exists()


def test_an_old_data_folder_is_the_usual_collection(config: Config, folder: Path) -> None:
    filled(config).close()
    before = {path: path.read_bytes() for path in config.data.glob("ledger.sqlite")}
    make(config, "legal", folder, "minilm")
    assert {path: path.read_bytes() for path in config.data.glob("ledger.sqlite")} == before
    assert [(one.name, one.documents, one.sentences) for one in held(config)] == [
        (DEFAULT, 1, 1),
        ("legal", 0, 0),
    ]


def test_a_collection_has_a_folder_documents_and_embedding_of_its_own(
    config: Config, folder: Path
) -> None:
    make(config, "legal", folder, "openai:large")
    its = chosen(replace(config, collection="legal"))
    assert its.data == config.data / "collections" / "legal"
    assert (its.documents, its.embedding, its.collection) == (folder, "openai:large", "legal")


def test_two_collections_with_the_same_file_names_never_mix(config: Config, folder: Path) -> None:
    its = settings(config, make(config, "legal", folder, "minilm"))
    usual, legal = filled(config), filled(its)
    try:
        told = answer(usual), answer(legal)
        assert usual.document("strikes.txt") != legal.document("strikes.txt")
    finally:
        usual.close()
        legal.close()
    assert ["320" in one.text for one in told] == [True, False]
    assert ["400" in one.text for one in told] == [False, True]
    assert {it.document for one in told for it in one.citations} == {"strikes.txt"}


def test_each_collection_has_a_fingerprint_of_its_own(config: Config, folder: Path) -> None:
    its = settings(config, make(config, "legal", folder, "minilm"))
    filled(config).close()
    library = opened(its, small_embedding("others"))
    ingest(library, [its.documents])
    library.close()
    opened(config).close()
    with pytest.raises(FingerprintError):
        opened(its)


def test_conversations_are_kept_apart(config: Config, folder: Path) -> None:
    its = settings(config, make(config, "legal", folder, "minilm"))
    for one in (config, its):
        filled(one).close()
    kept = Conversations(its.data, its.ledger_url)
    kept.keep(KeptTurn("a", "What is legal?", BLANK))
    assert [one.title for one in kept.entries()] == ["What is legal?"]
    assert not Conversations(config.data, config.ledger_url).entries()


def test_a_name_that_is_taken_is_not_made_again(config: Config, folder: Path) -> None:
    make(config, "legal", folder, "minilm")
    for name in ("legal", DEFAULT):
        with pytest.raises(CollectionError, match="is there already"):
            make(config, name, folder, "minilm")


def test_a_folder_that_is_not_there_is_named(config: Config, tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="There is no folder"):
        make(config, "legal", tmp_path / "nowhere", "minilm")
    assert names_of(config) == [DEFAULT]


def test_an_unknown_name_is_answered_with_those_that_there_are(
    config: Config, folder: Path
) -> None:
    make(config, "legal", folder, "minilm")
    with pytest.raises(CollectionError) as caught:
        chosen(replace(config, collection="leagl"))
    assert str(caught.value) == "There is no collection 'leagl'; there is default and legal."


def test_a_collection_is_changed(config: Config, folder: Path, tmp_path: Path) -> None:
    made = make(config, "legal", folder, "minilm")
    changed = change(config, "legal", tmp_path, "openai:large")
    assert found(config, "legal") == changed
    assert (changed.documents, changed.embedding) == (tmp_path, "openai:large")
    assert changed.mark == made.mark
    with pytest.raises(CollectionError, match="RAG_DOCUMENTS"):
        change(config, DEFAULT, tmp_path)


def test_a_removed_collection_is_put_aside_and_its_documents_stay(
    config: Config, folder: Path
) -> None:
    its = settings(config, make(config, "legal", folder, "minilm"))
    filled(its).close()
    where = remove(config, "legal")
    assert names_of(config) == [DEFAULT]
    assert str(folder) in where
    (put,) = (config.data / "collections" / ".removed").iterdir()
    assert str(put) in where
    assert (put / "ledger.sqlite").exists()
    assert (folder / "strikes.txt").read_text(encoding="utf-8") == OTHERS["strikes.txt"]


def test_what_was_put_aside_can_be_put_back(config: Config, folder: Path) -> None:
    its = settings(config, make(config, "legal", folder, "minilm"))
    filled(its).close()
    remove(config, "legal")
    (put,) = (config.data / "collections" / ".removed").iterdir()
    put.rename(its.data)
    library = opened(its)
    assert "400" in answer(library).text
    library.close()


def test_a_collection_that_another_process_owns_is_not_removed(
    config: Config, folder: Path
) -> None:
    its = settings(config, make(config, "legal", folder, "minilm"))
    held_open = (
        "import sys, time; from pathlib import Path; from rag.ownership import take_ownership;"
        "held = take_ownership(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", held_open, str(its.data)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        try:
            with pytest.raises(OwnedError, match=f"process {other.pid}"):
                remove(config, "legal")
        finally:
            other.kill()
    assert names_of(config) == [DEFAULT, "legal"]


def test_the_usual_collection_is_not_removed(config: Config) -> None:
    filled(config).close()
    for name in ("", DEFAULT):
        with pytest.raises(CollectionError, match="stays"):
            remove(config, name)
    assert (config.data / "ledger.sqlite").exists()


def test_an_unknown_collection_is_not_removed(config: Config) -> None:
    with pytest.raises(CollectionError, match="There is no collection 'legal'"):
        remove(config, "legal")
    assert not config.data.exists()


@pytest.mark.parametrize("written", ["", "[]", "{", '{"documents": 1}', "\x00"])
def test_a_damaged_file_costs_its_own_collection_alone(
    config: Config, folder: Path, written: str
) -> None:
    for name in ("hr", "legal"):
        make(config, name, folder, "minilm")
    file = config.data / "collections" / "hr" / "collection.json"
    file.write_text(written, encoding="utf-8")
    assert names_of(config) == [DEFAULT, "legal"]
    with pytest.raises(CollectionError, match=r"collection\.json cannot be read"):
        found(config, "hr")
    remove(config, "hr")
    with pytest.raises(CollectionError, match="There is no collection 'hr'"):
        found(config, "hr")


def test_folders_of_others_are_no_collections(config: Config) -> None:
    for name in ("Legal", DEFAULT, ".removed", "a b"):
        place = config.data / "collections" / name
        place.mkdir(parents=True)
        row = {"documents": "/", "embedding": "minilm", "mark": ""}
        (place / "collection.json").write_text(json.dumps(row), encoding="utf-8")
    assert names_of(config) == [DEFAULT]


# a process with several of them open


@pytest.fixture
def both(config: Config, folder: Path) -> Iterator[Opened[Library]]:
    make(config, "legal", folder, "minilm")
    several: Opened[Library] = Opened(config, filled, Library.close)
    yield several
    several.close()


def test_a_collection_is_opened_once(both: Opened[Library]) -> None:
    assert not both.has("legal")
    assert both.of("legal") is both.of("legal")
    assert both.of("") is both.of(DEFAULT)
    assert both.has("legal")


def test_one_that_was_removed_while_open_is_not_answered_from(
    both: Opened[Library], folder: Path
) -> None:
    library = both.of("legal")
    both.config.data.joinpath("collections", "legal").rename(folder / "away")  # as another would
    with pytest.raises(CollectionError, match="There is no collection 'legal'"):
        both.of("legal")
    assert not both.has("legal")
    assert both.of("").documents()
    with pytest.raises(LedgerError):
        library.documents()


def test_one_that_was_made_anew_is_opened_anew(
    both: Opened[Library], folder: Path, tmp_path: Path
) -> None:
    old = both.of("legal")
    both.config.data.joinpath("collections", "legal").rename(folder / "away")
    make(both.config, "legal", write_folder(tmp_path / "new", ROCKETS), "minilm")
    new = both.of("legal")
    assert new is not old
    assert "320" in answer(new).text


def test_two_collections_hold_one_embedding_model(config: Config, folder: Path) -> None:
    embeddings = Embeddings()
    its = settings(config, make(config, "legal", folder, "minilm"))
    libraries = [open_library(one, embeddings=embeddings.open) for one in (config, its)]
    try:
        assert libraries[0].embedding is libraries[1].embedding
    finally:
        for library in libraries:
            library.close()
