"""Recorded replies of a language model taken through the product: ``python -m eval.replies``.

    record → the sentences as they were offered → the reply → statements, checks, repairs → Answer

``--records FILE`` holds what ``python -m eval.recording`` wrote; ``--golden`` and ``--documents``
name the set it was recorded on. Prints how the answers ended against how they should, precision,
recall and F1 of the citations against the sentences that people chose, the verdicts, and every
repair with ``--show``. ``--bare`` takes the markers out of the replies first, as a small model
would write that knows no ids: what is cited then was found by the program.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from eval.judged_claims import JudgedClaim, claim_lines, judged_claims, mistakes
from eval.metrics.citations import CitationScores, score_citations
from eval.questions import Question, Span, read_questions, read_rows
from rag.answering import blank_answer
from rag.assessing import assess
from rag.citations import parse
from rag.config import read_config
from rag.embedding import Embed
from rag.errors import FootnoteError
from rag.footnotes import citing
from rag.ingest import ingest
from rag.libraries import opened
from rag.model import Model
from rag.reply import ReplyBuilder
from rag.snapshot import Snapshot
from rag.types import Answer, Kind, Source

Cut = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A question, the answer that its recorded reply makes today, and its claims as judged."""

    question: Question
    answer: Answer
    claims: tuple[JudgedClaim, ...] = ()

    @property
    def scores(self) -> CitationScores | None:
        """Its citations against the gold; None where the set names no evidence."""
        spans = [Span(c.document, c.start, c.end, c.text) for c in self.answer.citations]
        return score_citations(spans, self.question)


def offered(snapshot: Snapshot, record: Mapping[str, Any]) -> tuple[Source, ...]:
    """The sources of a record, as long as the documents are what they were."""
    sources = []
    for row in record["sources"]:
        document = snapshot.by_id[row["document"]]
        numbers = [document.first_sentence + number for number in row["sentences"]]
        chosen = tuple(map(snapshot.sentence, numbers))
        header = (document.id, document.title, document.date)
        sources.append(Source(row["letter"], *header, chosen))
    return tuple(sources)


def replay(
    snapshot: Snapshot,
    embed: Embed,
    record: Mapping[str, Any],
    question: Question,
    cut: Cut = lambda reply: [reply],
) -> Replayed:
    """The answer that a recorded reply makes, streamed in the pieces that ``cut`` makes of it."""
    *earlier, reply = record["replies"]
    builder = ReplyBuilder(offered(snapshot, record), citing(snapshot))
    for piece in cut(reply):
        list(builder.feed(piece))
    list(builder.close())
    claims = tuple(judged_claims(record, builder, snapshot, embed))
    standalone = earlier[0].strip() if earlier else question.text
    blank = blank_answer(question.text, standalone, Model("recorded", lambda _: iter(())))
    return Replayed(question, assess(blank, builder, snapshot, embed), claims)


def without_markers(reply: str) -> str:
    """A reply as a model writes that cites nothing."""
    return "".join(part for part in parse(reply) if isinstance(part, str)).replace(" .", ".")


def table(replayed: Sequence[Replayed]) -> Iterator[str]:
    """The figures of one set of records."""
    ends = Counter((one.question.outcome, one.answer.outcome.value) for one in replayed)
    right = sum(count for (wanted, got), count in ends.items() if wanted == got)
    yield f"{len(replayed)} replies, outcome right {100 * right / len(replayed):.1f} %"
    yield from (
        f"    {wanted:10} ended as {got:10} {n:4}" for (wanted, got), n in sorted(ends.items())
    )
    scores = [one.scores for one in replayed if one.question.answerable]
    known = [one for one in scores if one]
    if known:
        yield (
            f"citations, {len(known)} questions: precision "
            f"{100 * fmean(s.precision for s in known):.1f} recall "
            f"{100 * fmean(s.recall for s in known):.1f} F1 {100 * fmean(s.f1 for s in known):.1f}"
        )
    claims = [s for one in replayed for s in one.answer.statements if s.kind is Kind.CLAIM]
    verdicts = Counter(claim.verdict.value for claim in claims)
    yield f"{len(claims)} claims: " + ", ".join(f"{n} {v}" for v, n in verdicts.most_common())
    acts = Counter(act.act.value for one in replayed for act in one.answer.repairs)
    yield "repairs: " + (", ".join(f"{n} {a}" for a, n in acts.most_common()) or "none")
    yield from claim_lines([claim for one in replayed for claim in one.claims])


def shown(replayed: Replayed) -> Iterator[str]:
    """Every claim that does not stand, and every repair, of one answer."""
    answer = replayed.answer
    texts = {c.number: c.text for c in answer.citations}
    for at, statement in enumerate(answer.statements):
        acts = [act for act in answer.repairs if act.statement == at]
        if statement.kind is Kind.CLAIM and (acts or statement.verdict.value != "supported"):
            yield f"\n{replayed.question.id} {statement.verdict.value}: {statement.text}"
            yield f"    {statement.reason}"
            yield from (f"    [{n}] {texts[n]}" for n in statement.citations)
            for act in acts:
                yield f"    {act.act.value} {act.added}: {act.reason}"
                yield from (f"      − {one.text}" for one in act.removed)


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Replay records and print the figures; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        questions = {one.id: one for one in read_questions(asked.golden)}
        rows = [row for row, _ in read_rows(asked.records)]
        records = [
            row for row in rows if row.get("split") in (asked.split, None) or not asked.split
        ]
        replayed = list(_replayed(asked, environment, records, questions))
    except FootnoteError as error:
        print(f"eval.replies: {error}", file=sys.stderr)
        return 1
    print("\n".join(table(replayed)))
    if asked.show:
        print("\n".join(line for one in replayed for line in shown(one)))
        print("\n".join(mistakes(claim for one in replayed for claim in one.claims)))
    return 0


def _replayed(
    asked: argparse.Namespace,
    environment: Mapping[str, str],
    records: Sequence[Mapping[str, Any]],
    questions: Mapping[str, Question],
) -> Iterator[Replayed]:
    with tempfile.TemporaryDirectory() as folder:
        data = asked.data or Path(folder)
        with opened(read_config(environment).apart(data), change=True) as library:
            ingest(library, [asked.documents])
            snapshot, embed = library.snapshot(), library.embedding.embed

            def cut(reply: str) -> list[str]:
                return [without_markers(reply) if asked.bare else reply]

            for record in records:
                question = _named(questions, record["id"], asked.golden)
                yield replay(snapshot, embed, record, question, cut)


def _named(questions: Mapping[str, Question], name: str, golden: Path) -> Question:
    if name not in questions:
        raise FootnoteError(f"{golden} has no question {name}; name the set of the records.")
    return questions[name]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.replies", description=__doc__)
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--documents", type=Path, default=Path("seeds"))
    parser.add_argument("--data", type=Path, help="where the index is kept, to be used again")
    parser.add_argument("--split", default="", help="only records of this split: dev, test")
    parser.add_argument("--bare", action="store_true", help="take the markers out first")
    parser.add_argument("--show", action="store_true", help="every repair and every failure")
    return parser


if __name__ == "__main__":
    import os

    sys.exit(main(sys.argv[1:], os.environ))
