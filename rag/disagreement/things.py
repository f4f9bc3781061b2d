"""What numbers count: by the stems of words, and whether two counts can be of the same."""

from collections.abc import Sequence

from rag.checking.wording import content_stems
from rag.dates import WEEKDAYS

OF_TELLING = frozenset(
    content_stems(
        "say tell report account accord add announce count give put estimate figure number speak "
        "state statement claim describe cite quote write mention source version date "
        "day year month week time hour minute second per cent percent percentage kilometre "
        "kilometer metre meter mile km million billion dollar euro " + " ".join(WEEKDAYS)
    )
)
SAME = dict.fromkeys(
    content_stems("kill killed die died dying death dead toll fatal fatality"), "dead"
)
_GENERAL = frozenset(content_stems("people person more other others total least new time times"))
FATES = frozenset(
    content_stems(
        "dead injured hurt wounded missing arrested detained rescued released freed displaced "
        "evacuated captured infected recovered returned"
    )
)
_SORTS = frozenset(
    content_stems(
        "child woman man girl boy teenager baby civilian soldier fighter militant journalist "
        "student officer police worker foreigner patient doctor paramedic prisoner hostage"
    )
)


def things_of(behind: Sequence[str], told: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """What is counted, by the stems behind a number; by what befell them, where it is *people*.

    ``told`` are the stems of the sentence; it must tell of one fate only.
    """
    named = tuple(SAME.get(one, one) for one in behind if one not in OF_TELLING | _GENERAL)
    fates = tuple(told & FATES)
    return named or (fates if len(fates) == 1 else ())


def count_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two counts may be of the same: the first thing of either is named by the other.

    Not of other people or of another fate: children and all people, the dead and the wounded.
    """
    if not one or not other:
        return True
    fates = FATES.intersection(one), FATES.intersection(other)
    apart = _SORTS.intersection(one) != _SORTS.intersection(other)
    return (one[0] in other or other[0] in one) and not apart and _agree(*fates)


def _agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the same befell two groups, as far as it is said."""
    return not one or not other or bool(one & other)
