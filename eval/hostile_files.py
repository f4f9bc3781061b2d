"""Files that unfold without end, read as ``rag ingest`` does: ``python -m eval.hostile_files``.

Each is read between two ordinary files, by a pair of processes of their own, so that what memory
was taken is known. (At most: Linux adds what the asking process had when it started the other,
which is 100 MB.) It has to be refused by one sentence that begins with its name (or be harmless:
read, or found empty), within MOST_SECONDS and MOST_MEMORY, and the next file has to be read.
The status is 1 if one is not.
"""

import argparse
import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from eval.hostile_bytes import BOMBS, HEAD
from rag.documents import read_document
from rag.documents.apart import reading_apart
from rag.documents.kinds import ENDINGS as READERS
from rag.errors import DocumentError

MOST_SECONDS = 30
MOST_MEMORY = 512  # MB, of the process that reads
ORDINARY = (HEAD + "Subject: Rye bread\n\nThe oven was built in 1921.\n").encode()
UNIT = 1 if sys.platform == "darwin" else 1_024


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a file: its refusal (or nothing), what that took, and the file behind it."""

    sentence: str
    seconds: float
    megabytes: float
    next_is_read: bool


def try_bomb(kind: str, bomb: str) -> Tried:
    """Read a file and an ordinary one; to be called in a process that has read nothing before."""
    name = "bomb" + kind
    with reading_apart() as read:
        read(ORDINARY, "bread.eml")  # starts the process while this one is small
        data = BOMBS[kind][bomb]()
        start = perf_counter()
        try:
            read_document(data, name, Path(name), read)
            sentence = ""
        except DocumentError as error:
            sentence = str(error)
        seconds = perf_counter() - start
        following = read(ORDINARY, "bread.eml")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * UNIT / 1_000_000
    return Tried(sentence, seconds, peak, following.title == "Rye bread")


def try_apart(kind: str, bomb: str) -> Tried:
    """The same in a process of its own, so that the memory measured is that of this file."""
    command = [sys.executable, "-m", "eval.hostile_files", "--here", kind, bomb]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - ourselves
    return Tried(**json.loads(done.stdout))


def is_held(kind: str, tried: Tried) -> bool:
    """Whether everything that is promised of a file was kept."""
    is_named = not tried.sentence or tried.sentence.startswith(f"bomb{kind} ")
    is_bounded = tried.seconds <= MOST_SECONDS and tried.megabytes <= MOST_MEMORY
    return is_named and is_bounded and tried.next_is_read and "\n" not in tried.sentence


def main() -> int:
    """Try every file of the kinds that are read, and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--here", nargs=2, metavar=("KIND", "BOMB"), help=argparse.SUPPRESS)
    parser.add_argument("kinds", nargs="*", help="only these, such as .docx")
    given = parser.parse_args()
    if given.here:
        print(json.dumps(asdict(try_bomb(*given.here))))
        return 0
    results = [_shown(kind, bomb) for kind in given.kinds or BOMBS for bomb in BOMBS[kind]]
    print(f"{sum(results)} of {len(results)} held")
    return int(not all(results))


def _shown(kind: str, bomb: str) -> bool:
    if kind not in READERS:
        print(f"{kind:6} {bomb:45} not read")
        return True
    tried = try_apart(kind, bomb)
    held = is_held(kind, tried)
    mark = "" if held else "  WRONG"
    print(f"{kind:6} {bomb:45} {tried.seconds:5.1f} s {tried.megabytes:4.0f} MB{mark}")
    print(f"       {tried.sentence or 'read'}", flush=True)
    return held


if __name__ == "__main__":
    sys.exit(main())
