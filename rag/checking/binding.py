"""Numbers, years and names that the source has, and that it says of something else."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from rag.checking.amounts import is_equal, is_year
from rag.checking.clauses import Clause, read_clauses
from rag.checking.numbers import Quantity
from rag.checking.numerals import read_numerals
from rag.checking.particulars import Fault
from rag.checking.reading import Case, read
from rag.checking.wording import content_stems, fold, plain
from rag.dates import read_dates

_CARRIES = 0.75  # share of a clause's words of meaning in one that says the same
_AHEAD = 0.3  # how much less of them the next best one may have
_CLAUSE = re.compile(r"[.,;:()\n]")
_FEWEST = 2  # words of meaning in a clause


def counted_faults(case: Case) -> Iterator[Fault]:
    """Two women where the source counts three women and two of something else."""
    theirs = case.closest.numbers if case.is_short else ()
    for mine in case.claim.numbers:
        same = [other for other in theirs if mine.counts & other.counts]
        if (
            not same
            or mine.bound not in {"", "="}
            or any(_may_equal(mine, other) for other in same)
        ):
            continue
        if any(is_equal(mine, other) for other in theirs) and not _is_whole(mine, case):
            yield Fault(f"The source counts {same[0].text} of these, not {mine.text}.")


def exchanged_number_faults(case: Case) -> Iterator[Fault]:
    """Two numbers of the sentence, each with what the other goes with."""
    mine, theirs = (read_placed(text.text) for text in (case.claim, case.closest))
    moved = sorted(mine - theirs) if case.is_short else []
    for (one, place), (other, its_place) in combinations(moved, 2):
        if one != other and {(one, its_place), (other, place)} <= theirs:
            yield Fault(f"The claim has {one} and {other} in each other's place.", conflict=True)


@lru_cache(maxsize=4_000)
def read_placed(text: str) -> frozenset[tuple[str, str]]:
    """The numbers of a plain text, each with the next word of meaning, or else the last one."""
    undated = read_dates(text)[1]
    numerals = list(read_numerals(undated))
    ends = [0, *(numeral.end for numeral in numerals)]
    starts = [*(numeral.start for numeral in numerals), len(undated)]
    return frozenset(
        (
            f"{numeral.value.normalize():f}",
            _place(undated[ends[at] : numeral.start], undated[numeral.end : starts[at + 1]]),
        )
        for at, numeral in enumerate(numerals)
    )


def _place(before: str, behind: str) -> str:
    here, *_ = _CLAUSE.split(behind)
    *_, there = _CLAUSE.split(before)
    following, preceding = content_stems(fold(here)), content_stems(fold(there))
    return following[0] if following else "".join(preceding[-1:])


def _is_whole(number: Quantity, case: Case) -> bool:
    """Whether both texts take something out of so many: *five of eight*, *five out of eight*."""
    of_them = re.compile(rf"\b(?:out )?of (?:the |these |those |its )?{re.escape(number.text)}\b")
    return all(of_them.search(text.text) for text in (case.claim, case.closest))


def _may_equal(mine: Quantity, other: Quantity) -> bool:
    return is_equal(mine, other) or bool(other.bound) or "ordinal" in (mine.unit, other.unit)


def moved_number_faults(case: Case) -> Iterator[Fault]:
    """A number or year of one clause, put where the clause that agrees has another."""
    theirs = _source_clauses(case)
    for clause, best in _carried(case, theirs):
        given = best.numbers
        for mine in clause.numbers:
            others = [other for other in given if _is_same_kind(mine, other)]
            elsewhere = any(is_equal(mine, other) for other in case.source.numbers)
            if others and elsewhere and not any(_may_equal(mine, other) for other in given):
                yield Fault(f"The source says {others[0].text} of this, not {mine.text}.")


def _is_same_kind(one: Quantity, other: Quantity) -> bool:
    if is_year(one) or is_year(other):
        return is_year(one) and is_year(other)
    return one.unit == other.unit != "ordinal" and (
        one.unit != "" or bool(one.counts & other.counts)
    )


def moved_subject_faults(case: Case) -> Iterator[Fault]:
    """What a clause of the source says of one, said of another whom the source names elsewhere."""
    theirs = _source_clauses(case)
    for clause, best in _carried(case, theirs):
        if not best.subject or not clause.subject or best.names & clause.subject:
            continue
        if best.subject & clause.names:
            continue
        if clause.subject <= case.source.names.words:
            yield Fault(f"The source says this of {best.spelled}, not of {clause.spelled}.")


def merged_subject_faults(case: Case) -> Iterator[Fault]:
    """What the source says of one whom the claim leaves out, hung on *who* or *he*."""
    theirs = _source_clauses(case)
    subject = ""
    for clause in read_clauses(case.claim.text):
        best = _carrier(clause, theirs)
        is_other = best and best.subject and not best.subject & case.claim.names.words
        if best and is_other and clause.leans and subject:
            yield Fault(f"The source says this of {best.spelled}, not of {subject}.")
        subject = clause.spelled or subject


def merged_faults(case: Case) -> Iterator[Fault]:
    """A date or number of one sentence that is about somebody else than the claim."""
    if not case.several or not case.is_short:
        return
    sentences = [read(sentence) for sentence in case.sentences]
    mine = {word for name in case.claim.names.names for word in name.words}
    for number in case.claim.numbers:
        givers = [s for s in sentences if any(is_equal(number, other) for other in s.numbers)]
        if len(givers) != 1 or mine & givers[0].names.words:
            continue
        subject = next((c for c in read_clauses(givers[0].text) if c.subject), None)
        if subject and not subject.subject & case.claim.names.words and mine:
            yield Fault(f"The source says {number.text} of {subject.spelled}.")


def _source_clauses(case: Case) -> list[Clause]:
    """The clauses of what is cited; none of a whole text, whose sentences nobody pointed at."""
    sentences = case.sentences if case.is_short else ()
    return [clause for one in sentences for clause in read_clauses(plain(one))]


def _carried(case: Case, theirs: Sequence[Clause]) -> Iterator[tuple[Clause, Clause]]:
    """Each clause of the claim with the one of the source that alone says nearly all of it."""
    for clause in read_clauses(case.claim.text):
        if best := _carrier(clause, theirs):
            yield clause, best


def _carrier(clause: Clause, theirs: Sequence[Clause]) -> Clause | None:
    if len(clause.stems) < _FEWEST or not theirs:
        return None
    ranked = sorted(theirs, key=lambda one: -len(clause.stems & one.stems))
    best, *others = (len(clause.stems & one.stems) / len(clause.stems) for one in ranked)
    ahead = best - others[0] if others else best
    return ranked[0] if best >= _CARRIES and ahead >= _AHEAD else None
