"""Documents that nobody means well with: ``python -m eval.hostile [CASE…]``.

Each case is written to a temporary folder, ingested by a process of its own with the small
embedding of the tests (it is not the model that is tried here), and looked at: nothing crashed,
every sentence is the stretch of the text that its offsets name, the sentences cover all of the
text but white space, and no more memory was taken than MOST_MEMORY. The status is 1 if not.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from itertools import islice, pairwise
from pathlib import Path
from time import perf_counter

from rag.ingest import IngestReport, ingest
from rag.ledger.rows import Record
from rag.libraries import Library, sentences_of
from tests.small import small_library

MOST_MEMORY = 2_000  # MB
SENTENCE = "The talks ended on Sunday.\n"
LANGUAGES = Path(__file__).parent / "fifty_languages.txt"
SHOWN = 3  # reasons


def write_tiny(folder: Path, count: int = 100_000) -> None:
    """Many files of two sentences."""
    for number in range(count):
        path = folder / f"{number % 100:02d}" / f"note {number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"Note {number} was written on a train. It tells of platform {number}.")


def write_large(folder: Path, size: int = 200_000_000) -> None:
    """One file of many short paragraphs."""
    paragraph = SENTENCE * 20 + "\n"
    with (folder / "large.txt").open("w") as file:
        file.writelines([paragraph] * (size // len(paragraph)))


def write_line(folder: Path, size: int = 10_000_000) -> None:
    """A line without a full stop, one without a space, and one of emoji that are four bytes."""
    (folder / "words.txt").write_text("word and " * (size // 9))
    (folder / "letters.txt").write_text("a" * size)
    (folder / "emoji.txt").write_text("🙂" * (size // 4))


def write_repeated(folder: Path, count: int = 1_000_000) -> None:
    """One sentence again and again: on a line each, and all on one line."""
    (folder / "lines.txt").write_text(SENTENCE * count)
    (folder / "line.md").write_text(SENTENCE.replace("\n", " ") * (count // 5))


def write_old(folder: Path, size: int = 12_000_000) -> None:
    """A large file in an encoding that has to be guessed."""
    text = "Les pourparlers ont été très difficiles à Genève.\n\n"
    (folder / "old.txt").write_bytes(text.encode("cp1252") * (size // len(text)))


def write_languages(folder: Path, count: int = 50) -> None:
    """A file in each of fifty languages, and one with all of them."""
    text = LANGUAGES.read_text(encoding="utf-8")
    for line in islice(text.splitlines(), count):
        code, words = line.split("\t")
        (folder / f"{code}.txt").write_text(words, encoding="utf-8")
    (folder / "all.md").write_text(text, encoding="utf-8")


CASES: Mapping[str, Callable[[Path], None]] = {
    "tiny": write_tiny,
    "large": write_large,
    "line": write_line,
    "repeated": write_repeated,
    "old": write_old,
    "languages": write_languages,
}


def is_exact(record: Record) -> bool:
    """Whether a document's sentences are what their offsets name, and all of it but white space."""
    text = record.document.text
    sentences = sentences_of(record)
    bounds = [(0, 0), *((one.start, one.end) for one in sentences), (len(text), len(text))]
    gaps = (text[end:start] for (_, end), (start, _) in pairwise(bounds))
    cores = (text[one.start : one.end] == one.text == one.text.strip() != "" for one in sentences)
    return all(gap.strip() == "" for gap in gaps) and all(cores)


def try_folder(folder: Path, data: Path) -> tuple[IngestReport, IngestReport, bool]:
    """Ingest a folder twice; returns both reports, and whether all that is held is exact."""
    with small_library(data) as library:
        first = ingest(library, [folder])
        return first, ingest(library, [folder]), _holds_exactly(library)


def _holds_exactly(library: Library) -> bool:
    return all(map(is_exact, library.ledger.records()))


def try_case(name: str) -> bool:
    """Write a case, try it in this process, and print what came of it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "documents"
        folder.mkdir()
        CASES[name](folder)
        start = perf_counter()
        first, second, exact = try_folder(folder, Path(temporary) / "data")
        seconds = perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:10} {seconds:6.1f} s {memory:5} MB  {first.summary()}")
    for _, reason in first.failed[:SHOWN]:
        print(f"           {reason}")
    steady = not (second.added or second.changed or second.removed)
    print(f"           sentences {'exact' if exact else 'WRONG'}", end=", ")
    print(f"again {'nothing' if steady else 'SOMETHING'} to do")
    return exact and steady and memory <= MOST_MEMORY


def main(names: list[str]) -> int:
    """Try each case in a process of its own, so that its memory is its own."""
    unknown = [name for name in names if name not in CASES]
    if unknown:
        print(f"There is no case {unknown[0]}; there are: {', '.join(CASES)}.", file=sys.stderr)
        return 2
    results = [
        subprocess.run([sys.executable, "-m", "eval.hostile", "--here", name], check=False)  # noqa: S603 - our own interpreter
        for name in names or CASES
    ]
    return int(any(done.returncode for done in results))


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(not try_case(words[1]) if words[:1] == ["--here"] else main(words))
