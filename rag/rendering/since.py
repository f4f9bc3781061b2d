"""What has become of the sources of an answer since it was given, in words and as HTML."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from rag.rendering import one_line
from rag.rendering.compared import SIGNS
from rag.types import Compared, Standing

_HAPPENED = {
    Standing.MOVED: "elsewhere now",
    Standing.CHANGED: "changed",
    Standing.GONE: "gone with the document",
    Standing.ALTERED: "not to be read any more",
}


def since_line(compared: Sequence[Compared]) -> str:
    """One sentence where a cited sentence is not as it was; nothing where all are.

    "Since this answer its sources have changed: of 3 cited sentences 1 changed."
    """
    counted = Counter(one.standing for one in compared)
    if counted[Standing.SAME] == len(compared):
        return ""
    named = ", ".join(
        f"{counted[standing]} {words}" for standing, words in _HAPPENED.items() if counted[standing]
    )
    total = "1 cited sentence" if len(compared) == 1 else f"{len(compared)} cited sentences"
    return f"Since this answer its sources have changed: of {total} {named}."


def since_html(one: Compared) -> str:
    """How a citation stands today, below it; nothing where it is as it was."""
    if one.standing is Standing.SAME:
        return ""
    now = one.now.text if one.now and one.now.text != one.citation.text else ""
    shown = f' <q class="now">{escape(one_line(now))}</q>' * bool(now)
    sign = f'<span class="sign" aria-hidden="true">{SIGNS[one.standing]}</span>'
    return f'<span class="since">{sign} Since then: {escape(one.reason)}{shown}</span>'
