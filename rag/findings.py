"""What the checks say of a claim and the citations that were given for it."""

from collections.abc import Sequence

from rag.checking import Embed, check, check_slice
from rag.grounds import surroundings
from rag.snapshot import Snapshot
from rag.types import Citation, Finding, Verdict

WORST_FIRST = (
    Verdict.CONTRADICTED,
    Verdict.UNSUPPORTED,
    Verdict.NOT_CHECKED,
    Verdict.PARTLY,
    Verdict.SUPPORTED,
)


def sentence_numbers(snapshot: Snapshot, citation: Citation) -> list[int]:
    """Return the sentences of a citation by their numbers in the snapshot."""
    first = snapshot.by_id[citation.document].first_sentence
    return [first + int(name.rsplit("#", 1)[1]) for name in citation.sentence_ids]


def find(claim: str, cited: Sequence[Citation], snapshot: Snapshot, embed: Embed | None) -> Finding:
    """Say whether the cited stretches, taken together, support the claim.

    First each must be what the document holds; what stands beside them explains them.
    """
    for citation in cited:
        broken = check_slice(snapshot.by_id[citation.document].text, citation)
        if broken:
            return broken
    numbers = [number for one in cited for number in sentence_numbers(snapshot, one)]
    beside = surroundings(snapshot, numbers)
    return check(claim, [citation.text for citation in cited], embed, beside)


def worst(findings: Sequence[Finding]) -> Finding | None:
    """Return the worst of some findings, the first of several as bad; None if there are none."""
    return min(findings, key=lambda one: WORST_FIRST.index(one.verdict), default=None)
