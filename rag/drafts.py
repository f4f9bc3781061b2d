"""A text that somebody else wrote, as it comes in to be checked: bytes → text."""

from collections.abc import Callable

from rag.errors import DocumentError

MOST_BYTES = 200_000  # some 2,000 claims

Watch = Callable[[int, int], None]
"""Is told how far a check is: how many statements are done, of how many."""


def read_draft(data: bytes, name: str) -> tuple[str, str]:
    """The text, and a note on how it was read where that was a guess; raises DocumentError.

    Offsets count in this text: all that came in but a byte order mark. ``name`` is what the
    error calls it.
    """
    from rag.documents.encoding import decode

    if len(data) > MOST_BYTES:
        raise DocumentError(
            f"{name} is larger than {MOST_BYTES:,} bytes; check it in several pieces."
        )
    text, note = decode(data, name)
    if not text.strip():
        raise DocumentError(f"{name} is empty; there is nothing to check.")
    return text, note
