"""Chroma's chunking evaluation (Smith and Troynikov, 2024): exact spans to be retrieved."""

from eval.bench.lines import Line, Place, Yardstick, ours
from eval.indexing import indexed
from eval.questions import read_questions
from eval.retrieval import measure, score_all

RECALL, PRECISION, UNION = "recall", "precision", "IoU"
CHARACTERS = (2_000, 3_000, 4_500)
ALL = "all 472 questions, 5 texts"
SOURCE = "Chroma's chunking evaluation"
PUBLISHED = (
    Line(
        "text-embedding-3-large, Recursive 200 tokens, 5 chunks",
        {RECALL: 88.1, PRECISION: 7.0, UNION: 6.9},
        ALL,
        SOURCE,
    ),
    Line(
        "text-embedding-3-large, Cluster 400 tokens",
        {RECALL: 91.3, PRECISION: 4.5, UNION: 4.5},
        ALL,
        SOURCE,
    ),
    Line(
        "text-embedding-3-large, LLM chunker (best recall)",
        {RECALL: 91.9, PRECISION: 3.9, UNION: 3.9},
        ALL,
        SOURCE,
    ),
    Line("the best precision of all", {RECALL: 87.3, PRECISION: 8.0}, ALL, SOURCE),
    Line(
        "MiniLM, plain chunks of 1,100 characters, 5 chunks",
        {RECALL: 78.0, PRECISION: 3.7, UNION: 3.7},
        ALL,
        "our own, taken before the program was written",
    ),
)


def spans(place: Place) -> Yardstick:
    """Measure the characters retrieved at three budgets."""
    questions = read_questions(place.folder / "spans" / "questions.jsonl")
    with indexed(place.folder / "spans" / "documents", place.config, place.data_of("spans")) as own:
        snapshot, asked = own.snapshot(), score_all(own, questions)
        part = f"open part: {len(questions)} questions, {len(snapshot.documents)} texts"
        found = {size: measure(snapshot, asked, size) for size in CHARACTERS}
    lines = tuple(
        ours(
            f", {size:,} characters",
            {name: 100 * scores[name] for name in (RECALL, PRECISION, UNION)},
            part,
        )
        for size, scores in found.items()
    )
    return Yardstick(
        "spans",
        "Which characters of the texts are retrieved for a question: the share of the reference "
        "that is covered, the share of what was retrieved that covers it, and the two in one.",
        (RECALL, PRECISION, UNION),
        (*PUBLISHED, *lines),
        (
            (
                "The published lines stand on all 472 questions about five texts, ours on the open "
                "part of them, which may be easier: read the order of size, not the last point."
            ),
        ),
    )
