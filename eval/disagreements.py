"""Disagreements: ``python -m eval.disagreements [--golden FILE] [--documents FOLDER] [--show N]``.

Of the questions of one split (``--split``, dev unless told otherwise) that are tagged
``conflict``: how often both sides were offered, and how often a disagreement between them is
shown, with what the quotations cite and with what the golden set would cite. Of all others: how
many are shown a question, and with ``--show N`` so many of them to read. Last, what is found
between two sentences that say the same when one of them is made wrong (``eval.planted.pairs``;
dev split only). A set without splits is taken whole, and then nothing is planted.
"""

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.golden import read_pages
from eval.indexing import indexed
from eval.planted.pairs import pair_table
from eval.planted.tables import SEED
from eval.questions import Need, Question, Span, read_questions
from rag.answering import FOR_ANSWERS, ask
from rag.config import read_config
from rag.disagreement import find_disagreements
from rag.errors import FootnoteError
from rag.evidence import find_evidence
from rag.libraries import Library
from rag.snapshot import Snapshot
from rag.types import Answer, Citation, Disagreement, Mode, Outcome

CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its answer in quotations, what was offered, and what the gold evidence shows."""

    question: Question
    answer: Answer
    offered: tuple[Span, ...]
    with_gold: tuple[Disagreement, ...]


def ask_one(library: Library, question: Question) -> Asked:
    """Ask a question in quotations, on its day; then as if a model had cited the gold evidence."""
    search = replace(FOR_ANSWERS, asked=question.day)
    answer = ask(library, None, question.text, question.history, search)
    snapshot = library.snapshot()
    evidence = find_evidence(library, snapshot, answer.standalone_question, search).evidence
    offered = (found.sentence for found in evidence)
    gold = tuple(_citation(snapshot, need[0]) for need in question.needs)
    cited = replace(answer, mode=Mode.MODEL, outcome=Outcome.ANSWERED, citations=gold)
    return Asked(
        question,
        answer,
        tuple(Span(one.document_id, one.start, one.end, one.text) for one in offered),
        find_disagreements(cited, snapshot, evidence),
    )


def _citation(snapshot: Snapshot, span: Span) -> Citation:
    """The whole sentences that a span touches, as a citation."""
    document = snapshot.by_id[span.document]
    owned = snapshot.bounds[snapshot.owner == snapshot.documents.index(document)].tolist()
    inside = [at for at, (start, end) in enumerate(owned) if start < span.end and span.start < end]
    names = tuple(f"{document.id}#{at}" for at in inside)
    return Citation(
        1, document.id, document.title, document.date, names, span.start, span.end, span.text
    )


def is_found(question: Question, disagreements: Sequence[Disagreement]) -> bool:
    """Whether one disagreement is between two things to be cited, or is all in one of them."""
    lists = [question.needs, *question.alternatives]
    return any(_is_between(one, needs) for one in disagreements for needs in lists)


def _is_between(one: Disagreement, needs: Sequence[Need]) -> bool:
    met = sum(any(_touches(side, span) for side in one.sides for span in need) for need in needs)
    return met > 1 or (met == 1 and len(one.sides) == 1)


def _touches(one: Citation | Span, other: Span) -> bool:
    return one.document == other.document and one.start < other.end and other.start < one.end


def both_offered(asked: Asked) -> bool:
    """Whether all that is to be cited was among the sentences that were offered."""
    lists = [asked.question.needs, *asked.question.alternatives]
    return any(
        all(any(_touches(one, span) for one in asked.offered for span in need) for need in needs)
        for needs in lists
    )


def report(asked: Sequence[Asked], most: int) -> Iterator[str]:
    """The tables, and ``most`` of the disagreements at questions that have none in the set."""
    conflicts = [one for one in asked if CONFLICT in one.question.tags]
    others = [one for one in asked if CONFLICT not in one.question.tags]
    quoted = [one for one in conflicts if is_found(one.question, one.answer.disagreements)]
    gold = [one for one in conflicts if is_found(one.question, one.with_gold)]
    counts = (len(conflicts), sum(map(both_offered, conflicts)), len(quoted), len(gold))
    yield "| conflicts asked for | both sides offered | found, quoted | found, gold cited |"
    yield "|---:|---:|---:|---:|"
    yield f"| {' | '.join(map(str, counts))} |"
    yield "\nNot found, gold: " + ", ".join(one.question.id for one in conflicts if one not in gold)
    yield "\n| other questions | all | with one shown | shown | by kind |"
    yield "|---|---:|---:|---:|---|"
    shown = [(one, it) for one in others for it in one.answer.disagreements]
    kinds = Counter(it.kind.value for _, it in shown)
    with_one = sum(bool(one.answer.disagreements) for one in others)
    named = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    yield f"| | {len(others)} | {with_one} | {len(shown)} | {named or '–'} |\n"
    draw = random.Random(SEED)  # noqa: S311 - a draw, no secret
    for one, it in draw.sample(shown, min(most, len(shown))):
        yield from _read(one.question, it)


def _read(question: Question, one: Disagreement) -> Iterator[str]:
    yield f"- {question.id}: {question.text}"
    yield f"  - {one.kind}: {one.reason}"
    yield from (f"  - {side.document}, {side.date}: {side.text}" for side in one.sides)


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Ask every question of the split, print the tables; returns the exit status."""
    wanted = _parser().parse_args(arguments)
    config = read_config(environment)
    try:
        questions = read_questions(wanted.golden)
        part = [one for one in questions if one.split == wanted.split]
        with indexed(wanted.documents, config) as library:
            asked = [ask_one(library, question) for question in part or questions]
            print("\n".join(report(asked, wanted.show)))
            if part and wanted.split == "dev":
                pages = read_pages(wanted.documents)
                print("\n".join(pair_table(questions, pages, library.embedding.embed)))
    except FootnoteError as error:
        print(f"eval.disagreements: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.disagreements", description=__doc__)
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--documents", type=Path, default=Path("seeds"))
    parser.add_argument("--split", default="dev", help="dev or test")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="disagreements to read")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
