"""How much of the right text is retrieved: ``python -m eval.spans SET``.

SET is a folder with ``documents/`` and ``questions.jsonl``. It is indexed from scratch into a
temporary data folder and every question is retrieved at several budgets.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from eval.questions import Question, Span, read_questions
from eval.span_scores import SpanScores, mean_scores, score_spans
from rag.config import Config, read_config
from rag.evidence import find_evidence
from rag.ingest import ingest
from rag.library import Library, opened

BUDGETS = (1_000, 2_000, 3_000, 4_500)


def measure(library: Library, questions: list[Question], characters: int) -> SpanScores:
    """Return the mean scores of a budget over the questions that have evidence."""
    snapshot = library.snapshot()
    scores = []
    for question in questions:
        found = find_evidence(library, snapshot, question.text, characters).evidence
        retrieved = [
            Span(one.sentence.document_id, one.sentence.start, one.sentence.end) for one in found
        ]
        scores.append(score_spans(question.evidence, retrieved))
    return mean_scores(scores)


def main(folder: Path, config: Config) -> None:
    """Print a table of recall, precision and IoU in per cent."""
    questions = [one for one in read_questions(folder / "questions.jsonl") if one.evidence]
    with (
        tempfile.TemporaryDirectory() as data,
        opened(replace(config, data=Path(data)), change=True) as library,
    ):
        ingest(library, [folder / "documents"])
        print(f"{folder.name}: {len(questions)} questions")
        for characters in BUDGETS:
            found = measure(library, questions, characters)
            print(
                f"{characters:6} characters: recall {100 * found.recall:.1f}, "
                f"precision {100 * found.precision:.1f}, IoU {100 * found.iou:.1f}"
            )


if __name__ == "__main__":
    import os

    main(Path(sys.argv[1]), read_config(os.environ))
