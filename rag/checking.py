"""A claim and the sentences cited for it become a finding: a verdict with its reason.

The ladder goes from cheap to dear and stops at the first rung that objects: quotations are
verbatim → nothing is contradicted → every particular is there → the meaning is close. Every
rung is a function from a Case to a Finding, or None when it has no objection.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.amounts import number_faults
from rag.particulars import Fault, name_faults, polarity_faults, quotation_faults
from rag.reading import Case, Reading, coverage, read_case
from rag.timing import date_faults, weekday_faults
from rag.types import Citation, Finding, Verdict

SAME_WORDING = 0.5  # share of a claim's words in the source that makes a conflict of it
SUPPORTED = 0.5
PARTLY = 0.25


class Embed(Protocol):
    """Texts to unit vectors, one row each."""

    def __call__(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """Return the vectors of the texts, (n, dimension)."""


def check(
    claim: str, cited: Sequence[str], embed: Embed | None = None, neighbours: Sequence[str] = ()
) -> Finding:
    """Say whether the cited sentences, taken together, support the claim.

    ``neighbours`` are texts that explain the cited ones: sentences around them, their title,
    their date.
    """
    case = read_case(claim, cited, neighbours)
    if not case.claim.words or not case.source.words:
        return Finding(Verdict.NOT_CHECKED, "There is nothing to compare.")
    return (
        check_quotations(case)
        or check_conflicts(case)
        or check_particulars(case)
        or check_meaning(case)
    )


def check_slice(document_text: str, citation: Citation) -> Finding | None:
    """The first rung: the offsets of the citation reproduce its text."""
    if document_text[citation.start : citation.end] == citation.text and citation.text:
        return None
    return Finding(
        Verdict.UNSUPPORTED, "The citation is not a passage of the document as it is stored."
    )


def check_quotations(case: Case) -> Finding | None:
    """Whatever the claim puts in quotation marks stands in the source, word for word."""
    faults = list(quotation_faults(case))
    return Finding(Verdict.UNSUPPORTED, _reasons(faults)) if faults else None


def check_conflicts(case: Case) -> Finding | None:
    """Nothing that one sentence says in nearly the same words is otherwise in the claim."""
    if coverage(case.claim, case.closest) < SAME_WORDING:
        return None
    faults = [*_number_and_date_faults(case), *polarity_faults(case)]
    conflicts = [fault for fault in faults if fault.conflict]
    return Finding(Verdict.CONTRADICTED, _reasons(conflicts)) if conflicts else None


def check_particulars(case: Case) -> Finding | None:
    """Every number, date and name of the claim is in the source."""
    faults = [*_number_and_date_faults(case), *name_faults(case)]
    if not faults:
        return None
    near = coverage(case.claim, case.source) >= SAME_WORDING
    some = len(faults) < _count_particulars(case.claim)
    return Finding(Verdict.PARTLY if near or some else Verdict.UNSUPPORTED, _reasons(faults))


def check_meaning(case: Case) -> Finding:
    """The last rung: enough of the claim's words are in the source."""
    score = coverage(case.claim, case.source)
    if score >= SUPPORTED:
        return Finding(Verdict.SUPPORTED, "ok")
    return Finding(Verdict.PARTLY if score >= PARTLY else Verdict.UNSUPPORTED, "far")


def _number_and_date_faults(case: Case) -> list[Fault]:
    return [*number_faults(case), *date_faults(case), *weekday_faults(case)]


def _count_particulars(claim: Reading) -> int:
    return len(claim.numbers) + len(claim.dates) + len(claim.weekdays) + len(claim.names.names)


def _reasons(faults: Iterable[Fault]) -> str:
    return " ".join(fault.reason for fault in list(faults)[:3])
