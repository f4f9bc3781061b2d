"""A claim and the sentences cited for it become a finding: a verdict with its reason.

The ladder goes from cheap to dear and stops at the first rung that objects: quotations are
verbatim → nothing is contradicted → every particular is there → the meaning is close. A rung is
a function that returns a Finding, or None when it has no objection.
"""

from collections.abc import Sequence

import numpy as np

from rag.checking.amounts import number_faults
from rag.checking.binding import (
    counted_faults,
    exchanged_number_faults,
    merged_faults,
    merged_subject_faults,
    moved_number_faults,
    moved_subject_faults,
)
from rag.checking.comparing import (
    comparison_faults,
    first_faults,
    reason_faults,
    reversed_faults,
)
from rag.checking.hedges import hedge_faults, plan_faults
from rag.checking.offices import head_faults, office_faults
from rag.checking.particulars import Fault, name_faults, polarity_faults, quotation_faults
from rag.checking.quantifiers import (
    none_faults,
    only_faults,
    overstatement_faults,
    quantifier_faults,
)
from rag.checking.reading import Case, coverage, missing_stems, read_case
from rag.checking.replaced import replaced_name_faults
from rag.checking.roles import exchanged_faults, role_faults
from rag.checking.speech import attribution_faults, one_sided_faults, speaker_faults
from rag.checking.timing import date_faults, weekday_faults
from rag.embedding import Embed
from rag.types import Citation, Finding, Verdict

__all__ = ["Embed", "check", "check_slice", "closeness", "objection"]

# Chosen with eval/calibrate_checks.py on one half of WiCE and AttributionBench.
SAME_WORDING = 0.5  # share of a claim's words in one sentence that makes a conflict of a difference
SUPPORTED, PARTLY = 0.4, 0.2  # share of a claim's words in the source
SUPPORTED_MEANING, PARTLY_MEANING = 0.5, 0.3  # mean of that share and the cosine of the vectors
LONGEST_CLAIM = 2_000  # characters; a statement that is longer claims more than one can check
MOST_REASONS = 3
MOST_WORDS = 4


def check(
    claim: str, cited: Sequence[str], embed: Embed | None = None, neighbours: Sequence[str] = ()
) -> Finding:
    """Say whether the cited sentences, taken together, support the claim.

    ``neighbours`` are texts that explain the cited ones: the sentences around them, their
    title, their date. Without ``embed`` only words are compared.
    """
    if len(claim) > LONGEST_CLAIM:
        return Finding(Verdict.NOT_CHECKED, "This is too long to be one claim.")
    case = read_case(claim, cited, neighbours)
    if not case.claim.words or not case.source.words:
        return Finding(Verdict.NOT_CHECKED, "There are no words to compare.")
    return objection(case) or check_meaning(case, embed)


def check_slice(document_text: str, citation: Citation) -> Finding | None:
    """The rung before all others: the offsets of the citation reproduce its text."""
    if citation.text and document_text[citation.start : citation.end] == citation.text:
        return None
    return Finding(
        Verdict.UNSUPPORTED, "The citation is not a passage of the document as it is stored."
    )


def objection(case: Case) -> Finding | None:
    """Climb the rungs that need no model; None if none of them objects."""
    return check_quotations(case) or check_conflicts(case) or check_particulars(case)


def check_quotations(case: Case) -> Finding | None:
    """Whatever the claim puts in quotation marks stands in the source, word for word."""
    faults = list(quotation_faults(case))
    return Finding(Verdict.UNSUPPORTED, _reasons(faults)) if faults else None


def check_conflicts(case: Case) -> Finding | None:
    """What one of the sentences says in nearly the same words is not otherwise in the claim."""
    if coverage(case.claim, case.closest) < SAME_WORDING:
        return None
    faults = [
        *_number_and_date_faults(case),
        *polarity_faults(case),
        *quantifier_faults(case),
        *replaced_name_faults(case),
        *speaker_faults(case),
        *role_faults(case),
        *exchanged_faults(case),
        *exchanged_number_faults(case),
        *reversed_faults(case),
    ]
    conflicts = [fault for fault in faults if fault.conflict]
    return Finding(Verdict.CONTRADICTED, _reasons(conflicts)) if conflicts else None


def check_particulars(case: Case) -> Finding | None:
    """All particulars of the claim are in the source, and it goes no further than the source.

    *Partly* if some of it is there.
    """
    faults = [
        *_number_and_date_faults(case),
        *name_faults(case),
        *only_faults(case),
        *none_faults(case),
        *attribution_faults(case),
        *one_sided_faults(case),
        *(list(overstatement_faults(case)) or hedge_faults(case)),
        *plan_faults(case),
        *office_faults(case),
        *head_faults(case),
        *_moved_faults(case),
        *reason_faults(case),
        *comparison_faults(case),
        *first_faults(case),
    ]
    if not faults:
        return None
    near = coverage(case.claim, case.source) >= SAME_WORDING
    some = len(faults) < case.claim.particulars
    return Finding(Verdict.PARTLY if near or some else Verdict.UNSUPPORTED, _reasons(faults))


def check_meaning(case: Case, embed: Embed | None) -> Finding:
    """The last rung: the claim means what the source says, as far as words and vectors tell."""
    score = closeness(case, embed)
    enough, some = (SUPPORTED_MEANING, PARTLY_MEANING) if embed else (SUPPORTED, PARTLY)
    if score >= enough:
        return Finding(Verdict.SUPPORTED, _agreement(case))
    if score >= some:
        return Finding(Verdict.PARTLY, _lacking(case))
    return Finding(Verdict.UNSUPPORTED, case.lacks("say", "anything like this"))


def closeness(case: Case, embed: Embed | None) -> float:
    """How near the claim is to its source, 0 to 1: shared words, and with ``embed`` meaning too."""
    shared = coverage(case.claim, case.source)
    if embed is None:
        return shared
    together = [case.source.text] if case.several else []
    vectors = embed([case.claim.text, *case.sentences, *together])
    return (shared + float(np.max(vectors[1:] @ vectors[0]))) / 2


def _number_and_date_faults(case: Case) -> list[Fault]:
    return [*number_faults(case), *date_faults(case), *weekday_faults(case)]


def _moved_faults(case: Case) -> list[Fault]:
    """What the source has, and says of something else."""
    return [
        *counted_faults(case),
        *moved_number_faults(case),
        *moved_subject_faults(case),
        *merged_subject_faults(case),
        *merged_faults(case),
    ]


def _reasons(faults: Sequence[Fault]) -> str:
    return " ".join(dict.fromkeys(fault.reason for fault in faults[:MOST_REASONS]))


def _agreement(case: Case) -> str:
    found = "The wording agrees"
    return f"{found}, and every number, date and name." if case.claim.particulars else f"{found}."


def _lacking(case: Case) -> str:
    """Name the words of the claim that the source lacks, in the claim's order."""
    missing = missing_stems(case.claim, case.source)
    lacking = [word for word, stem in case.claim.spelled if stem in missing][:MOST_WORDS]
    named = ", ".join(f"“{word}”" for word in dict.fromkeys(lacking))
    return case.lacks("mention", named) if named else "The wording is not close enough."
