"""The citations of a claim put right by the sentences that were offered, visibly.

    the cited sentences carry nothing of it   → another that passes takes their place  (re-pointed)
    they carry only a part                    → one that carries the rest is cited too  (added)
    nothing is cited                          → one that passes is cited               (added)
    one of several carries nothing of it      → it goes                                (pruned)

A sentence passes when the checks support the claim by it alone and it is as near to the claim as
a sentence must be that nobody cited (``rag.grounds``); that floor is fixed. When none passes, all
stays as the model gave it and is shown as it is: failed, or without a source. So does a claim that
the cited sentence contradicts: a sentence that seems to say it anyway would hide that. A needless
citation is what ALCE (Gao et al., arXiv:2305.14627) calls irrelevant: it alone does not support the
claim, and without it the others still do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.checking import Embed, check
from rag.citations import Reference, loose_references
from rag.findings import beside, find
from rag.footnotes import Register
from rag.grounds import FEWEST_WORDS, SURE, Ground, Hearing, clause_pairs
from rag.offered import Offered
from rag.quoting import PRONOUN
from rag.snapshot import Snapshot
from rag.types import Act, Citation, Finding, Source, Verdict
from rag.vocabulary import content_stems

FAILED = (Verdict.UNSUPPORTED, Verdict.CONTRADICTED)
MOST_SEARCHES = 200
"""Claims of one reply for which a source is looked for: many more than an answer has."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What a claim rests on in the end; ``act`` is None when nothing was changed."""

    citations: tuple[Citation, ...]
    finding: Finding
    act: Act | None = None
    removed: tuple[Citation, ...] = ()
    added: tuple[Citation, ...] = ()
    reason: str = ""


class Mender:
    """Mends the citations of one reply's claims; new ones are entered in its register."""

    def __init__(
        self, sources: Sequence[Source], register: Register, snapshot: Snapshot, embed: Embed
    ) -> None:
        self._offered = Offered(sources, register, snapshot, embed)
        self._snapshot = snapshot
        self._embed = embed
        self._searches = 0

    def mend(self, text: str, before: str, cited: tuple[Citation, ...]) -> Mended:
        """Check a claim and put its citations right; ``before`` is the claim before it."""
        claim, loose = loose_references(text, self._offered.names)
        searched = f"{before} {claim}" if PRONOUN.match(claim) else claim
        if not cited:
            return self._by_hint(claim, loose) or self._cite(claim, searched)
        as_given = Mended(cited, self._find(claim, cited))
        if as_given.finding.verdict is Verdict.SUPPORTED:
            return self._prune(claim, as_given)
        if as_given.finding.verdict is Verdict.UNSUPPORTED:
            return self._point_anew(claim, searched, as_given)
        if as_given.finding.verdict is Verdict.PARTLY:
            return self._complete(claim, searched, as_given)
        return as_given

    def _find(self, claim: str, cited: Sequence[Citation]) -> Finding:
        return find(claim, cited, self._snapshot, self._embed)

    def _by_hint(self, claim: str, loose: Sequence[Reference]) -> Mended | None:
        """The sentences that ids in the wrong form name, if they support the claim."""
        named = tuple(one for it in dict.fromkeys(loose) for one in self._offered.cited_by(it))
        finding = self._find(claim, named) if named else None
        if finding is None or finding.verdict in FAILED:
            return None
        reason = "No marker stood there, but an id in another form names this sentence."
        found = self._offered.numbered(named)
        return Mended(found, finding, Act.ADDED, (), found, reason)

    def _cite(self, claim: str, searched: str) -> Mended:
        """A source for a claim that has none."""
        ground = self._passing(claim, searched, [])
        if ground is None:
            return Mended((), Finding(Verdict.UNSUPPORTED, "No sentence is cited for this."))
        found = self._footnotes(ground)
        reason = "No sentence was cited; this one supports it."
        return Mended(found, ground.finding, Act.ADDED, (), found, reason)

    def _prune(self, claim: str, given: Mended) -> Mended:
        kept = list(given.citations)
        for one in given.citations:
            rest = [other for other in kept if other is not one]
            if rest and self._is_needless(claim, one, rest):
                kept = rest
        gone = tuple(one for one in given.citations if one not in kept)
        if not gone:
            return given
        reason = "It carries nothing of this, and the others carry all."
        return Mended(tuple(kept), self._find(claim, kept), Act.PRUNED, gone, (), reason)

    def _is_needless(self, claim: str, one: Citation, rest: Sequence[Citation]) -> bool:
        """Whether one carries nothing, and the rest all of it by its own words.

        A sentence beside the rest must not be needed: *They are Anna Berg and Nils Dahl* tells who
        the two ministers are.
        """
        if self._find(claim, [one]).verdict is not Verdict.UNSUPPORTED:
            return False
        texts = [citation.text for citation in rest]
        return check(claim, texts, self._embed).verdict is Verdict.SUPPORTED

    def _point_anew(self, claim: str, searched: str, given: Mended) -> Mended:
        ground = self._passing(claim, searched, self._known(given))
        if ground is None:
            return given
        found = self._footnotes(ground)
        reason = f"{given.finding.reason} Another sentence supports it."
        gone = tuple(one for one in given.citations if one not in found)
        return Mended(found, ground.finding, Act.REPOINTED, gone, found, reason)

    def _known(self, given: Mended) -> list[int]:
        names = (name for one in given.citations for name in one.sentence_ids)
        return self._snapshot.numbers_of(names)

    def _complete(self, claim: str, searched: str, given: Mended) -> Mended:
        """A sentence more, with which the citations of a claim carry all of it."""
        if len(set(content_stems(claim))) < FEWEST_WORDS:
            return given  # "Accounts of this differ" would be completed by any other difference
        numbers = self._offered.likest(searched, self._known(given))
        hearing = self._hearing(claim, searched, numbers)
        for number in self._carrying_the_rest(claim, given, hearing, numbers):
            draft = self._offered.citation(number)
            finding = self._find(claim, (*given.citations, draft))
            if finding.verdict is Verdict.SUPPORTED and self._by_own_words(claim, given, draft):
                reason = f"{given.finding.reason} This sentence has the rest."
                added = self._offered.numbered([draft])
                both = (*given.citations, *added)
                return Mended(both, finding, Act.ADDED, (), added, reason)
        return given

    def _by_own_words(self, claim: str, given: Mended, added: Citation) -> bool:
        """Whether the added sentence itself has the rest, and not one that stands beside it."""
        texts = [citation.text for citation in (*given.citations, added)]
        around = beside(given.citations, self._snapshot)
        return check(claim, texts, self._embed, around).verdict is Verdict.SUPPORTED

    def _carrying_the_rest(
        self, claim: str, given: Mended, hearing: Hearing, numbers: Sequence[int]
    ) -> Iterator[int]:
        """Sentences near to all of the claim, or that carry the clause the cited ones do not."""
        near = (hearing.ground(number) for number in numbers)
        for ground in sorted(near, key=lambda one: -one.nearness):
            if ground.nearness >= SURE and ground.finding.verdict not in FAILED:
                yield from ground.sentences
        for clauses in clause_pairs(claim):
            carried = [self._find(clause, given.citations).verdict for clause in clauses]
            rest = [c for c, v in zip(clauses, carried, strict=True) if v is not Verdict.SUPPORTED]
            if len(rest) == 1 and (number := hearing.carrying(rest[0], numbers)) is not None:
                yield number

    def _passing(self, claim: str, searched: str, known: Sequence[int]) -> Ground | None:
        """The nearest sentence that carries the claim by itself; none of the known ones."""
        self._searches += 1
        if self._searches > MOST_SEARCHES:
            return None
        numbers = self._offered.likest(searched, known)
        hearing = self._hearing(claim, searched, numbers)
        passing = filter(_passes, map(hearing.ground, numbers))
        return max(passing, key=lambda ground: ground.nearness, default=None)

    def _hearing(self, claim: str, searched: str, numbers: Sequence[int]) -> Hearing:
        return Hearing(self._snapshot, claim, searched, self._embed, numbers)

    def _footnotes(self, ground: Ground) -> tuple[Citation, ...]:
        return self._offered.numbered([*map(self._offered.citation, ground.sentences)])


def _passes(ground: Ground) -> bool:
    return ground.finding.verdict is Verdict.SUPPORTED and ground.nearness >= SURE
