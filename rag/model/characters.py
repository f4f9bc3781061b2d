"""Characters that a server sent in two halves, each in a piece of its own."""

from collections.abc import Iterable, Iterator


def whole_characters(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces with surrogates joined to characters; one that stays alone becomes ``\ufffd``.

    JSON lets a half of a character through, and no file, screen or splitter takes it.
    """
    half = ""
    for piece in pieces:
        text = half + piece
        half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        if whole := _joined(text.removesuffix(half)):
            yield whole
    if half:
        yield _joined(half)


def _joined(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
