"""How well the checks tell supported claims from the rest: ``python -m eval.calibrate_checks``.

Takes the folder with ``wice_oracle_chunks.jsonl``, ``wice_claims.jsonl`` and
``attributionbench.jsonl`` (WiCE, Kamoi et al., arXiv:2303.01432; AttributionBench, Li et al.,
arXiv:2402.15089). Prints F1 and accuracy of *supported* against the rest, without and with
vectors, then a sweep of the threshold of the last rung. Every second claim, by the checksum of
its id, is there to choose on (``tune``); the others are there to report (``report``).
"""

import json
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag import checking
from rag.checking import Embed, closeness, objection
from rag.checking.reading import read_case
from rag.config import read_config
from rag.embedding import open_embedding

SETS = ("wice_oracle_chunks", "wice_claims", "attributionbench")
SWEEP = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """A claim with its evidence; people said whether the evidence supports all of it."""

    id: str
    claim: str
    evidence: tuple[str, ...]
    supported: bool


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """By example: whether no rung objects before the last one, and the last one's score."""

    passes: Flags
    closeness: NDArray[np.float64]
    supported: Flags
    tune: Flags


def read_examples(path: Path) -> list[Example]:
    """Read one of the sets; WiCE calls them supported, AttributionBench attributable."""
    with path.open(encoding="utf-8") as lines:
        return [_example(json.loads(line)) for line in lines]


def _example(row: Mapping[str, object]) -> Example:
    meta = row.get("meta")
    name = meta["id"] if isinstance(meta, dict) else row["id"]
    evidence = row.get("evidence") or row.get("references")
    label = row.get("label") or row.get("attribution_label")
    assert isinstance(evidence, list)
    return Example(
        str(name),
        str(row["claim"]),
        tuple(map(str, evidence)),
        label in ("supported", "attributable"),
    )


def score(examples: Sequence[Example], embed: Embed | None) -> Scores:
    """Run every rung on every example."""
    cases = [read_case(one.claim, one.evidence, ()) for one in examples]
    return Scores(
        np.array([objection(case) is None for case in cases]),
        np.array([closeness(case, embed) for case in cases]),
        np.array([one.supported for one in examples]),
        np.array([zlib.crc32(one.id.encode()) % 2 == 0 for one in examples]),
    )


def f1_and_accuracy(said: Flags, truth: Flags) -> tuple[float, float]:
    """F1 of *supported*, and the share of right answers, both in percent."""
    marked = int(said.sum()) + int(truth.sum())
    return 200 * int((said & truth).sum()) / max(1, marked), 100 * float((said == truth).mean())


def report(name: str, scores: Scores, threshold: float) -> Iterator[str]:
    """The lines for one set: both halves and all at the threshold, then the sweep."""
    everything = np.ones_like(scores.tune)
    halves = {"tune": scores.tune, "report": ~scores.tune, "all": everything}
    for half, chosen in halves.items():
        yield f"{name:20} {half:7} {_line(scores, chosen, threshold)}"
    for other in SWEEP:
        mark = "*" if other == threshold else " "
        yield f"{'':20} >= {other:.2f}{mark} tune {_line(scores, scores.tune, other)}"


def _line(scores: Scores, chosen: Flags, threshold: float) -> str:
    said = scores.passes & (scores.closeness >= threshold)
    f1, accuracy = f1_and_accuracy(said[chosen], scores.supported[chosen])
    return f"F1 {f1:5.1f}  accuracy {accuracy:5.1f}  of {int(chosen.sum())}"


def remembered(embed: Embed, examples: Sequence[Example]) -> Embed:
    """The same function with the texts of all examples embedded in one go beforehand."""
    cases = [read_case(one.claim, one.evidence, ()) for one in examples]
    texts = {text for case in cases for text in (case.claim.text, *case.sentences)}
    texts |= {case.source.text for case in cases}
    ordered = sorted(texts)
    vectors = dict(zip(ordered, embed(ordered), strict=True))
    return lambda asked: np.array([vectors[text] for text in asked])


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Print the figures for a folder of sets."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m eval.calibrate_checks FOLDER\n")
        return 2
    embed = open_embedding(read_config(environment)).embed
    for name in SETS:
        examples = read_examples(Path(arguments[0]) / f"{name}.jsonl")
        words = report(f"{name}, words", score(examples, None), checking.SUPPORTED)
        vectors = score(examples, remembered(embed, examples))
        both = report(f"{name}, both", vectors, checking.SUPPORTED_MEANING)
        sys.stdout.writelines(f"{line}\n" for line in (*words, *both))
    return 0


if __name__ == "__main__":
    import os

    sys.exit(main(sys.argv[1:], os.environ))
