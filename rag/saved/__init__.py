"""A saved answer is held against today's documents, citation by citation.

    file → SavedAnswer with SavedCitation* → Compared*

Exact text decides. Likeness only finds the sentence to show beside one that has changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from rag.errors import QuestionError
from rag.ledger import Ledger
from rag.ledger.rows import Record
from rag.rendering import one_line
from rag.rendering.json_form import text_hash
from rag.sentences import split_spans
from rag.types import Compared, Place, SavedAnswer, SavedCitation, Standing

STANDS = (Standing.SAME, Standing.MOVED)
NEAR = 0.4  # of likeness; the likest sentence of another briefing in seeds/ has less, 19 of 20
HELD = 32  # documents in memory at a time

UNREADABLE = "This footnote is missing or cannot be read any more."
EDITED = "The quotation was edited after it was saved: its hash is another one."
STILL_THERE = f"{EDITED} The document still has what was cited."
NOT_THERE = "The document does not have this any more, and nothing that comes near."
REWORDED = "The document does not have this any more; the nearest it has now is shown."
RESPACED = "The document has the same words with other spaces or line breaks between them."
ELSEWHERE = "The document has the same text in another place."
RENAMED = "No document of this name is indexed any more; another one has the same text."
FORGOTTEN = "No document of this name is indexed any more, and no other has this text."


def recheck(ledger: Ledger, answer: SavedAnswer) -> list[Compared]:
    """Say of every citation whether the documents still have it, in the order of the answer.

    Raises QuestionError when there is something to look for and no document is indexed.
    """
    if answer.citations and not ledger.entries():
        raise QuestionError("No documents are indexed yet; run: rag ingest FOLDER")
    record_of = lru_cache(HELD)(ledger.record)
    compared = [compare(one, record_of(one.document)) for one in answer.citations]
    if any(one.standing is Standing.GONE for one in compared):
        return _looked_for_elsewhere(compared, ledger.records())
    return compared


def compare(citation: SavedCitation, record: Record | None) -> Compared:
    """Hold a citation against the document of its name, or against none."""
    if not citation.text:
        return Compared(citation, Standing.ALTERED, UNREADABLE)
    if text_hash(citation.text) != citation.hash:
        return _altered(citation, record)
    if record is None:
        return Compared(citation, Standing.GONE, FORGOTTEN)
    if record.document.text[citation.start : citation.end] == citation.text:
        return Compared(citation, Standing.SAME)
    place = same_text(citation, record)
    if place is not None:
        return Compared(citation, Standing.MOVED, ELSEWHERE, place)
    return _changed(citation, nearest(citation.text, record))


def same_text(citation: SavedCitation, record: Record) -> Place | None:
    """Where a document has the text of a citation, next to where it had it before."""
    text, start = citation.text, citation.start
    before = record.document.text.rfind(text, 0, start + len(text))
    behind = record.document.text.find(text, start)
    found = [one for one in (before, behind) if one >= 0]
    if not found:
        return None
    return _place(record, first := min(found, key=lambda one: abs(one - start)), first + len(text))


def nearest(text: str, record: Record) -> Place | None:
    """The sentences of a document that are most like a text, as many as it has itself."""
    wanted = _trigrams(text)
    best, place = NEAR, None
    for start, end in _windows(record, len(split_spans(text))):
        likeness = _dice(wanted, _trigrams(record.document.text[start:end]))
        if likeness >= best:
            best, place = likeness, (start, end)
    return _place(record, *place) if place else None


def _altered(citation: SavedCitation, record: Record | None) -> Compared:
    """An edited quotation, with what was cited if the document still has it, by its hash."""
    if record is None:
        return Compared(citation, Standing.ALTERED, EDITED)
    near = nearest(citation.text, record)
    for place in (_place(record, citation.start, citation.end), near):
        if place is not None and text_hash(place.text) == citation.hash:
            return Compared(citation, Standing.ALTERED, STILL_THERE, place)
    return Compared(citation, Standing.ALTERED, EDITED, near)


def _changed(citation: SavedCitation, near: Place | None) -> Compared:
    if near is None:
        return Compared(citation, Standing.CHANGED, NOT_THERE)
    is_respaced = one_line(near.text) == one_line(citation.text)
    return Compared(citation, Standing.CHANGED, RESPACED if is_respaced else REWORDED, near)


def _looked_for_elsewhere(
    compared: Sequence[Compared], records: Iterable[Record]
) -> list[Compared]:
    """The same, with those that are gone moved to a document of another name that has them.

    Of several such documents it is the one that has the text nearest to its old offset: most
    likely the same document with another name.
    """
    found: dict[int, Place] = {}
    gone = [n for n, one in enumerate(compared) if one.standing is Standing.GONE]
    for record in records:
        for n in gone:
            citation = compared[n].citation
            place = same_text(citation, record)
            if place and _distance(citation, place) < _distance(citation, found.get(n)):
                found[n] = place
    return [
        replace(one, standing=Standing.MOVED, reason=RENAMED, now=found[n]) if n in found else one
        for n, one in enumerate(compared)
    ]


def _distance(citation: SavedCitation, place: Place | None) -> float:
    return float("inf") if place is None else abs(place.start - citation.start)


def _place(record: Record, start: int, end: int) -> Place:
    return Place(record.document.id, start, end, record.document.text[start:end])


def _windows(record: Record, sentences: int) -> Iterator[tuple[int, int]]:
    """The bounds of every run of so many sentences; of the whole where there are fewer."""
    bounds = record.bounds.tolist()
    width = max(1, min(sentences, len(bounds)))
    for first, last in zip(bounds, bounds[width - 1 :], strict=False):
        yield first[0], last[1]


def _trigrams(text: str) -> frozenset[str]:
    words = one_line(text).casefold()
    return frozenset(words[n : n + 3] for n in range(max(1, len(words) - 2)))


def _dice(these: frozenset[str], those: frozenset[str]) -> float:
    return 2 * len(these & those) / (len(these) + len(those))
