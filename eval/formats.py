"""How well files are read: ``python -m eval.formats html FOLDER`` and ``… folder FOLDER``.

``html``: FOLDER holds real pages (``pages/ID.html``) and their articles as a person marked them
(``truth.jsonl``: ``id``, ``text``). Two scores, means over the pages: F1 of words, and of four
words in a row, which is the score of the article extraction benchmark (Konstantin Lopuhin, 2019:
https://github.com/scrapinghub/article-extraction-benchmark).

``folder``: every file below FOLDER is read, whatever its name; what cannot be read is named with
its reason. The status is 1 when one ends in anything but a document or such a reason.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from rag.documents import read_document
from rag.documents.apart import reading_apart
from rag.documents.content import Reader
from rag.errors import DocumentError

WORD = re.compile(r"\w+")
IN_A_ROW = 4
USAGE = "python -m eval.formats html FOLDER | python -m eval.formats folder FOLDER"


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of what was found is right, and how much of what is right was found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def overlap(truth: str, found: str, words: int = 1) -> Overlap:
    """Compare two texts by their runs of so many words, each counted as often as it stands."""
    wanted, got = _runs(truth, words), _runs(found, words)
    common = (wanted & got).total()
    return Overlap(common / max(1, got.total()), common / max(1, wanted.total()))


def mean(overlaps: Sequence[Overlap]) -> Overlap:
    """The means of precision and recall, out of which the benchmark makes its F1."""
    count = max(1, len(overlaps))
    precision, recall = (sum(o.precision for o in overlaps), sum(o.recall for o in overlaps))
    return Overlap(precision / count, recall / count)


def _runs(text: str, words: int) -> Counter[tuple[str, ...]]:
    found = WORD.findall(text)
    return Counter(tuple(found[at : at + words]) for at in range(len(found) - words + 1))


def read_truth(folder: Path) -> Mapping[str, str]:
    """The articles by the names of their pages."""
    lines = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row["text"] for row in map(json.loads, lines)}


def text_of(path: Path, read: Reader) -> str:
    """The text of a file as it would be kept; nothing when it is refused."""
    try:
        return read_document(path.read_bytes(), path.name, path, read).text
    except DocumentError:
        return ""


def score_pages(folder: Path) -> int:
    """Read every page, compare it with its article and print the means, and the worst pages."""
    started = perf_counter()
    truth = read_truth(folder)
    with reading_apart() as read:
        found = {name: text_of(folder / "pages" / f"{name}.html", read) for name in truth}
    seconds = perf_counter() - started
    single = {name: overlap(truth[name], found[name]) for name in truth}
    rows = mean([overlap(truth[name], found[name], IN_A_ROW) for name in truth])
    f1 = sum(one.f1 for one in single.values()) / max(1, len(single))
    print(f"{len(truth)} pages in {seconds:.1f} s")
    print(f"words              F1 {f1:.3f}")
    print(f"four words in a row F1 {rows.f1:.3f} ({rows.precision:.3f}, {rows.recall:.3f})")
    for name in sorted(single, key=lambda name: single[name].f1)[:5]:
        print(f"  {single[name].f1:.2f} {name}")
    return 0


def read_folder(folder: Path, read: Reader) -> Iterator[tuple[str, str, str]]:
    """Read every file; gives its name with "read", "refused" or "FAILED" and what is to be said."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        try:
            document = read_document(path.read_bytes(), name, path, read)
            yield name, "read", f"{len(document.text):,} characters {document.note}"
        except DocumentError as error:
            yield name, "refused", str(error)
        except Exception as error:  # noqa: BLE001 - it is what is counted here
            yield name, "FAILED", repr(error)


def try_folder(folder: Path) -> int:
    """Print what came of every file and how many of each there were."""
    counts: Counter[str] = Counter()
    with reading_apart() as read:
        for name, outcome, words in read_folder(folder, read):
            counts[outcome] += 1
            print(f"{outcome:8} {name}: {words.removeprefix(name).strip()}")
    print(", ".join(f"{counts[outcome]} {outcome}" for outcome in ("read", "refused", "FAILED")))
    return int(bool(counts["FAILED"]))


def main(arguments: Sequence[str]) -> int:
    """Run one of the two; returns the exit status."""
    match arguments:
        case ["html", folder] if (Path(folder) / "truth.jsonl").is_file():
            return score_pages(Path(folder))
        case ["folder", folder] if Path(folder).is_dir():
            return try_folder(Path(folder))
    print(f"usage: {USAGE}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
