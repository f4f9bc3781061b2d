"""The title of a conversation: its first question, on one line and not too long for a list."""

from rag.rendering import one_line, printable

LONGEST = 80  # characters
UNTITLED = "Untitled"


def title_of(question: str) -> str:
    """The question as a title, cut between two words where it is long."""
    shown = _plain(question)
    if len(shown) <= LONGEST:
        return shown or UNTITLED
    cut = shown[: LONGEST - 1]
    whole = cut.rpartition(" ")[0]
    return (whole if len(whole) > LONGEST // 2 else cut) + "…"


def longest(title: str) -> str:
    """A title that somebody gave, no longer than a list can show."""
    return _plain(title)[:LONGEST].strip() or UNTITLED


def _plain(text: str) -> str:
    return one_line(printable(text)).encode("utf-8", "replace").decode("utf-8")
