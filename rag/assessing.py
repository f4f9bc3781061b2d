"""A finished reply becomes statements with verdicts, and the verdicts decide the outcome."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter

from rag.checking import Embed, check, check_slice
from rag.judging import Judge, at_once, judged
from rag.reply import ReplyBuilder
from rag.sentences import split_spans
from rag.snapshot import Snapshot
from rag.statements import marks_of, split_statements
from rag.types import Answer, Citation, Finding, Kind, Outcome, Statement, Verdict

WORST_FIRST = (
    Verdict.CONTRADICTED,
    Verdict.UNSUPPORTED,
    Verdict.NOT_CHECKED,
    Verdict.PARTLY,
    Verdict.SUPPORTED,
)
NO_CITATION = Finding(Verdict.UNSUPPORTED, "No sentence is cited for this.")


def assess(
    blank: Answer,
    reply: ReplyBuilder,
    snapshot: Snapshot,
    embed: Embed,
    judge: Judge | None = None,
) -> Answer:
    """Fill a blank answer from a reply: every claim is checked against the sentences it cites.

    With a ``judge`` it decides what the rules let pass; ``timings`` then says how long it took.

    The outcome is *not found* when the reply says so or when no claim of it stands, *partly*
    when the reply says what is missing, else *answered*.
    """
    offsets = [mark.offset for mark in reply.marks]
    drafts = split_statements(reply.text, offsets, split_spans)
    owned = marks_of(reply.text, drafts, offsets)
    numbers = [tuple(dict.fromkeys(reply.marks[m].citation for m in marks)) for marks in owned]
    checks = _Checks(reply.citations, snapshot, embed)
    statements = tuple(checks.statement(d, n) for d, n in zip(drafts, numbers, strict=True))
    begun = perf_counter()
    statements = checks.judged(statements, judge) if judge else statements
    timings = {"judge": perf_counter() - begun} if judge else {}
    return replace(
        blank,
        text=reply.text,
        statements=statements,
        marks=tuple(reply.marks),
        citations=tuple(checks.citation(citation, statements) for citation in reply.citations),
        rejected=tuple(reply.rejected),
        outcome=outcome_of(
            statements, denied=reply.reading.not_found, missing=reply.reading.missing
        ),
        missing=reply.reading.missing,
        timings=timings,
    )


def outcome_of(statements: Sequence[Statement], *, denied: bool, missing: str) -> Outcome:
    """Decide how the answer ended from what stands of it."""
    stands = any(
        statement.kind is Kind.CLAIM
        and statement.citations
        and statement.verdict not in (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)
        for statement in statements
    )
    if denied or not stands:
        return Outcome.NOT_FOUND
    return Outcome.PARTLY if missing else Outcome.ANSWERED


class _Checks:
    """Checks the statements of one reply against its citations."""

    def __init__(self, citations: Sequence[Citation], snapshot: Snapshot, embed: Embed) -> None:
        self._citations = citations
        self._snapshot = snapshot
        self._embed = embed
        self._by_judge: frozenset[Statement] = frozenset()

    def statement(self, draft: Statement, numbers: tuple[int, ...]) -> Statement:
        """Give a statement its citations and a verdict; a connective one is not checked."""
        if draft.kind is Kind.CONNECTIVE:
            return replace(draft, citations=numbers)
        finding = self._finding(draft.text, numbers) if numbers else NO_CITATION
        return replace(draft, citations=numbers, verdict=finding.verdict, reason=finding.reason)

    def judged(self, statements: Sequence[Statement], judge: Judge) -> tuple[Statement, ...]:
        """Return the same statements, with the judge's word on those that the rules let pass."""
        after = at_once(partial(self._judged, judge), statements)
        self._by_judge = frozenset(after).difference(statements)
        return after

    def _judged(self, judge: Judge, statement: Statement) -> Statement:
        cited = [self._citations[number - 1] for number in statement.citations]
        if statement.kind is Kind.CONNECTIVE or not cited or self._broken(cited):
            return statement
        finding = judged(
            statement.text,
            [citation.text for citation in cited],
            self._context(cited),
            Finding(statement.verdict, statement.reason),
            judge,
        )
        return replace(statement, verdict=finding.verdict, reason=finding.reason)

    def citation(self, citation: Citation, statements: Sequence[Statement]) -> Citation:
        """Give a citation the worst verdict among the claims that rest on it."""
        findings = [
            self._share(statement, citation)
            for statement in statements
            if citation.number in statement.citations and statement.kind is Kind.CLAIM
        ]
        if not findings:
            return citation
        worst = _worst(findings)
        return replace(citation, verdict=worst.verdict, reason=worst.reason)

    def _share(self, statement: Statement, citation: Citation) -> Finding:
        """What one of a claim's citations carries; alone it carries what the claim has."""
        together = Finding(statement.verdict, statement.reason)
        if len(statement.citations) == 1:
            return together
        alone = self._finding(statement.text, (citation.number,))
        if statement.verdict is Verdict.SUPPORTED and alone.verdict is not Verdict.SUPPORTED:
            others = ", ".join(f"[{n}]" for n in statement.citations if n != citation.number)
            return Finding(Verdict.PARTLY, f"Carries the claim only together with {others}.")
        return _worst([together, alone]) if statement in self._by_judge else alone

    def _finding(self, claim: str, numbers: Sequence[int]) -> Finding:
        cited = [self._citations[number - 1] for number in numbers]
        texts = [citation.text for citation in cited]
        return self._broken(cited) or check(claim, texts, self._embed, self._context(cited))

    def _broken(self, cited: Sequence[Citation]) -> Finding | None:
        """What is wrong with the first citation that is no passage of its document."""
        texts = self._snapshot.by_id
        found = (check_slice(texts[citation.document].text, citation) for citation in cited)
        return next(filter(None, found), None)

    def _context(self, cited: Sequence[Citation]) -> list[str]:
        """The sentences around the cited ones, and their documents' titles and dates."""
        around = []
        for citation in cited:
            document = self._snapshot.by_id[citation.document]
            first = document.first_sentence + int(citation.sentence_ids[0].rsplit("#", 1)[1])
            last = document.first_sentence + int(citation.sentence_ids[-1].rsplit("#", 1)[1])
            owner = self._snapshot.owner
            around += [
                self._snapshot.sentence(number).text
                for number in (first - 1, last + 1)
                if 0 <= number < len(owner) and owner[number] == owner[first]
            ]
            around += [citation.title, citation.date.isoformat() if citation.date else ""]
        return around


def _worst(findings: Sequence[Finding]) -> Finding:
    return min(findings, key=lambda finding: WORST_FIRST.index(finding.verdict))
