"""A text that somebody else wrote is checked against the documents, claim by claim.

    text → Statement* → (for every claim) the nearest sentences → what each of them says of it
         → one verdict, with the sentences that it rests on → CheckedText

The claims name no sentences, so the sentences have to be found; but what is found is no source
before it is near enough, and that floor is fixed: it does not sink until something matches.

The limits below were chosen by reading what came of sentences of the briefings in ``seeds/``, as
they stand and with a number changed; nothing was held out, so take them for a beginning.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from rag.checking import Embed
from rag.documents.markdown import FRONT_MATTER
from rag.drafts import Watch
from rag.errors import QuestionError
from rag.evidence import Found, find_evidence
from rag.footnotes import cite
from rag.grounds import SAME_THING, Ground, Hearing
from rag.libraries import Library
from rag.quoting import PRONOUN
from rag.retrieval import check_scope
from rag.scope import ANY_EVIDENCE, Search
from rag.sentences import split_spans
from rag.snapshot import Snapshot
from rag.statements import split_statements
from rag.types import (
    CheckedText,
    Citation,
    Finding,
    Kind,
    Statement,
    Verdict,
)
from rag.vocabulary import content_stems

MOST_SENTENCES = 10  # the best ones found, each of which is held against the claim
NEAREST = 2  # so many are shown when none carries the claim
FLOOR = 0.5  # of nearness, below which a sentence is no source
SAME_CASE = 0.75  # of nearness, from which sentences that disagree are worth naming side by side
MUCH_NEARER = 0.1  # by so much, what contradicts outweighs what supports
NO_WORDS = Finding(Verdict.NOT_CHECKED, "There is no word in this that could be looked for.")
FAR = Finding(Verdict.UNSUPPORTED, "No sentence of the documents comes near enough to this.")
NO_SOURCE = Finding(Verdict.NOT_CHECKED, "The nearest sentence found; too far off to be a source.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a claim and what it rests on, or else the nearest sentences."""

    finding: Finding
    grounds: tuple[Ground, ...] = ()


def unwatched(_done: int, _total: int) -> None:
    """Watch nothing."""


def verify(
    library: Library, text: str, search: Search = ANY_EVIDENCE, watch: Watch = unwatched
) -> CheckedText:
    """Check every claim of a text against the documents that ``search`` names.

    ``watch`` is told after each statement how far it is; what it raises ends the checking.
    Raises QuestionError when no document is indexed, or none is in the scope.
    """
    snapshot = library.snapshot()
    if not snapshot.documents:
        raise QuestionError("No documents are indexed yet; run: rag ingest FOLDER")
    check_scope(snapshot, search.scope)
    find = partial(find_evidence, library, snapshot, search=search)
    court = Court(snapshot, find, library.embedding.embed)
    statements: list[Statement] = []
    citations: list[Citation] = []
    drafts = statements_of(text)
    for done, draft in enumerate(drafts, 1):
        judgement = court.judge(draft)
        cited = list(_cited(snapshot, judgement.grounds, len(citations) + 1))
        statements.append(_judged(draft, judgement.finding, cited))
        citations += cited
        watch(done, len(drafts))
    return CheckedText(text, tuple(statements), tuple(citations))


def statements_of(text: str) -> list[Statement]:
    """Cut a text into statements; its front matter claims nothing."""
    header = FRONT_MATTER.match(text)
    body = header.end() if header else 0
    return [
        replace(one, kind=Kind.CONNECTIVE) if one.end <= body else one
        for one in split_statements(text, (), split_spans)
    ]


class Court:
    """Judges the statements of a text one after the other, by the sentences of one snapshot."""

    def __init__(self, snapshot: Snapshot, find: Callable[[str], Found], embed: Embed) -> None:
        self._snapshot = snapshot
        self._find = find
        self._embed = embed
        self._before = ""  # the claim before, which names what a pronoun stands for

    def judge(self, statement: Statement) -> Judgement:
        """Find the sentences for a claim and decide; a connective statement is not checked."""
        if statement.kind is Kind.CONNECTIVE:
            return Judgement(Finding(Verdict.NOT_CHECKED, ""))
        claim, before = statement.text, self._before
        self._before = claim
        if not content_stems(claim):
            return Judgement(NO_WORDS)
        return self._decide(claim, f"{before} {claim}" if PRONOUN.match(claim) else claim)

    def _decide(self, claim: str, searched: str) -> Judgement:
        numbers = self._find(searched).scored.sentences[:MOST_SENTENCES].tolist()
        hearing = Hearing(self._snapshot, claim, searched, self._embed, numbers)
        grounds = filter(self._may_count, map(hearing.ground, numbers))
        near = sorted(grounds, key=lambda one: -one.nearness)
        decided = decide([one for one in near if one.nearness >= FLOOR], self._document_of)
        if decided and decided.finding.verdict not in (Verdict.PARTLY, Verdict.UNSUPPORTED):
            return decided
        both = hearing.together([one.sentences[0] for one in near])
        if both and both.nearness >= FLOOR:
            return Judgement(both.finding, (both,))
        nearest = tuple(replace(one, finding=NO_SOURCE) for one in near[:NEAREST])
        return decided or Judgement(FAR, nearest)

    def _may_count(self, ground: Ground) -> bool:
        """A heading may say just what the claim says; else it only names what it stands above."""
        heading = self._snapshot.is_heading[ground.sentences[0]]
        return not heading or ground.finding.verdict is Verdict.SUPPORTED

    def _document_of(self, ground: Ground) -> int:
        return int(self._snapshot.owner[ground.sentences[0]])


def decide(sources: Sequence[Ground], document_of: Callable[[Ground], object]) -> Judgement | None:
    """Decide by what single sentences say, the nearest first; None when there are none.

    Only a sentence about the same thing contradicts: the rockets of another day refute nothing.
    Where one sentence supports and another contradicts, the supporting one decides unless the
    other is much nearer; if both are near and of different documents, the reason names both.
    Where none supports, the nearer one decides of what contradicts and what has a part.
    """
    supporting = _with(Verdict.SUPPORTED, sources)
    against = [g for g in _with(Verdict.CONTRADICTED, sources) if g.nearness >= SAME_THING]
    if supporting and against:
        return _weighed(supporting[0], against, document_of)
    lesser = [g for g in sources if g in against or g.finding.verdict is Verdict.PARTLY]
    for chosen in (supporting, lesser, _with(Verdict.NOT_CHECKED, sources)):
        if chosen:
            return Judgement(chosen[0].finding, (chosen[0],))
    return _unsupported(sources) if sources else None


def _with(verdict: Verdict, sources: Sequence[Ground]) -> list[Ground]:
    return [one for one in sources if one.finding.verdict is verdict]


def _weighed(
    best: Ground, against: Sequence[Ground], document_of: Callable[[Ground], object]
) -> Judgement:
    """The two sides of a claim, the one that decides first."""
    elsewhere = [one for one in against if document_of(one) != document_of(best)]
    if against[0].nearness > best.nearness + MUCH_NEARER:
        return _sides(against[0], best, "supports this")
    return _sides(best, elsewhere[0], "contradicts this") if elsewhere else _sides(best)


def _sides(first: Ground, second: Ground | None = None, does: str = "") -> Judgement:
    if second is None or second.nearness < SAME_CASE:
        return Judgement(first.finding, (first,))
    reason = f"{first.finding.reason} But another sentence {does}: {second.finding.reason}"
    return Judgement(Finding(first.finding.verdict, reason), (first, second))


def _unsupported(sources: Sequence[Ground]) -> Judgement:
    """No sentence carries the claim; the reason is that of the nearest one."""
    nearest = tuple(_carrying_nothing(one) for one in sources[:NEAREST])
    reason = f"Nothing that was found carries this. {nearest[0].finding.reason}"
    return Judgement(Finding(Verdict.UNSUPPORTED, reason), nearest)


def _carrying_nothing(ground: Ground) -> Ground:
    """A ground that does not count, not even as a contradiction."""
    return replace(ground, finding=Finding(Verdict.UNSUPPORTED, ground.finding.reason))


def _judged(draft: Statement, finding: Finding, cited: Sequence[Citation]) -> Statement:
    numbers = tuple(citation.number for citation in cited)
    return replace(draft, verdict=finding.verdict, reason=finding.reason, citations=numbers)


def _cited(snapshot: Snapshot, grounds: Sequence[Ground], number: int) -> Iterator[Citation]:
    """Citations for what a verdict rests on, numbered from here; neighbours share one."""
    numbers = count(number)
    for ground in grounds:
        runs = _runs(snapshot, ground.sentences)
        for run in runs:
            finding = ground.finding if len(runs) == 1 else _half(ground.finding)
            citation = cite(snapshot, next(numbers), [*map(snapshot.sentence, run)])
            yield replace(citation, verdict=finding.verdict, reason=finding.reason)


def _half(finding: Finding) -> Finding:
    """What one of two sentences that stand apart carries."""
    together = "Carries the claim only together with the other sentence."
    return Finding(Verdict.PARTLY, together) if finding.verdict is Verdict.SUPPORTED else finding


def _runs(snapshot: Snapshot, sentences: Sequence[int]) -> list[list[int]]:
    """Rising sentence numbers in runs of neighbours in one document."""
    runs: list[list[int]] = []
    for number in sentences:
        owner = snapshot.owner
        if runs and runs[-1][-1] == number - 1 and owner[number] == owner[number - 1]:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
