"""Models that think aloud: their ``<think>…</think>`` before the reply is taken off the stream."""

from collections.abc import Iterator

_THINK, _THOUGHT = "<think>", "</think>"


def without_thoughts(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces without the white space and thoughts at their very start, however they are cut.

    Thoughts later in the reply are its text. One that never ends takes everything with it.
    """
    held, inside = "", False
    for piece in pieces:
        held, inside = _past_thoughts(held + piece, inside=inside)
        if not inside and held and not _THINK.startswith(held):
            yield held
            yield from pieces
            return
    if held and not inside:
        yield held


def _past_thoughts(text: str, *, inside: bool) -> tuple[str, bool]:
    """What is left of ``text`` after its leading thoughts, and whether it ends inside one."""
    while True:
        if inside:
            _, end, after = text.partition(_THOUGHT)
            if not end:  # a tail in which the end tag may have begun: linear however long
                return text[1 - len(_THOUGHT) :], True
            text = after
        text = text.lstrip()
        inside = text.startswith(_THINK)
        if not inside:
            return text, False
        text = text[len(_THINK) :]
