"""Two sentences as accounts of something, and whether it may be the same thing at the same time."""

import datetime as dt
import re
from dataclasses import dataclass

from rag.checking.names import Names, missing_names
from rag.checking.reading import read
from rag.dates import Day
from rag.disagreement.telling import Telling, strangers, tell, told_by_two

LONGEST = 400  # characters of a sentence; a longer one tells of too much to be compared
SAME_NEWS = 3  # days between documents that tell of the same news, and between a day and its news
ONE_MATTER = 60  # days between documents; what comes back every year comes back with other figures
_NO_ACCOUNT = re.compile(r"[?:][\"')\]]*\s*\Z|\|")  # a question, a heading of a list, a table
_SOMEBODY = re.compile(r"\W*(?:he|she|it|they|his|her|its|their)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Account:
    """A sentence with its document, and the title and the day of that."""

    text: str
    document: str = ""
    title: str = ""
    date: dt.date | None = None

    @property
    def telling(self) -> Telling:
        """What the sentence tells."""
        return tell(self.text)

    @property
    def is_comparable(self) -> bool:
        """Whether the sentence is an account of anything at all."""
        return len(self.text) <= LONGEST and not _NO_ACCOUNT.search(self.text)

    def days_from(self, other: "Account") -> int:
        """The days between the documents; 0 when one of them has no date."""
        return abs((self.date - other.date).days) if self.date and other.date else 0

    def is_news(self, day: Day) -> bool:
        """Whether the document tells of its own days: what happens every week is told so."""
        if not self.date or not day.day:
            return False
        try:
            told = dt.date(day.year or self.date.year, day.month, day.day)
        except ValueError:
            return False
        return abs((self.date - told).days) <= SAME_NEWS


def may_be_of_one_thing(one: Account, other: Account) -> bool:
    """Whether nothing speaks against two sentences telling of one thing, in the same sense."""
    mine, theirs = one.telling, other.telling
    return (
        mine.planned == theirs.planned
        and mine.periods == theirs.periods
        and mine.ordinals == theirs.ordinals
        and not (strangers(mine, theirs) and strangers(theirs, mine))
        and _may_have_one_subject(one, other)
    )


def _may_have_one_subject(one: Account, other: Account) -> bool:
    """Whether two documents may tell of one thing, or one document passes on two tellers' words."""
    if not one.document or one.document != other.document:
        return _have_one_subject(one, other)
    return told_by_two(one.telling, other.telling)


def _have_one_subject(one: Account, other: Account) -> bool:
    """Whether two documents name somebody or something in common, as far as they name any.

    A sentence without a name is about what its title names; but *he* of one document and *he* of
    another are two.
    """
    mine, theirs = (_named(account) for account in (one, other))
    unnamed = not mine.names or not theirs.names
    if unnamed and (_SOMEBODY.match(one.text) or _SOMEBODY.match(other.text)):
        return False
    return unnamed or len(missing_names(mine, theirs)) < len(mine.names)


def _named(account: Account) -> Names:
    """The names of a sentence; of its title, if it has none."""
    names = account.telling.reading.names
    return names if names.names else read(account.title).names
