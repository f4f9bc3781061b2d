"""The index in a process of its own: the same as in this one, and no harm when it dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from multiprocessing.connection import Pipe
from pathlib import Path

import numpy as np
import pytest

from rag.errors import StoreError
from rag.evidence import find_evidence
from rag.generations import InFolder
from rag.ingest import ingest
from rag.libraries import Library
from rag.ownership import holding_index
from rag.store import Pace, PassageRow, Store, open_store
from rag.store_apart import ApartStore, Line, open_apart
from rag.store_child import serve
from tests.small import embed_words, small_library, write_folder
from tests.waiting import until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="lines are handed over as in POSIX")

PATIENCE = 60.0  # seconds
TEXTS = ["Anna Holm bakes rye bread.", "The oven was built in 1921.", "Egypt acted as mediator."]
ROWS = [PassageRow(key, 0, 2, text, f"{key}.md", "A title", None) for key, text in enumerate(TEXTS)]
FEW = Pace(bare=2, whole=2)
QUESTION = "Who mediated the talks?"
SERVES = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a job of the background
from pathlib import Path
from rag.evidence import find_evidence
from rag.ingest import ingest
from tests.small import small_library
with small_library(Path(sys.argv[1])) as library:
    library.serve_others()
    ingest(library, [Path(sys.argv[2])])
    library.rebuild_index()
    assert library.nearest()
    assert find_evidence(library, library.snapshot(), "Who mediated the talks?").evidence
    print(library.store.process, "chromadb" in sys.modules, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "documents")


@pytest.fixture
def library(tmp_path: Path, documents: Path) -> Iterator[Library]:
    """A library that people work with, and its documents."""
    with small_library(tmp_path / "data") as opened:
        opened.serve_others()
        ingest(opened, [documents])
        yield opened


def done_with(store: Store) -> list[object]:
    """Everything that can be done with an index, and what came of it."""
    with closing(store):
        vectors = embed_words(TEXTS)
        store.add_bare(ROWS, vectors, FEW)
        store.add_texts(ROWS, FEW)
        near = [(name, round(distance, 4)) for name, distance in store.near(vectors[0], 2)]
        before = store.count(), store.nearest(vectors[2], 3)
        store.remove([2])
        store.add([PassageRow(7, 0, 1, "The ferry is new.", "7.md", "", 20240826)], vectors[:1])
        return [near, before, store.count(), sorted(store.nearest(vectors[2], 9))]


def test_it_does_what_an_index_in_this_process_does(tmp_path: Path) -> None:
    apart = done_with(open_apart(tmp_path / "apart" / "gen-1", create=True))
    assert apart == done_with(open_store(tmp_path / "here" / "gen-1", create=True))
    with closing(open_store(tmp_path / "apart" / "gen-1")) as store:  # and it is on the disk
        assert store.count() == len(TEXTS)


def test_what_an_index_cannot_do_is_the_same_sentence(tmp_path: Path) -> None:
    with closing(open_apart(tmp_path / "gen-1", create=True)) as store:
        store.add(ROWS, embed_words(TEXTS))
        with pytest.raises(StoreError, match=r"could not be read.*rag rebuild"):
            store.nearest(np.ones(3, np.float32), 1)
        assert store.count() == len(TEXTS)  # and it goes on
    (tmp_path / "gen-1" / "chroma.sqlite3").write_bytes(b"no database")
    with pytest.raises(StoreError, match=r"could not be read.*rag rebuild"):
        open_apart(tmp_path / "gen-1")
    with pytest.raises(StoreError, match="There is no index"):
        open_apart(tmp_path / "gen-2")


def test_a_process_that_ends_at_once_is_an_index_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="could not be read"):
        open_apart(tmp_path / "gen-1", create=True, command=(sys.executable, "-c", ""))


def test_a_process_that_cannot_be_begun_is_an_index_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="could not be read"):
        open_apart(tmp_path / "gen-1", create=True, command=(str(tmp_path / "nothing"),))


def test_what_nobody_foresaw_keeps_nobody_waiting(tmp_path: Path) -> None:
    with closing(open_apart(tmp_path / "gen-1", create=True)) as store:
        store.add(ROWS, embed_words(TEXTS))
        for _ in range(2):
            with pytest.raises(StoreError, match=r"could not be read.*rag rebuild"):
                store.nearest("no vector", 1)  # type: ignore[arg-type]
        assert store.count() == len(TEXTS)


def test_nobody_waits_at_a_line_that_is_not_served_any_more(tmp_path: Path) -> None:
    here, there = Pipe()
    with closing(open_store(tmp_path / "gen-1", create=True)) as store:
        here.send(("drop everything", ()))
        with pytest.raises(AssertionError, match="drop everything"):
            serve(store, there)
    assert here.poll(1)  # there is an end to hear
    with pytest.raises((EOFError, OSError)):
        here.recv()


def test_who_was_interrupted_leaves_no_answer_to_the_next_one() -> None:
    here, there = Pipe()
    line = Line(here)
    with pytest.raises(KeyboardInterrupt), interrupted_soon():
        line.ask("nearest", ("the first question",), PATIENCE)
    with suppress(OSError):
        there.send(("an answer to the first question", ""))
    with pytest.raises(OSError, match="closed"):
        line.ask("nearest", ("the second question",), PATIENCE)


@contextmanager
def interrupted_soon() -> Iterator[None]:
    """As Control-C does it, in a while."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_where_people_work_chroma_is_in_no_process_of_theirs(
    tmp_path: Path, documents: Path
) -> None:
    with serving(tmp_path, documents) as process:
        assert process.stdout
        assert process.stdout.readline().split()[1] == b"False"
        process.communicate(b"", timeout=PATIENCE)


def test_a_question_that_ends_the_index_is_answered_and_the_index_is_built_anew(
    library: Library,
) -> None:
    store = library.store
    assert isinstance(store, ApartStore)
    assert library.nearest()
    os.kill(store.process, signal.SIGKILL)
    found = find_evidence(library, library.snapshot(), QUESTION)
    assert "acted as mediators" in found.evidence[0].sentence.text
    until(lambda: library.store not in {None, store} and library.nearest() is not None)
    assert library.prepare_index().count() == len(library.snapshot().windows)
    assert not library.trouble


def test_an_index_that_died_while_nobody_asked_is_there_again_for_the_next_change(
    library: Library, documents: Path
) -> None:
    store = library.store
    assert isinstance(store, ApartStore)
    os.kill(store.process, signal.SIGKILL)
    write_folder(documents, {"new.txt": "The ferry is new."})
    with pytest.raises(StoreError, match="could not be written"):
        ingest(library, [documents])
    assert not ingest(library, [documents]).failed
    assert library.prepare_index().count() == len(library.snapshot().windows)


def test_an_index_that_hangs_is_given_up_and_built_anew(library: Library) -> None:
    library.rebuild_index()
    store = library.store
    assert isinstance(store, ApartStore)
    store.silence = 0.5
    os.kill(store.process, signal.SIGSTOP)
    assert find_evidence(library, library.snapshot(), QUESTION).evidence
    library.prepare_index()
    assert library.nearest()
    assert library.store is not store


def test_the_process_ends_when_its_owner_is_killed(tmp_path: Path, documents: Path) -> None:
    with serving(tmp_path, documents) as process:
        assert process.stdout
        holder = int(process.stdout.readline().split()[0])
        process.kill()
        process.wait()
    until(lambda: not _is_running(holder))
    with holding_index(tmp_path / "data" / "index"):
        pass
    with small_library(tmp_path / "data") as library:  # what it left is sound
        assert library.prepare_index().count() == len(library.snapshot().windows)


def test_control_c_in_a_terminal_does_not_reach_the_index(tmp_path: Path, documents: Path) -> None:
    with serving(tmp_path, documents, start_new_session=True) as process:
        assert process.stdout
        assert process.stderr
        holder = int(process.stdout.readline().split()[0])
        os.killpg(process.pid, signal.SIGINT)  # the group in the foreground, as a terminal does
        process.wait(PATIENCE)
        said = process.stderr.read().decode()
    until(lambda: not _is_running(holder))
    assert said.count("Traceback") == said.count("KeyboardInterrupt") == 1  # the owner's, of here
    with small_library(tmp_path / "data") as library:
        number = library.ledger.state()["generation"]
        assert library.prepare_index().count() == len(library.snapshot().windows)
        assert library.ledger.state()["generation"] == number  # it was left whole


def test_an_index_is_opened_once_the_process_of_a_dead_owner_is_gone(tmp_path: Path) -> None:
    generations = InFolder(tmp_path, is_apart=True)
    with closing(generations.make(1)) as first:
        opening = subprocess.Popen(
            [sys.executable, "-c", WAITS, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert opening.stdout
        assert opening.stdout.readline() == b"opening\n"
        with pytest.raises(subprocess.TimeoutExpired):
            opening.wait(2)
        first.close()
        assert opening.communicate(timeout=PATIENCE)[0] == b"open\n"


WAITS = """
import sys
from pathlib import Path
import chromadb  # it takes its time, which is not to be taken for waiting
from rag.generations import InFolder
print("opening", flush=True)
InFolder(Path(sys.argv[1])).open(1).close()
print("open")
"""


def serving(
    tmp_path: Path, documents: Path, *, start_new_session: bool = False
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", SERVES, str(tmp_path / "data"), str(documents)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if start_new_session else None,
        start_new_session=start_new_session,
    )


def _is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False
