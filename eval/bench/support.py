"""WiCE and AttributionBench: does this evidence support all of this claim?"""

from pathlib import Path

from eval.bench.lines import UNSAID, Line, Place, Yardstick, ours
from eval.calibrate_checks import (
    SETS,
    Example,
    Scores,
    f1_and_accuracy,
    read_examples,
    remembered,
    score,
)
from eval.questions import QuestionSetError
from rag.checking import SUPPORTED_MEANING
from rag.embedding import open_embedding

F1, ACCURACY = "F1", "accuracy"
ORACLE = "WiCE, oracle chunks"
NAMES = dict(zip(SETS, (ORACLE, "WiCE, claims", "AttributionBench"), strict=True))
SOURCE = "WiCE (Kamoi et al., arXiv:2303.01432)"
PUBLISHED = (
    Line(f"{ORACLE}: GPT-4", {F1: 61.0, ACCURACY: 77.0}, UNSAID, SOURCE),
    Line(f"{ORACLE}: T5-3B", {F1: 77.8, ACCURACY: 88.0}, UNSAID, SOURCE),
)


def support(place: Place) -> Yardstick:
    """Measure the checks, rules and vectors, on every claim of the three sets."""
    examples = {name: _examples(place.folder / "support" / f"{name}.jsonl") for name in SETS}
    embed = open_embedding(place.config).embed
    lines = [
        line_of(NAMES[name], scores, only_unseen=half)
        for name, claims in examples.items()
        for scores in [score(claims, remembered(embed, claims))]
        for half in (False, True)
    ]
    return Yardstick(
        "support",
        "Whether evidence supports all of a claim, as people judged it: F1 of *supported*, and "
        "the share of claims that are judged as people judged them.",
        (F1, ACCURACY),
        (*PUBLISHED, *lines),
        (
            "The oracle chunks are three cuts of the evidence of each of 349 claims; all count.",
            (
                "Ours are the checks without a language model, the same that an answer's citations "
                "get, on the open part of each set."
            ),
            (
                "The threshold of the last rung was chosen with half of these claims in sight; the "
                "*unseen half* is the other one."
            ),
            (
                "For WiCE with whole articles as evidence and for AttributionBench we have no "
                "published figure at hand."
            ),
        ),
    )


def _examples(path: Path) -> list[Example]:
    try:
        return read_examples(path)
    except OSError as error:
        raise QuestionSetError(f"{path} cannot be read ({error.strerror}).") from error


def line_of(name: str, scores: Scores, only_unseen: bool) -> Line:
    """Our line on one set, of all its claims or of the half that no threshold was chosen on."""
    chosen = ~scores.tune if only_unseen else scores.tune | ~scores.tune
    said = scores.passes & (scores.closeness >= SUPPORTED_MEANING)
    f1, accuracy = f1_and_accuracy(said[chosen], scores.supported[chosen])
    half = ", unseen half" if only_unseen else ""
    line = ours("", {F1: f1, ACCURACY: accuracy}, f"open part: {int(chosen.sum()):,} claims{half}")
    return Line(f"{name}: {line.who}", line.figures, line.part, line.source)
