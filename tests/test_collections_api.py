"""Collections over HTTP: how one is named, which token may ask which, and what nobody is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import openai
import pytest
from typer.testing import CliRunner

from rag.api.engine import LibraryEngine
from rag.api.settings import ApiSettings, read_settings
from rag.api.tokens import Caller, caller_of, new_token, tokens_of_file, tokens_of_text
from rag.askers import askers_file
from rag.cli import app as terminal
from rag.collections import make
from rag.collections.opened import Opened
from rag.config import Config
from rag.errors import CollectionError, ConfigError
from rag.ingest import ingest
from tests.api import Api, listening_at, message_of, user
from tests.small import small_library, write_folder

ALL, LEGAL, USUAL = (f"{name}-has-a-long-token" for name in ("all", "legal", "usual"))
TOKENS = f"anna={ALL}, ben/legal={LEGAL}, cleo/default={USUAL}"
GUARDED = ApiSettings(port=0, tokens=tokens_of_text(TOKENS), hosts=frozenset())
QUESTION = "How many were the rockets?"
ROCKETS = {"strikes.txt": "The rockets were 320 by the first count.\n"}
OTHERS = {"strikes.txt": "The rockets were 400 by another count.\n"}


def begin(stack: list[object], config: Config) -> LibraryEngine:
    """Open a collection with the small embedding, whose block ends with the test."""
    block = small_library(config.data, documents=config.documents)
    library = block.__enter__()
    stack.append(block)
    library.config = config
    ingest(library, [config.documents])
    return LibraryEngine(library)


def end(_: LibraryEngine) -> None:
    """Leave the closing to the block."""


@contextmanager
def served(
    folder: Path, settings: ApiSettings = GUARDED, *, keep_askers: bool = False
) -> Iterator[Api]:
    """Serve two sets with the same file name and other words in it."""
    documents = write_folder(folder / "usual", ROCKETS)
    config = Config(data=folder / "data", documents=documents, keep_askers=keep_askers)
    make(config, "legal", write_folder(folder / "other", OTHERS), "minilm")
    blocks: list[object] = []
    several = Opened(config, partial(begin, blocks), end)
    library = several.of("").open_library
    try:
        with listening_at(library, settings, several) as url:
            yield Api(url, library)
    finally:
        for block in blocks:
            block.__exit__(None, None, None)  # type: ignore[attr-defined]


def key(token: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_each_collection_answers_from_its_own_documents(tmp_path: Path) -> None:
    with served(tmp_path) as api:
        usual = api.post("/ask", {"question": QUESTION}, **key(ALL)).json()
        legal = api.post("/ask", {"question": QUESTION, "collection": "legal"}, **key(ALL)).json()
    assert ("320" in usual["text"], "400" in usual["text"]) == (True, False)
    assert ("320" in legal["text"], "400" in legal["text"]) == (False, True)


def test_evidence_documents_and_sources_are_those_of_the_collection(tmp_path: Path) -> None:
    with served(tmp_path) as api:
        wished = {"question": QUESTION, "collection": "legal"}
        evidence = api.post("/retrieve", wished, **key(LEGAL)).json()["evidence"]
        listed = api.get("/documents?collection=legal", **key(LEGAL)).json()["documents"]
        text = api.get("/source?doc=strikes.txt&collection=legal", **key(LEGAL)).json()["text"]
        usual = api.get("/source?doc=strikes.txt", **key(USUAL)).json()["text"]
    assert "400" in evidence[0]["text"]
    assert [one["document"] for one in listed] == ["strikes.txt"]
    assert ("400" in text, "320" in usual) == (True, True)


@pytest.mark.parametrize(
    ("model", "field"),
    [("footnote:legal", ""), ("footnote", "legal"), ("footnote-quotes:legal", "legal")],
)
def test_a_chat_names_its_collection_by_the_model_or_by_a_field(
    tmp_path: Path, model: str, field: str
) -> None:
    with served(tmp_path) as api:
        reply = api.client(LEGAL).chat.completions.create(
            model=model, messages=[user(QUESTION)], extra_body={"footnote": {"collection": field}}
        )
    message = reply.choices[0].message
    assert "400" in (message.content or "")
    assert message.annotations
    assert message.annotations[0].url_citation.url.partition("#")[0].endswith("&collection=legal")


def test_a_chat_that_names_two_collections_is_refused(tmp_path: Path) -> None:
    body = {"model": "footnote:legal", "messages": [user(QUESTION)]}
    with served(tmp_path) as api:
        reply = api.post(
            "/v1/chat/completions", body | {"footnote": {"collection": "default"}}, **key(ALL)
        )
    assert reply.status_code == 400
    assert "two collections" in message_of(reply)


@pytest.mark.parametrize(
    ("token", "names"),
    [
        (ALL, ["footnote", "footnote-quotes", "footnote:legal", "footnote-quotes:legal"]),
        (LEGAL, ["footnote:legal", "footnote-quotes:legal"]),
        (USUAL, ["footnote", "footnote-quotes"]),
    ],
    ids=["all", "legal", "usual"],
)
def test_a_token_is_shown_the_models_that_it_may_ask(
    tmp_path: Path, token: str, names: list[str]
) -> None:
    with served(tmp_path) as api:
        assert [one.id for one in api.client(token).models.list()] == names
        assert api.client(token).models.retrieve(names[-1]).id == names[-1]


@pytest.mark.parametrize("name", ["legal", "nothing", "../x", "A", "legal ", "x" * 400])
def test_a_forbidden_collection_is_refused_like_one_that_there_is_not(
    tmp_path: Path, name: str
) -> None:
    wished = {"question": QUESTION, "collection": name}
    with served(tmp_path) as api:
        replies = [
            api.post("/ask", wished, **key(USUAL)),
            api.post("/retrieve", wished, **key(USUAL)),
            api.get("/documents", params={"collection": name}, **key(USUAL)),
            api.get("/source", params={"doc": "strikes.txt", "collection": name}, **key(USUAL)),
            api.get(f"/v1/models/footnote:{name}", **key(USUAL)) if "/" not in name else None,
        ]
        with pytest.raises(openai.NotFoundError) as caught:
            api.client(USUAL).chat.completions.create(
                model=f"footnote:{name}", messages=[user(QUESTION)]
            )
    said = {(one.status_code, one.text) for one in replies if one is not None}
    assert len(said) == 1
    ((status, text),) = said
    assert status == 404
    assert caught.value.code == "collection_not_found"
    assert "400" not in text
    assert name not in text or name == "A"


def test_a_token_for_another_collection_is_not_told_of_the_usual_one(tmp_path: Path) -> None:
    with served(tmp_path) as api:
        assert api.post("/ask", {"question": QUESTION}, **key(LEGAL)).status_code == 404
        assert api.get("/documents", **key(LEGAL)).status_code == 404
        assert api.get("/source?doc=strikes.txt", **key(LEGAL)).status_code == 404
        assert api.get("/metrics", **key(LEGAL)).status_code == 403
        ready = api.get("/ready", **key(LEGAL)).json()
        assert "documents" not in str(ready)
        assert api.get("/metrics", **key(ALL)).status_code == 200


def test_one_that_is_removed_while_it_is_served_is_gone_at_once(tmp_path: Path) -> None:
    wished = {"question": QUESTION, "collection": "legal"}
    with served(tmp_path) as api:
        assert api.post("/ask", wished, **key(ALL)).status_code == 200
        place = tmp_path / "data" / "collections"
        (place / "legal").rename(place / ".removed")
        reply = api.post("/ask", wished, **key(ALL))
        assert (reply.status_code, api.get("/ready").json()["ready"]) == (404, True)
        assert "footnote:legal" not in api.get("/v1/models", **key(ALL)).text
    assert "no such collection" in message_of(reply)


def test_who_asked_is_kept_nowhere_unless_it_is_wanted(tmp_path: Path) -> None:
    with served(tmp_path) as api:
        api.post("/ask", {"question": QUESTION}, **key(ALL))
        metrics = api.get("/metrics", **key(ALL)).text
    assert "anna" not in metrics
    assert not holding(tmp_path / "data", b"anna")


def test_who_asked_is_kept_with_the_collection_where_it_is_wanted(tmp_path: Path) -> None:
    with served(tmp_path, keep_askers=True) as api:
        api.post("/ask", {"question": QUESTION}, **key(ALL))
        api.post("/retrieve", {"question": "Where?", "collection": "legal"}, **key(LEGAL))
        refused = {"question": "Secret?", "collection": "legal"}
        api.post("/ask", refused, **key(USUAL))
        metrics = api.get("/metrics", **key(ALL)).text
    data = tmp_path / "data"
    assert "anna" not in metrics
    usual = askers_file(data)
    legal = askers_file(data / "collections" / "legal")
    assert holding(data, b"anna") == [usual]
    assert holding(data, b'"ben"') == [legal]
    assert QUESTION in usual.read_text(encoding="utf-8")
    assert not holding(data, b"Secret?")


def holding(folder: Path, word: bytes) -> list[Path]:
    """The files below a folder in which a word stands."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if word in path.read_bytes()]


# tokens


def test_a_token_names_its_collections_behind_its_holder() -> None:
    (token,) = tokens_of_text("ben/legal/hr=ben-has-a-long-token")
    assert (token.name, token.collections) == ("ben", frozenset({"legal", "hr"}))


def test_a_line_of_before_may_ask_everything(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    token, line = new_token("anna")
    file.write_text(line, encoding="utf-8")
    caller = caller_of(tokens_of_file(file), token)
    assert caller == Caller("anna")
    assert caller.may_ask("whatever there will be")


def test_a_token_for_some_collections_is_made_in_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    words = ["token", "ben", "--collection", "legal", "--collection", "hr", "--file", str(file)]
    from rag.cli import serving  # noqa: F401 - it adds the command

    token = CliRunner().invoke(terminal, words).stdout.strip()
    caller = caller_of(tokens_of_file(file), token)
    assert caller == Caller("ben", frozenset({"legal", "hr"}))
    assert not caller.may_ask("default")


def test_a_token_that_is_made_where_a_collection_is_chosen_asks_that_one_only(
    tmp_path: Path,
) -> None:
    file = tmp_path / "tokens"
    from rag.cli import serving  # noqa: F401 - it adds the command

    words = ["--collection", "legal", "token", "ben", "--file", str(file)]
    token = CliRunner().invoke(terminal, words).stdout.strip()
    assert caller_of(tokens_of_file(file), token) == Caller("ben", frozenset({"legal"}))


@pytest.mark.parametrize("lines", ["ben/legal={0},ben={0}", "ben={0},ben/legal={0}"])
def test_a_token_that_is_there_twice_is_not_the_wider_one(lines: str) -> None:
    with pytest.raises(ConfigError, match="The token of ben is there twice") as caught:
        tokens_of_text(lines.format(LEGAL))
    assert LEGAL not in str(caught.value)
    assert len(tokens_of_text(f"ben={ALL},ben={ALL}")) == 1


def test_a_token_in_both_places_is_not_the_wider_one(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    token, line = new_token("ben", ["legal"])
    file.write_text(line, encoding="utf-8")
    both = {"RAG_API_TOKENS": f"ben={token}", "RAG_API_TOKEN_FILE": str(file)}
    with pytest.raises(ConfigError, match="there twice"):
        read_settings(both, "127.0.0.1", 0)


@pytest.mark.parametrize("words", ["ben/", "ben/../x", "ben//legal", "/legal", "ben/A"])
def test_a_token_with_collections_that_cannot_be_is_refused(words: str) -> None:
    with pytest.raises(ConfigError, match="is not understood"):
        tokens_of_text(f"{words}=ben-has-a-long-token")


def test_a_name_that_no_collection_has_is_refused_for_a_token() -> None:
    with pytest.raises(CollectionError, match="cannot name a collection"):
        new_token("ben", ["../x"])
