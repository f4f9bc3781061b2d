"""The n-th write fails, for every n: ``python -m eval.full_disk``.

A library has to take in documents that are new, changed and gone while no file may grow beyond a
limit (RLIMIT_FSIZE), page by page from nothing to enough; and again on a small disk of its own
(a tmpfs, where the system lets us mount one) with so many pages free. Every time: one sentence and
no traceback, questions are answered meanwhile by the documents as they were or as they will be, by
this process and by a new one; and once there is room, the next ingest mends everything. The status
is 1 if anything was wrong.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from eval.crash.living import Place, wrong_answers, wrong_documents
from eval.crash.notes import Versions, write
from rag.errors import FootnoteError
from rag.ingest import ingest
from rag.ledger import open_ledger
from rag.libraries import Library
from tests.small import small_library

PAGE = 4_096
MOST_SECONDS = 120
PROCESSES = multiprocessing.get_context("forkserver")
BALLAST = "ballast"


@dataclass(frozen=True, slots=True)
class Full:
    """What became of an ingest with so many pages of room: its sentence, and faults."""

    room: int
    sentence: str
    faults: list[str]


@contextmanager
def small_files(place: Place, room: int) -> Iterator[None]:
    """No file of this process grows beyond so many pages."""
    del place
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room * PAGE, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


@contextmanager
def small_disk(place: Place, room: int) -> Iterator[None]:
    """The disk below the data folder has so many pages free."""
    ballast = place.data.parent / BALLAST
    handle = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(handle, bytes(PAGE)):
            pass
    except OSError:
        pass
    os.ftruncate(handle, max(0, os.fstat(handle).st_size - room * PAGE))
    os.close(handle)
    try:
        yield
    finally:
        ballast.unlink()


LIMITS = {"small files": small_files, "small disk": small_disk}


def later(place: Place) -> Versions:
    """The documents as they are to become: one is gone, one is new, the others are changed."""
    first, *others = place.names
    return dict.fromkeys(others, 2) | {first: 0}


def try_room(place: Place, how: str, room: int, tell: Connection) -> None:
    """Ingest with little room, look, and ingest again with enough; tells a Full."""
    allowed = {name: {1, version} for name, version in later(place).items()}
    allowed[place.names[-1]] = {0, 2}
    faults: list[str] = []
    sentence = ""
    with small_library(place.data) as library:
        library.snapshot()
        with LIMITS[how](place, room):
            try:
                ingest(library, [place.documents])
            except FootnoteError as error:
                sentence = str(error)
            except BaseException as error:  # noqa: BLE001 - that is what is looked for
                faults.append(f"traceback: {type(error).__name__}: {error}")
            faults += _seen(library, place, allowed)
            faults += _read_anew(place)
        faults += _mended(library, place, "the same process") if room % 2 else []
    with small_library(place.data) as library:
        faults += _seen(library, place, allowed)
        faults += _mended(library, place, "a new process")
    faults += [f"sentence: {sentence}"] if "\n" in sentence else []
    tell.send(Full(room, sentence, faults))


def _seen(library: Library, place: Place, allowed: dict[str, set[int]]) -> list[str]:
    try:
        faults = list(wrong_documents(library, place, allowed))
        names = [entry.id for entry in library.documents()]
        return faults + list(wrong_answers(library, names, "little room"))
    except FootnoteError as error:
        return [f"unread: {error}"]


def _read_anew(place: Place) -> list[str]:
    """Whether somebody who opens the ledger now can read it."""
    try:
        ledger = open_ledger(place.data)
        held = len(list(ledger.records()))
        ledger.close()
    except FootnoteError as error:
        return [f"unread: {error}"]
    return [] if held else ["lost: a new reader sees no documents"]


def _mended(library: Library, place: Place, who: str) -> list[str]:
    try:
        ingest(library, [place.documents])
    except FootnoteError as error:
        return [f"not mended by {who}: {error}"]
    wanted = {name: {version} for name, version in later(place).items()}
    names = [entry.id for entry in library.documents()]
    library.prepare_index()
    faults = [*wrong_documents(library, place, wanted), *wrong_answers(library, names, "mended")]
    return [f"{fault} (by {who})" for fault in faults]


def try_apart(place: Place, sound: Path, how: str, room: int) -> Full:
    """The same in a process of its own, on the library as it was made."""
    _put_back(place, sound)
    write(place.documents, later(place), place.sentences)
    ear, mouth = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=try_room, args=(place, how, room, mouth))
    process.start()
    mouth.close()
    try:
        if ear.poll(MOST_SECONDS):
            full: Full = ear.recv()
            process.join()
            return full
        process.kill()
        return Full(room, "", [f"hung: for {MOST_SECONDS} seconds"])
    except EOFError:
        process.join()
        return Full(room, "", [f"crashed: it ended with {process.exitcode}"])


def _put_back(place: Place, sound: Path) -> None:
    for kept in sound.iterdir():
        here = place.data.parent / kept.name
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(kept, here)


def make(place: Place, sound: Path) -> None:
    """Make the library, and keep a copy of it; its last document is yet to come."""
    write(place.documents, dict.fromkeys(place.names[:-1], 1), place.sentences)
    with small_library(place.data) as library:
        ingest(library, [place.documents])
    shutil.copytree(place.data, sound / place.data.name)
    shutil.copytree(place.documents, sound / place.documents.name)


def try_rooms(
    scratch: Path, sound: Path, how: str, rooms: Sequence[int], sentences: int = 30
) -> list[Full]:
    """Try one room after the other."""
    PROCESSES.set_forkserver_preload(["eval.crash.living", "chromadb"])
    place = Place(scratch / "data", scratch / "documents", 5, sentences)
    make(place, sound)
    return [try_apart(place, sound, how, room) for room in rooms]


def summary(how: str, done: list[Full]) -> str:
    """One line on all rooms."""
    refused = sum(bool(one.sentence) for one in done)
    held = sum(not one.faults for one in done)
    kinds = len({one.sentence.split("(")[0] for one in done if one.sentence})
    return (
        f"{how}: {held} of {len(done)} held; {refused} ended with a sentence ({kinds} different), "
        f"{len(done) - refused} had room enough"
    )


def on_small_disk(most: int, step: int) -> int | None:
    """Mount a disk of our own in a process of its own, and try there; None where that is denied."""
    with tempfile.TemporaryDirectory() as scratch:
        mount = f"mount -t tmpfs -o size=8m tmpfs {scratch} && exec "
        command = (
            f"{sys.executable} -m eval.full_disk --here {scratch} --pages {most} --step {step}"
        )
        isolated = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount + command]
        try:
            done = subprocess.run(isolated, check=False)  # noqa: S603 - our own command
        except OSError:
            return None
    return done.returncode if done.returncode in {0, 1} else None


def main() -> int:
    """Try both ways of having no room, and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=150, help="the most of room")
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    rooms = range(0, given.pages, given.step)
    how = "small disk" if given.here else "small files"
    with tempfile.TemporaryDirectory() as sound, tempfile.TemporaryDirectory() as scratch:
        done = try_rooms(given.here or Path(scratch), Path(sound), how, rooms)
    print(summary(how, done), flush=True)
    for one in done:
        for fault in one.faults[:3]:
            print(f"{one.room} pages: {fault} [{one.sentence}]")
    for sentence in sorted({one.sentence for one in done if one.sentence}):
        print(f"  {sentence}")
    status = int(any(one.faults for one in done))
    if not given.here:
        disk = on_small_disk(given.pages, given.step)
        print("" if disk is not None else "small disk: this system lets us mount none")
        status = status or (disk or 0)
    return status


if __name__ == "__main__":
    sys.exit(main())
