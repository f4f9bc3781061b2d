"""A finished reply becomes statements with verdicts, and the verdicts decide the outcome."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from rag.checking import Embed
from rag.findings import beside, broken, find, worst
from rag.judging import Judge, at_once, judged
from rag.marking import marked_anew
from rag.repairing import FAILED, Mended, Mender
from rag.reply import ReplyBuilder
from rag.sentences import split_spans
from rag.snapshot import Snapshot
from rag.statements import marks_of, split_statements
from rag.statements.announcing import without_announcements
from rag.types import Answer, Citation, Finding, Kind, Outcome, Repair, Statement, Verdict


def assess(
    blank: Answer,
    reply: ReplyBuilder,
    snapshot: Snapshot,
    embed: Embed,
    judge: Judge | None = None,
) -> Answer:
    """Fill a blank answer from a reply: every claim is checked and its citations are put right.

    A ``judge`` then decides what the rules let pass; ``timings`` says how long it took.

    The outcome is *not found* when the reply says so or when no claim of it stands, *partly*
    when the reply says what is missing, else *answered*.
    """
    offsets = [mark.offset for mark in reply.marks]
    found = split_statements(reply.text, offsets, split_spans)
    owned = marks_of(reply.text, found, offsets)
    drafts = without_announcements(found, owned)
    cited = [_cited(reply, marks) for marks in owned]
    mended = list(_mended(Mender(reply.sources, reply.register, snapshot, embed), drafts, cited))
    by_rules = tuple(_checked(d, m) for d, m in zip(drafts, mended, strict=True))
    begun = perf_counter()
    statements = _reviewed(by_rules, reply.citations, snapshot, judge) if judge else by_rules
    timings = {"judge": perf_counter() - begun} if judge else {}
    missing = reply.reading.missing
    return replace(
        blank,
        text=reply.text,
        statements=statements,
        marks=marked_anew(reply.text, reply.marks, statements, owned),
        citations=tuple(_carrying(statements, by_rules, reply.citations, snapshot, embed)),
        rejected=tuple(reply.rejected),
        repairs=tuple(_repairs(mended)),
        outcome=outcome_of(statements, denied=reply.reading.not_found, missing=missing),
        missing=missing,
        timings=timings,
    )


def outcome_of(statements: Sequence[Statement], *, denied: bool, missing: str) -> Outcome:
    """Decide how the answer ended from what stands of it."""
    stands = any(
        statement.kind is Kind.CLAIM and statement.citations and statement.verdict not in FAILED
        for statement in statements
    )
    if denied or not stands:
        return Outcome.NOT_FOUND
    return Outcome.PARTLY if missing else Outcome.ANSWERED


def _cited(reply: ReplyBuilder, marks: Sequence[int]) -> tuple[Citation, ...]:
    numbers = dict.fromkeys(reply.marks[mark].citation for mark in marks)
    return tuple(reply.citations[number - 1] for number in numbers)


def _mended(
    mender: Mender, drafts: Sequence[Statement], cited: Sequence[tuple[Citation, ...]]
) -> Iterator[Mended]:
    """Each statement's citations put right; a connective one is not checked."""
    before = ""  # the claim before, which names what a pronoun stands for
    for draft, given in zip(drafts, cited, strict=True):
        if draft.kind is Kind.CONNECTIVE:
            yield Mended(given, Finding(Verdict.NOT_CHECKED, ""))
            continue
        yield mender.mend(draft.text, before, given)
        before = draft.text


def _checked(draft: Statement, mended: Mended) -> Statement:
    numbers = tuple(citation.number for citation in mended.citations)
    verdict, reason = mended.finding.verdict, mended.finding.reason
    return replace(draft, citations=numbers, verdict=verdict, reason=reason)


def _repairs(mended: Iterable[Mended]) -> Iterator[Repair]:
    for at, one in enumerate(mended):
        if one.act:
            added = tuple(citation.number for citation in one.added)
            yield Repair(one.act, at, one.removed, added, one.reason)


def _reviewed(
    statements: Sequence[Statement],
    citations: Sequence[Citation],
    snapshot: Snapshot,
    judge: Judge,
) -> tuple[Statement, ...]:
    """The same statements, with the judge's word on those that the rules let pass."""

    def review(statement: Statement) -> Statement:
        cited = [citations[number - 1] for number in statement.citations]
        if statement.kind is Kind.CONNECTIVE or not cited or broken(cited, snapshot):
            return statement
        finding = judged(
            statement.text,
            [citation.text for citation in cited],
            beside(cited, snapshot),
            Finding(statement.verdict, statement.reason),
            judge,
        )
        return replace(statement, verdict=finding.verdict, reason=finding.reason)

    return at_once(review, statements)


def _carrying(
    statements: Sequence[Statement],
    by_rules: Sequence[Statement],
    citations: Sequence[Citation],
    snapshot: Snapshot,
    embed: Embed,
) -> Iterator[Citation]:
    """The citations in use, each with the worst that the claims resting on it say of it."""
    judged_anew = {one for one, before in zip(statements, by_rules, strict=True) if one != before}
    for citation in citations:
        resting = [one for one in statements if citation.number in one.citations]
        shares = [
            worst([_together(claim), share]) if claim in judged_anew else share
            for claim in resting
            if claim.kind is Kind.CLAIM
            for share in [_share(claim, citation, snapshot, embed)]
        ]
        if shares:
            found = worst(shares)
            yield replace(citation, verdict=found.verdict, reason=found.reason)
        elif resting:
            yield citation


def _share(claim: Statement, citation: Citation, snapshot: Snapshot, embed: Embed) -> Finding:
    """What one of a claim's citations carries; alone it carries what the claim has."""
    if len(claim.citations) == 1:
        return _together(claim)
    alone = find(claim.text, [citation], snapshot, embed)
    if claim.verdict is Verdict.SUPPORTED and alone.verdict is not Verdict.SUPPORTED:
        others = ", ".join(f"[{n}]" for n in claim.citations if n != citation.number)
        return Finding(Verdict.PARTLY, f"Carries the claim only together with {others}.")
    return alone


def _together(claim: Statement) -> Finding:
    return Finding(claim.verdict, claim.reason)
