"""What the checks say of a claim and the citations that were given for it."""

from collections.abc import Sequence

from rag.checking import Embed, check, check_slice
from rag.grounds import surroundings
from rag.sentences import split_spans
from rag.snapshot import Snapshot
from rag.types import Citation, Finding, Verdict

WORST_FIRST = (
    Verdict.CONTRADICTED,
    Verdict.UNSUPPORTED,
    Verdict.NOT_CHECKED,
    Verdict.PARTLY,
    Verdict.SUPPORTED,
)


def find(claim: str, cited: Sequence[Citation], snapshot: Snapshot, embed: Embed | None) -> Finding:
    """Say whether the cited stretches, taken together, support the claim.

    First each must be what the document holds; what stands beside them explains them. Of a claim
    of several sentences (code, a quotation) each has to hold: much that is right in it must not
    carry what is not.
    """
    texts, around = [citation.text for citation in cited], beside(cited, snapshot)
    parts = [claim[start:end] for start, end in split_spans(claim)]
    telling = [part for part in parts if any(map(str.isalnum, part))] or [claim]
    return broken(cited, snapshot) or worst([check(it, texts, embed, around) for it in telling])


def broken(cited: Sequence[Citation], snapshot: Snapshot) -> Finding | None:
    """Return what is wrong with the first citation that is no stretch of its document."""
    found = (check_slice(snapshot.by_id[one.document].text, one) for one in cited)
    return next(filter(None, found), None)


def beside(cited: Sequence[Citation], snapshot: Snapshot) -> list[str]:
    """Return the sentences around the cited ones, and their documents' titles and dates."""
    names = (name for one in cited for name in one.sentence_ids)
    return surroundings(snapshot, snapshot.numbers_of(names))


def worst(findings: Sequence[Finding]) -> Finding:
    """Return the worst of some findings, the first of several as bad."""
    return min(findings, key=lambda one: WORST_FIRST.index(one.verdict))
