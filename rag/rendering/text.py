"""Text with footnote marks as HTML: escaped as it is, or read as Markdown from an allow-list.

Allowed are paragraphs, headings, lists, tables, quotations, bold, italics and code. Links,
images and tags are no part of it; they stay the characters they are. Marks are put into the
tokens after reading, so they can neither change how the text is read nor be changed by it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import accumulate
from types import MethodType

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from rag.rendering import with_marks

BLANK_LINES = re.compile(r"\n\s*\n")

_FORBIDDEN = ["html_block", "html_inline", "link", "image", "autolink", "reference", "entity"]
_UNWANTED = ["code", "text_join"]  # indented code; a join would lose the offsets of escapes

# Tokens that show text, and what stands around it. A code block's language would become an
# attribute; it is dropped.
_SHOWN = {
    "text": "{}",
    "text_special": "{}",
    "code_inline": "<code>{}</code>",
    "fence": "<pre><code>{}</code></pre>",
}


def plain_html(text: str, marks: Iterable[tuple[int, str]]) -> str:
    """The text as it is, in paragraphs and lines, with each mark (HTML) at its offset."""
    shown = with_marks(_unix_lines(text), marks, escape)
    return "".join(f"<p>{p}</p>" for p in BLANK_LINES.split(shown)).replace("\n", "<br>")


def markdown_html(text: str, marks: Iterable[tuple[int, str]]) -> str:
    """The text read as Markdown, with each mark (HTML) where its offset came to stand."""
    text = _unix_lines(text)
    tokens = _READER.parse(text)
    homeless = _hang_on(list(_leaves(tokens, text)), marks)
    return str(_RENDERER.render(tokens, _READER.options, {})) + homeless


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A token that shows text, and where that text starts in the source."""

    token: Token
    start: int


def _hang_on(leaves: Sequence[_Leaf], marks: Iterable[tuple[int, str]]) -> str:
    """Give each mark to the last leaf that starts at or before it; return those without one."""
    if not leaves:
        return "".join(mark for _, mark in marks)
    starts = [leaf.start for leaf in leaves]
    for offset, mark in marks:
        leaf = leaves[max(bisect_right(starts, offset) - 1, 0)]
        leaf.token.meta.setdefault("marks", []).append((offset - leaf.start, mark))
    return ""


def _leaves(tokens: Iterable[Token], text: str) -> Iterator[_Leaf]:
    """The tokens that show text, in reading order.

    Each one's text is a stretch of the source behind the one before, so it is found by
    looking for it there; the lines of its block bound the search, and so any mistake.
    """
    lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    end = 0
    for block in tokens:
        first, last = block.map or (0, 0)
        end = max(end, lines[first])
        for token in _showing(block):
            found = text.find(token.content, end, lines[last])
            start = found if found >= 0 else end
            end = start + len(token.content)
            yield _Leaf(token, start)


def _showing(block: Token) -> list[Token]:
    inside = block.children or [block]
    return [token for token in inside if token.type in _SHOWN and token.content]


def _unix_lines(text: str) -> str:
    """The text with every line end made one newline and every offset kept."""
    return text.replace("\r\n", " \n").replace("\r", "\n")


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": 100})
    return reader.enable("table").disable(_FORBIDDEN + _UNWANTED)


def _renderer() -> RendererHTML:
    renderer = RendererHTML()
    for name, around in _SHOWN.items():
        renderer.rules[name] = MethodType(partial(_show, around), renderer)
    return renderer


def _show(around: str, _: RendererHTML, tokens: Sequence[Token], index: int, *__: object) -> str:
    token = tokens[index]
    return around.format(with_marks(token.content, token.meta.get("marks", ()), escape))


_READER = _reader()
_RENDERER = _renderer()
