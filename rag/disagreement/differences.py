"""How two sentences about the same thing differ: in a number, in a date, or in yes and no."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.checking.numerals import NUMBER_WORDS
from rag.checking.polarity import flipped, opposed
from rag.checking.wording import content_stems, fold
from rag.dates import Day
from rag.disagreement.accounts import ONE_MATTER, SAME_NEWS, Account, may_be_of_one_thing
from rag.disagreement.amounts import Amount
from rag.disagreement.rivals import gives, rivals
from rag.disagreement.telling import Telling, at_other_times, shared, strangers, told_by_two
from rag.disagreement.things import FATES
from rag.types import DisagreementKind


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like two sentences must be: cosine, and the shares of what they tell of in common."""

    cosine: float
    low: float
    high: float

    def holds(self, cosine: float, shares: tuple[float, float]) -> bool:
        """Whether two sentences are as like as this."""
        return cosine >= self.cosine and shares[0] >= self.low and shares[1] >= self.high


# Chosen on the dev split, see docs/decisions/0014-disagreement.md. A number names what it counts,
# so less will do; a date and a denial belong to whatever happened, so nearly all must agree.
OF_NUMBERS = Likeness(0.65, 0.3, 0.5)
OF_LASTING = Likeness(0.8, 0.5, 0.7)  # numbers of what does not happen, but is so for long
OF_DATES = Likeness(0.75, 0.4, 0.7)
OF_POLARITY = Likeness(0.7, 0.5, 0.7)
LEAST = OF_NUMBERS.cosine
A_FEW = 0.25  # of the words of the shorter sentence, tellers and all
_MONTH = 31  # days; reports of one thing that are farther apart are of two
_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(sorted(NUMBER_WORDS))})\b", re.IGNORECASE)
_DENIES = re.compile(
    r"\b(?:not|never|no longer|cannot|den(?:y|ies|ied)|nobody)\b|n't\b", re.IGNORECASE
)
_LOOSE = frozenset(  # of opposite sense, but of other things as a rule
    "first last most least fewest more fewer less before after since until till early late earlier "
    "later second seconds minute minutes hour hours day days week weeks month months year years "
    "decade decades century centuries male men man female women woman".split()
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What two sentences say differently; ``running``: both count something that may grow.

    What the one denies and the other says is ``said`` by both. ``days`` are those that the
    sentences give for it themselves, if they are two; ``amounts`` the two numbers.
    """

    kind: DisagreementKind
    said: tuple[str, str]
    running: bool = False
    days: tuple[str, str] | None = None
    amounts: tuple[Amount, Amount] | None = None


def difference(one: Account, other: Account, cosine: float) -> Difference | None:
    """Say how two sentences differ; None if they do not, or not about the same thing."""
    if not _is_worth_reading(one, other, cosine) or not may_be_of_one_thing(one, other):
        return None
    mine, theirs = one.telling, other.telling
    shares = shared(mine, theirs)
    lasting = OF_LASTING.holds(cosine, shares) and not (mine.stems | theirs.stems) & FATES
    found = _of_numbers(one, other, lasting=lasting) if OF_NUMBERS.holds(cosine, shares) else None
    if found or not mine.deeds & theirs.deeds:
        return found
    return (_of_dates(one, other) if OF_DATES.holds(cosine, shares) else None) or (
        _of_polarity(one, other) if OF_POLARITY.holds(cosine, shares) else None
    )


def _is_worth_reading(one: Account, other: Account, cosine: float) -> bool:
    """Whether two texts may differ at all: below some cosine they can in numbers only."""
    near = cosine >= min(OF_DATES.cosine, OF_POLARITY.cosine)
    numbered = near or (_NUMBER.search(one.text) and _NUMBER.search(other.text))
    comparable = numbered and one.is_comparable and other.is_comparable
    return bool(comparable) and one.days_from(other) <= ONE_MATTER and _shares_words(one, other)


def _shares_words(one: Account, other: Account) -> bool:
    """A first look: what is dear to read is read only if enough of its words are in the other."""
    mine, theirs = (set(content_stems(fold(account.text))) for account in (one, other))
    return len(mine & theirs) >= A_FEW * min(len(mine), len(theirs))


def _of_numbers(one: Account, other: Account, *, lasting: bool) -> Difference | None:
    """Another number for what is counted: at the same time, or counted on as time goes by."""
    mine, theirs = one.telling, other.telling
    running = mine.running and theirs.running
    changed = one.days_from(other) > SAME_NEWS and not lasting
    apart = at_other_times(mine, theirs)
    days = _days(mine, theirs) if apart else None
    if ((changed or apart) and not running) or (apart and not days):
        return None
    pairs = list(rivals(mine, theirs))
    several = len({amount.things[:1] for amount, _ in pairs}) > 1
    if not pairs or (several and not told_by_two(mine, theirs)):
        return None  # two sentences that agree in no figure are of two things
    amount, rival = pairs[0]
    return Difference(DisagreementKind.NUMBER, (amount.said, rival.said), running, days, pairs[0])


def tells_apart(
    found: Difference, pair: tuple[Account, Account], offered: Iterable[Account]
) -> bool:
    """Whether one of two authors gives both numbers, and not as the words of two tellers.

    ``offered`` are the sentences that are known of both documents.
    """
    if not found.amounts or told_by_two(pair[0].telling, pair[1].telling):
        return False
    rival_of = {pair[0].document: found.amounts[1], pair[1].document: found.amounts[0]}
    return any(
        one.document in rival_of and gives(one.telling, rival_of[one.document]) for one in offered
    )


def _days(one: Telling, other: Telling) -> tuple[str, str] | None:
    """The days of two sentences that give one each."""
    if len(one.reading.dates) == len(other.reading.dates) == 1:
        return str(one.reading.dates[0]), str(other.reading.dates[0])
    return None


def _of_dates(one: Account, other: Account) -> Difference | None:
    """Another day for what is otherwise the same, told with the same numbers."""
    mine, theirs = one.telling.reading.dates, other.telling.reading.dates
    if len(mine) != 1 or len(theirs) != 1 or not _is_other(mine[0], theirs[0]):
        return None
    own_days = one.date != other.date and one.is_news(mine[0]) and other.is_news(theirs[0])
    if own_days or next(rivals(one.telling, other.telling), None):
        return None
    return Difference(DisagreementKind.DATE, (str(mine[0]), str(theirs[0])))


def _is_other(day: Day, other: Day) -> bool:
    """Whether two days, as exact as each other, are near or differ in the year only."""
    if (day.day is None) != (other.day is None):
        return False
    if day.lacks(other) is not None or other.lacks(day) is not None:
        return False
    same_year = None in (day.year, other.year) or day.year == other.year
    near = abs((day.month - other.month) * _MONTH + (day.day or 0) - (other.day or 0)) <= _MONTH
    return near if same_year else (day.month, day.day) == (other.month, other.day)


def _of_polarity(one: Account, other: Account) -> Difference | None:
    """What the one denies and the other, which denies nothing, says; or words of opposite sense.

    Only in documents of about the same day: later it may have come about.
    """
    mine, theirs = one.telling, other.telling
    if (
        one.days_from(other) > SAME_NEWS
        or at_other_times(mine, theirs)
        or next(rivals(mine, theirs), None)
    ):
        return None
    denies = [telling for telling in (mine, theirs) if telling.reading.polarity.denials]
    if len(denies) == 1 and _DENIES.search(denies[0].reading.text):
        return _denied(denies[0], theirs if denies[0] is mine else mine)
    words = None if denies else opposed(mine.reading.polarity, theirs.reading.polarity)
    if not words or _LOOSE.intersection(words):
        return None
    return Difference(DisagreementKind.POLARITY, (f"“{words[0]}”", f"“{words[1]}”"))


def _denied(denier: Telling, other: Telling) -> Difference | None:
    stems = flipped(denier.reading.polarity, other.reading.polarity)
    if not stems or strangers(denier, other):
        return None
    word = next(word for word, stem in denier.reading.spelled if stem in stems)
    return Difference(DisagreementKind.POLARITY, (f"“{word}”", f"“{word}”"))
