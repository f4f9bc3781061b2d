"""A saved answer held against today's documents, for a person and as JSON for programs."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rag.rendering import source_words
from rag.rendering.markdown import inert, literal_line
from rag.types import Compared, Place, SavedAnswer, SavedCitation, Standing

SIGNS: Mapping[Standing, str] = {
    Standing.SAME: "✓",
    Standing.MOVED: "→",
    Standing.CHANGED: "≠",
    Standing.GONE: "✗",
    Standing.ALTERED: "!",
}
_INDENT = "\n    "


def to_markdown(compared: Sequence[Compared]) -> str:
    """Every citation with how it stands and why; at the end a summary.

    Nothing in it makes a viewer load or follow anything.
    """
    return inert("\n\n".join([*map(_citation, compared), summary_line(compared)]))


def to_json(answer: SavedAnswer, compared: Sequence[Compared]) -> dict[str, object]:
    """The object that ``rag check --saved --json`` prints: only what ``json.dumps`` takes."""
    return {
        "question": answer.question,
        "citations": [
            {
                **_citation_json(one.citation),
                "standing": one.standing.value,
                "reason": one.reason,
                "now": _place_json(one.now) if one.now else None,
            }
            for one in compared
        ],
        "summary": summary(compared),
    }


def summary(compared: Sequence[Compared]) -> dict[str, int]:
    """How many citations there are, and how many of them stand in each way."""
    counted = Counter(one.standing for one in compared)
    ways = {standing.value: counted[standing] for standing in Standing}
    return {"citations": len(compared)} | ways


def summary_line(compared: Sequence[Compared]) -> str:
    """The same in words: "7 citations: 5 same, 2 changed"."""
    counts = summary(compared)
    total = counts.pop("citations")
    named = ", ".join(f"{number} {standing}" for standing, number in counts.items() if number)
    return f"{total} citation{'' if total == 1 else 's'}: {named or 'nothing to check'}"


def _citation(one: Compared) -> str:
    lines = [f"{SIGNS[one.standing]} [{one.citation.number}] {one.standing.value}"]
    lines += _quoted(one.citation) if one.citation.text else []
    lines += [literal_line(one.reason)] * bool(one.reason)
    lines += _now(one.now, one.citation.text) if one.now else []
    return _INDENT.join(lines)


def _quoted(citation: SavedCitation) -> list[str]:
    place = f", characters {citation.start}–{citation.end}"
    return [f"“{literal_line(citation.text)}”", literal_line(source_words(citation)) + place]


def _now(place: Place, cited: str) -> list[str]:
    """Where it is now, and what is there when that is not what was cited."""
    where = f"now: {literal_line(place.document)}, characters {place.start}–{place.end}"
    return [where] + [f"“{literal_line(place.text)}”"] * (place.text != cited)


def _citation_json(citation: SavedCitation) -> dict[str, object]:
    return {
        "number": citation.number,
        "document": citation.document,
        "title": citation.title,
        "date": citation.date.isoformat() if citation.date else None,
        "start": citation.start,
        "end": citation.end,
        "text": citation.text,
        "hash": citation.hash,
    }


def _place_json(place: Place) -> dict[str, object]:
    return {
        "document": place.document,
        "start": place.start,
        "end": place.end,
        "text": place.text,
    }
