"""Wrong names for claims that are right, and what a document set has to swap.

The names that are known here are those of the briefings and some of their kind; each line is one
kind: a person is never swapped for a city.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from eval.planted.claims import Claim, Stock, holds
from eval.planted.figures import NUMBER
from rag.dates import WEEKDAYS, read_dates

_PRESIDENT = "Joe Biden"  # stands among the people
_PEOPLE = """Benjamin Netanyahu|Antony Blinken|Joe Biden|Yahya Sinwar|Ismail Haniyeh|William Burns|
    Khalil al-Hayya|David Barnea|Ronen Bar|Fuad Shukr|Abbas Kamel|Hassan Nasrallah|John Kirby|
    Daniel Hagari|Yoav Gallant|Nitzan Alon|Brett McGurk|Abbas Araghchi|Jake Sullivan|Yair Lapid|
    Itamar Ben-Gvir|Kamala Harris|Antonio Guterres|Osama Hamdan|Mahmoud Mardawi|Ophir Falk|
    Masoud Pezeshkian|Izzat al-Rishq|Donald Trump|Recep Erdogan|Emmanuel Macron|Rik Peeperkorn|
    Bezalel Smotrich|Muhannad Hadi|Antonio Tajani|Najib Mikati|Hossam Badran|Ali Ammar"""
_PLACES = """Egypt|Qatar|Israel|Lebanon|Iran|Russia|Jordan|Turkey|Syria|Algeria|France|Italy
    Cairo|Doha|Tehran|Beirut|Amman|Jerusalem|Tel Aviv|Halifax|London
    Khan Younis|Deir al-Balah|Rafah|Gaza City|Majdal Shams|Kerem Shalom|Jabalia
    Philadelphi|Netzarim
    Egyptian|Qatari|Israeli|Lebanese|Iranian|Palestinian|American|Russian|Jordanian|Turkish"""
_ORGANISATIONS = """Hamas|Hezbollah|Fatah|Islamic Jihad
    Mossad|Shin Bet|CIA|MI6
    WHO|UNICEF|UNRWA|OCHA|World Food Programme
    Reuters|AP|Axios|ABC|TASS|Fox|BBC|IRNA|Asharq News|Jerusalem Post|Al Jazeera|New York Times
    British Airways|Air France|Royal Jordanian|Lufthansa"""


def stock_of(texts: Iterable[str]) -> Stock:
    """Collect what the texts of a document set have to swap, in a fixed order."""
    whole = "\n".join(texts)
    dates, undated = read_dates(whole)
    kinds = [" ".join(_PEOPLE.split()).split("|")]
    kinds += [line.strip().split("|") for line in f"{_PLACES}\n{_ORGANISATIONS}".splitlines()]
    return Stock(
        numbers=tuple(sorted({found[0] for found in NUMBER.finditer(undated)})),
        days=tuple(sorted({(day.month, day.day) for day in dates if day.day})),
        names=tuple(
            tuple(name.strip() for name in kind if holds(name.strip(), whole)) for kind in kinds
        ),
    )


def name_swapped(claim: Claim, stock: Stock) -> Iterator[str]:
    """Another person, place or organisation of the set that stands nowhere near."""
    beside = "\n".join(claim.neighbours)
    return (text for text, new in _renamed(claim, stock) if not holds(new, beside))


def name_from_beside(claim: Claim, stock: Stock) -> Iterator[str]:
    """Another person, place or organisation, one that a neighbouring sentence names."""
    beside = "\n".join(claim.neighbours)
    return (text for text, new in _renamed(claim, stock) if holds(new, beside))


def _renamed(claim: Claim, stock: Stock) -> Iterator[tuple[str, str]]:
    """The claim with one of its names replaced throughout, and the last word of the new name."""
    for kind in stock.names:
        last = {name: surname(name, kind) for name in kind}
        strange = [name for name in kind if not claim.holds(last[name])]
        for old in (name for name in kind if claim.shares(last[name])):
            for new in strange:
                whole = claim.text.replace(old, new)
                put_in = re.sub(rf"(?<!\w){re.escape(last[old])}(?!\w)", last[new], whole)
                yield put_in[:1].upper() + put_in[1:], last[new]


def surname(name: str, kind: Sequence[str]) -> str:
    """The last word of a person's name; the names of all others stay whole."""
    return name.rsplit(" ", 1)[-1] if _PRESIDENT in kind else name


def lacks_particular(claim: str, shown: str) -> bool:
    """Whether a text has not all numbers and capitalised words of a claim, in any place.

    Weekdays do not count: a date has one, named or not.
    """
    known = {word.casefold() for word in re.findall(r"\w+", shown)} | {*WEEKDAYS}
    told = re.findall(r"(?<!\A)(?<![.:] )\b(?:[A-Z]\w+|\d+)", claim)
    return any(word.casefold() not in known for word in told)
