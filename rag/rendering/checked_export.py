"""A checked text as a Markdown document to keep: every footnote can be checked again from it."""

import datetime as dt

from rag.rendering import SIGNS, one_line
from rag.rendering.checked import summary_line
from rag.rendering.escaping import as_text
from rag.rendering.export import HOW_TO_CHECK
from rag.rendering.footnote_lines import footnote_line
from rag.types import CheckedText, Kind, Statement


def to_document(checked: CheckedText, day: dt.date) -> str:
    """The claims with verdict, reason and footnotes; ``day`` is when they were checked.

    The words of text and documents are escaped: they bring no footnote, link or picture.
    """
    claims = [_claim(one) for one in checked.statements if one.kind is Kind.CLAIM]
    origin = f"Checked with Footnote on {day.isoformat()}."
    parts = [
        f"# {summary_line(checked)}",
        *claims,
        f"{origin} {HOW_TO_CHECK}" if checked.citations else origin,
        *map(footnote_line, checked.citations),
    ]
    return "\n\n".join(parts) + "\n"


def _claim(claim: Statement) -> str:
    marks = "".join(f"[^{number}]" for number in claim.citations)
    verdict = f"{SIGNS[claim.verdict]} **{claim.verdict.value}**"
    reason = f" *{as_text(one_line(claim.reason))}*" * bool(claim.reason)
    return f"{verdict}: {as_text(one_line(claim.text))}{marks}{reason}"
