"""What is found, by what goes into the score: ``python -m eval.retrieval [SET…]``.

A SET is a folder with ``documents/`` and ``questions.jsonl``; without one the golden set is
taken (its dev split). Each is indexed from scratch into a temporary data folder. Every question
is scored once, and the arms weigh the same signals differently.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import numpy as np

from eval.indexing import indexed
from eval.questions import Question, Span, read_questions
from eval.span_scores import score_spans
from rag.config import Config, read_config
from rag.libraries import Library
from rag.retrieval import HEADING_PENALTY, Scored, choose, score_sentences
from rag.scope import Search
from rag.signals import WEIGHTS, weighed
from rag.snapshot import Snapshot

BUDGET = 2_000
BUDGETS = (1_000, 2_000, 3_000, 4_500)
SELECTED = 4  # sentences of the right document that are compared with those people chose
FIRST = 5
SHORT = 50  # characters: an answer that is longer is told in other words
QUESTIONS = "questions.jsonl"
Weights = Mapping[str, float]
Measures = Mapping[str, float]

ONE_BY_ONE: Mapping[str, Weights] = {
    "sentence vector alone": {"sentence_vector": 1},
    "around vector alone": {"around_vector": 1},
    "passage words alone (BM25)": {"passage_words": 1},
    "sentence vector and passage words": {"sentence_vector": 1, "passage_words": 1},
    "all vectors, no words": {
        name: weight for name, weight in WEIGHTS.items() if name.endswith("vector")
    },
    "all words, no vectors": {
        name: weight for name, weight in WEIGHTS.items() if not name.endswith("vector")
    },
}
ARMS: Mapping[str, Weights] = {
    **ONE_BY_ONE,
    "all seven": WEIGHTS,
    **{f"all but {name}": {**WEIGHTS, name: 0.0} for name in WEIGHTS},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its candidates scored: with the weights as shipped, and without dates."""

    question: Question
    scored: Scored


def score_all(library: Library, questions: Sequence[Question]) -> list[Asked]:
    """Score the candidates of every question on its day."""
    snapshot, nearest = library.snapshot(), library.nearest()
    vectors = library.embedding.embed([question.text for question in questions])
    return [
        Asked(
            question,
            score_sentences(snapshot, question.text, vector, nearest, Search(asked=question.day)),
        )
        for question, vector in zip(questions, vectors, strict=True)
    ]


def reweighed(snapshot: Snapshot, scored: Scored, weights: Weights) -> Scored:
    """Rank the same candidates by other weights; dates play no part."""
    scores = weighed(scored.signals, {name: weights.get(name, 0.0) for name in WEIGHTS})
    scores -= HEADING_PENALTY * snapshot.is_heading[scored.sentences]
    order = np.argsort(-scores, kind="stable")
    return Scored(scored.sentences[order], scores[order], scored.signals[order])


def measure(snapshot: Snapshot, asked: Sequence[Asked], characters: int = BUDGET) -> Measures:
    """Return the mean of every measure over the questions that it can be taken of."""
    rows = [measures_of(snapshot, one, characters) for one in asked if one.question.answerable]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: fmean(row[name] for row in rows if name in row) for name in names}


def measures_of(snapshot: Snapshot, asked: Asked, characters: int) -> Measures:
    """Score one question: spans and needs within a budget, the right document, its sentences."""
    question, scored = asked.question, asked.scored
    chosen = [one.sentence for one in choose(snapshot, scored, characters)]
    found = [Span(one.document_id, one.start, one.end) for one in chosen]
    measures: dict[str, float] = {}
    if question.evidence:
        spans = score_spans(question.evidence, found)
        measures |= {"recall": spans.recall, "precision": spans.precision, "IoU": spans.iou}
        measures["all needs"] = float(all(_is_met(need, found) for need in question.needs))
    if question.documents:
        places = _documents_in_order(snapshot, scored)
        measures["document first"] = float(places[0] in question.documents)
        measures["in five"] = float(bool(set(places[:FIRST]) & set(question.documents)))
    if question.documents and any(len(answer) <= SHORT for answer in question.answers):
        said = " ".join(one.text for one in chosen).casefold()
        measures["answer said"] = float(any(a.casefold() in said for a in question.answers))
    if question.evidence and len(question.documents) == 1:
        measures["F1 of four"] = _selection_f1(snapshot, asked)
    return measures


def _is_met(need: Sequence[Span], found: Sequence[Span]) -> bool:
    """Whether one of the spans that would do is covered whole."""
    return any(score_spans([span], found).recall == 1.0 for span in need)


def _documents_in_order(snapshot: Snapshot, scored: Scored) -> list[str]:
    owners = dict.fromkeys(snapshot.owner[scored.sentences].tolist())
    return [snapshot.documents[owner].id for owner in owners] or [""]


def _selection_f1(snapshot: Snapshot, asked: Asked) -> float:
    """F1 of the best sentences of the right document, against whichever people chose next to it."""
    (name,) = asked.question.documents
    best = [
        snapshot.sentence(number)
        for number in asked.scored.sentences.tolist()
        if snapshot.documents[snapshot.owner[number]].id == name and not snapshot.is_heading[number]
    ][:SELECTED]
    chosen = {(one.start, one.end) for one in best}
    owner = next(d for d, held in enumerate(snapshot.documents) if held.id == name)
    bounds = snapshot.bounds[snapshot.owner == owner].tolist()
    scores = []
    for needs in (asked.question.needs, *asked.question.alternatives):
        gold = {
            (start, end)
            for start, end in bounds
            if any(start < need[0].end and need[0].start < end for need in needs)
        }
        scores.append(2 * len(gold & chosen) / max(1, len(gold) + len(chosen)))
    return max(scores)


def table(rows: Mapping[str, Measures]) -> str:
    """Return a Markdown table, in per cent."""
    names = list(next(iter(rows.values())))
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for title, measures in rows.items():
        cells = " | ".join(f"{100 * measures[name]:.1f}" for name in names)
        lines.append(f"| {title} | {cells} |")
    return "\n".join(lines)


def report(library: Library, questions: Sequence[Question]) -> str:
    """Return the tables of one set: as shipped by budget, and every arm at one budget."""
    snapshot = library.snapshot()
    asked = score_all(library, questions)
    budgets = {f"{size:,} characters": measure(snapshot, asked, size) for size in BUDGETS}
    arms = {"as shipped": measure(snapshot, asked)}
    if any(question.day for question in questions):
        timeless = [replace(question, day=None) for question in questions]
        arms["without the day asked"] = measure(snapshot, score_all(library, timeless))
    for name, weights in ARMS.items():
        again = [replace(one, scored=reweighed(snapshot, one.scored, weights)) for one in asked]
        arms[name] = measure(snapshot, again)
    answerable = sum(question.answerable for question in questions)
    return (
        f"{answerable} answerable questions, {len(snapshot.documents)} documents; in per cent\n\n"
        f"{table(budgets)}\n\nAt {BUDGET:,} characters:\n\n{table(arms)}"
    )


def main(folders: Sequence[Path], config: Config) -> None:
    """Print the tables of every set."""
    for folder in folders:
        with indexed(folder / "documents", config) as library:
            print(f"\n## {folder.name}\n\n{report(library, read_questions(folder / QUESTIONS))}")
    if not folders:
        golden = [one for one in read_questions(Path("eval/golden.jsonl")) if one.split == "dev"]
        with indexed(Path("seeds"), config) as library:
            alone = [one for one in golden if not one.history]
            print(f"\n## golden, dev, without follow-ups\n\n{report(library, alone)}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]], read_config(os.environ))
