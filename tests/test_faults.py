"""A model server that is an adversary: whatever it does, the evidence is there and it is said."""

import re
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import pytest

from rag.config import Config
from rag.ingest import ingest
from rag.libraries import Library
from rag.proceeding import ask
from rag.turns import Turn
from rag.types import Message, Mode
from rag.ui.opening import LibraryEngine
from rag.ui.showing import NOTICED
from tests.faults import FAULTS
from tests.small import small_library, write_folder

CANARY = "sk-canary-5f1e"
QUESTION = "When did the round in Cairo close?"
HISTORY = [Message("user", "Who acted as mediators in Cairo?"), Message("assistant", "Egypt did.")]


SHORT, USUAL = Config(model="small", deadline=1.0), Config(model="small")
UNNAMED = Config()  # the server is asked for the models that it has before it is asked anything


@dataclass(frozen=True)
class Seen:
    """What a reader saw: the last state, and after how many seconds what was there."""

    last: Turn
    evidence: float
    notice: float
    end: float


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("library")
    with small_library(folder / "data") as opened:
        ingest(opened, [write_folder(folder / "documents")])
        yield opened


def look(library: Library, name: str, config: Config, history: Sequence[Message] = ()) -> Seen:
    with FAULTS[name].serve() as url:
        return _look(_engine(library, replace(config, base_url=url, api_key=CANARY)), history)


def _engine(library: Library, config: Config) -> LibraryEngine:
    """The same documents under other settings."""
    config = replace(config, data=library.config.data)
    return LibraryEngine(Library(config, library.embedding, library.ledger, None))


def _look(engine: LibraryEngine, history: Sequence[Message]) -> Seen:
    begun, evidence, notice = time.monotonic(), 0.0, 0.0
    turns = ask(engine, QUESTION, history)
    for turn in turns:
        now = time.monotonic() - begun
        evidence = evidence or now * bool(turn.sources)
        notice = notice or now * (bool(turn.error) or turn.silent >= NOTICED)
        last = turn
    return Seen(last, evidence, notice, time.monotonic() - begun)


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_the_server_does_the_documents_answer_and_it_is_said(
    library: Library, name: str
) -> None:
    last = look(library, name, SHORT).last
    assert last.sources
    if FAULTS[name].leaves:
        assert last.answer.incomplete
        assert last.answer.text.startswith(FAULTS[name].leaves)
    else:
        assert (last.answer.mode, last.answer.incomplete) == (Mode.QUOTES, False)
        assert_is_a_sentence(last.error)
    assert CANARY not in repr(last)


@pytest.mark.parametrize("name", [name for name in FAULTS if not FAULTS[name].is_slow])
def test_a_server_that_fails_while_it_lists_its_models_is_as_harmless(
    library: Library, name: str
) -> None:
    last = look(library, name, replace(SHORT, model="")).last
    assert last.sources
    if last.error:
        assert_is_a_sentence(last.error)
    else:
        assert last.answer.mode is Mode.MODEL
    assert CANARY not in repr(last)


def assert_is_a_sentence(message: str) -> None:
    assert message.endswith(".")
    assert len(message) < 400
    assert not re.search(r"\n|Traceback|Error\b|Exception", message)


def test_a_handful_of_messages_covers_them_all(library: Library) -> None:
    """Numbers, addresses and the server's own words apart, there are few that one must know."""
    said = {look(library, name, SHORT).last.error for name in FAULTS if not FAULTS[name].is_slow}
    shapes = {re.sub(r"http\S+|\(.*\)|:.*?;|'\w+'", "…", message) for message in said if message}
    assert len(shapes) <= 14


@pytest.mark.slow
def test_the_reader_never_waits_for_long(library: Library) -> None:
    """With the usual patience, behind a conversation: evidence in 2 s, a notice in 3, or in 10
    where the server hangs, and an end in 60.
    """  # noqa: D205
    slow = [name for name in FAULTS if FAULTS[name].is_slow]
    quick = [name for name in FAULTS if not FAULTS[name].is_slow]
    look(library, quick[0], USUAL)  # loads the vendor
    looking = partial(look, library, history=HISTORY)
    both = [(name, config) for config in (USUAL, UNNAMED) for name in slow]
    found = [looking(name, config) for config in (USUAL, UNNAMED) for name in quick]
    with ThreadPoolExecutor(len(both)) as pool:
        hanging = list(pool.map(lambda one: looking(*one), both))
    sys.stdout.write(
        "\n" + "\n".join(map(_line, [*quick, *quick, *slow, *slow], [*found, *hanging]))
    )
    assert all(seen.evidence < 2.0 for seen in [*found, *hanging])
    assert all(seen.notice < 3.0 for seen in found)
    assert all(seen.notice < 10.0 for seen in hanging)
    assert all(seen.end < 60.0 for seen in [*found, *hanging])


def _line(name: str, seen: Seen) -> str:
    times = f"evidence {seen.evidence:5.2f}  notice {seen.notice:5.2f}  end {seen.end:5.2f}"
    return f"{name:32} {times}"
