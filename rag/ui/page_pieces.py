"""Small pieces of HTML that the pages beside the chat share; what comes from outside is escaped."""

import re
from collections.abc import Iterable, Mapping
from html import escape

from rag.rendering import one_line
from rag.rendering.escaping import as_lines

_JOINER = "\N{WORD JOINER}"
_ARROW = re.compile(r"(?<!\S)(?=(?:<->|->|<-|--|>=|<=|~=)(?:\s|\Z))")


def page_title(title: str, about: str) -> str:
    """The name of a page and one sentence on what it does."""
    return f'<header class="page-title"><h1>{escape(title)}</h1><p>{escape(about)}</p></header>'


def way_to_state() -> str:
    """The way to the page that is there whatever is wrong, and says what to do."""
    link = '<a href="state" target="_self">State</a>'
    return f'<p class="state note">The page {link} says what is set up and what is not.</p>'


def facts_html(facts: Mapping[str, str]) -> str:
    """What is called what, one under the other."""
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts.items()
    )
    return f'<dl class="facts">{rows}</dl>'


def remedy_html(title: str, text: str) -> str:
    """What is wrong, and what to do."""
    head = f"<h2>{escape(title)}</h2>" * bool(title)
    return f'<section class="remedy" role="status">{head}<p>{escape(text)}</p></section>'


def examined_html(findings: Iterable[tuple[bool, str]]) -> str:
    """What the doctor found, a line each: whether it is well, by sign and word, and what it is."""
    return f'<ul class="examined">{"".join(_examined(*one) for one in findings)}</ul>'


def _examined(is_well: bool, text: str) -> str:
    css, words = ("supported", "✓ well") if is_well else ("unsupported", "✗ to mend")
    return f'<li><span class="verdict {css}">{words}</span> {escape(text)}</li>'


def label(text: str) -> str:
    """The text as the label of a widget, which Streamlit reads as Markdown: characters, no more.

    A backslash does not keep it from making a picture of ``:smile:`` or an arrow of ``->``; an
    unseen joiner does.
    """
    return as_lines(_ARROW.sub(_JOINER, one_line(text))).replace("\\:", f":{_JOINER}")
