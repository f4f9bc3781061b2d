"""Dates as people write them at the head of a document."""

import re
from datetime import date, datetime

FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")
IN_FILE_NAME = re.compile(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)")


def parse_date(value: object) -> date | None:
    """Read a date out of what a YAML loader or a header line gives; None when it is not one."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    return _parse_words(value.strip())


def date_in_name(name: str) -> date | None:
    """Return the first ISO date in a file name, if there is one."""
    found = IN_FILE_NAME.search(name)
    return _parse_words(found[1]) if found else None


def _parse_words(words: str) -> date | None:
    for candidate in (words, words[:10]):  # the second: an ISO date with a time behind it
        for form in FORMATS:
            try:
                return datetime.strptime(candidate, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    return None
