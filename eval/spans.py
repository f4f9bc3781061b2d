"""How much of the right text is retrieved: ``python -m eval.spans SET``.

SET is a folder with ``documents/`` and ``questions.jsonl``. It is indexed from scratch into a
temporary data folder and every question is retrieved at several budgets.
"""

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from eval.questions import Question, Span, read_questions
from eval.span_scores import SpanScores, mean_scores, score_spans
from rag.config import Config, read_config
from rag.ingest import ingest
from rag.libraries import Library, opened
from rag.retrieval import WEIGHTS, choose, score_sentences

BUDGETS = (1_000, 2_000, 3_000, 4_500)
ARM_BUDGET = 2_000
ARMS = {
    "sentence vector alone": (1, 0, 0, 0, 0, 0),
    "sentence words alone": (0, 1, 0, 0, 0, 0),
    "passage vector alone": (0, 0, 1, 0, 0, 0),
    "passage words alone": (0, 0, 0, 1, 0, 0),
    "all four alike": (1, 1, 1, 1, 0, 0),
    "passage words twice": (1, 1, 1, 2, 0, 0),
    "and sentence words half": (1, 0.5, 1, 2, 0, 0),
    "and the sentence before": (1, 0.5, 1, 2, 0.5, 0.5),
}


def measure(
    library: Library,
    questions: list[Question],
    characters: int,
    weights: Mapping[str, float] = WEIGHTS,
) -> SpanScores:
    """Return the mean scores of a budget over the questions that have evidence."""
    snapshot = library.snapshot()
    vectors = library.embedding.embed([question.text for question in questions])
    scores = []
    for question, vector in zip(questions, vectors, strict=True):
        scored = score_sentences(snapshot, question.text, vector, library.nearest(), weights)
        sentences = [one.sentence for one in choose(snapshot, scored, characters)]
        retrieved = [Span(one.document_id, one.start, one.end) for one in sentences]
        scores.append(score_spans(question.evidence, retrieved))
    return mean_scores(scores)


def row(name: str, scores: SpanScores) -> str:
    """Return one row of a Markdown table, in per cent."""
    figures = (scores.recall, scores.precision, scores.iou)
    return f"| {name} | " + " | ".join(f"{100 * figure:.1f}" for figure in figures) + " |"


def main(folder: Path, config: Config) -> None:
    """Print recall, precision and IoU by budget, and by what goes into the score."""
    questions = [one for one in read_questions(folder / "questions.jsonl") if one.evidence]
    with (
        tempfile.TemporaryDirectory() as data,
        opened(replace(config, data=Path(data)), change=True) as library,
    ):
        ingest(library, [folder / "documents"])
        print(f"{folder.name}: {len(questions)} questions; recall, precision, IoU in per cent")
        for characters in BUDGETS:
            print(row(f"{characters:,} characters", measure(library, questions, characters)))
        print(f"at {ARM_BUDGET:,} characters, by the weights of the signals:")
        for name, values in ARMS.items():
            weights = dict(zip(WEIGHTS, values, strict=True))
            print(row(name, measure(library, questions, ARM_BUDGET, weights)))


if __name__ == "__main__":
    import os

    main(Path(sys.argv[1]), read_config(os.environ))
