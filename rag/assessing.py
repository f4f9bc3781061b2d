"""A finished reply becomes statements with verdicts, and the verdicts decide the outcome."""

from collections.abc import Sequence
from dataclasses import replace

from rag.checking import Embed, check, check_slice
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


def assess(blank: Answer, reply: ReplyBuilder, snapshot: Snapshot, embed: Embed) -> Answer:
    """Fill a blank answer from a reply: every claim is checked against the sentences it cites.

    The outcome is *not found* when the reply says so or when no claim of it stands, *partly*
    when the reply says what is missing, else *answered*.
    """
    offsets = [mark.offset for mark in reply.marks]
    drafts = split_statements(reply.text, offsets, split_spans)
    owned = marks_of(reply.text, drafts, offsets)
    numbers = [tuple(dict.fromkeys(reply.marks[m].citation for m in marks)) for marks in owned]
    judge = _Judge(reply.citations, snapshot, embed)
    statements = tuple(judge.statement(d, n) for d, n in zip(drafts, numbers, strict=True))
    return replace(
        blank,
        text=reply.text,
        statements=statements,
        marks=tuple(reply.marks),
        citations=tuple(judge.citation(citation, statements) for citation in reply.citations),
        rejected=tuple(reply.rejected),
        outcome=outcome_of(
            statements, denied=reply.reading.not_found, missing=reply.reading.missing
        ),
        missing=reply.reading.missing,
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


class _Judge:
    """Checks the statements of one reply against its citations."""

    def __init__(self, citations: Sequence[Citation], snapshot: Snapshot, embed: Embed) -> None:
        self._citations = citations
        self._snapshot = snapshot
        self._embed = embed

    def statement(self, draft: Statement, numbers: tuple[int, ...]) -> Statement:
        """Give a statement its citations and a verdict; a connective one is not checked."""
        if draft.kind is Kind.CONNECTIVE:
            return replace(draft, citations=numbers)
        finding = self._finding(draft.text, numbers) if numbers else NO_CITATION
        return replace(draft, citations=numbers, verdict=finding.verdict, reason=finding.reason)

    def citation(self, citation: Citation, statements: Sequence[Statement]) -> Citation:
        """Give a citation the worst verdict among the claims that rest on it."""
        findings = [
            self._share(statement, citation)
            for statement in statements
            if citation.number in statement.citations and statement.kind is Kind.CLAIM
        ]
        worst = min(findings, key=lambda f: WORST_FIRST.index(f.verdict), default=None)
        return replace(citation, verdict=worst.verdict, reason=worst.reason) if worst else citation

    def _share(self, statement: Statement, citation: Citation) -> Finding:
        """What one of a claim's citations carries; alone it carries what the claim has."""
        if len(statement.citations) == 1:
            return Finding(statement.verdict, statement.reason)
        alone = self._finding(statement.text, (citation.number,))
        if statement.verdict is Verdict.SUPPORTED and alone.verdict is not Verdict.SUPPORTED:
            others = ", ".join(f"[{n}]" for n in statement.citations if n != citation.number)
            return Finding(Verdict.PARTLY, f"Carries the claim only together with {others}.")
        return alone

    def _finding(self, claim: str, numbers: Sequence[int]) -> Finding:
        cited = [self._citations[number - 1] for number in numbers]
        for citation in cited:
            broken = check_slice(self._snapshot.by_id[citation.document].text, citation)
            if broken:
                return broken
        return check(claim, [c.text for c in cited], self._embed, self._context(cited))

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
