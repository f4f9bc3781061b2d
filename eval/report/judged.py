"""What a language model said of an answer, where one judged it."""

from html import escape

from eval.report.answers import verdict_html
from eval.report.reading import Row


def judged_html(judged: Row) -> str:
    """The judge's word on the answer and on its claims; empty where nobody judged."""
    agreement = judged.get("agreement")
    items = _item("Against the gold answers", agreement) if agreement else ""
    items += "".join(
        _item(str(row.get("text", "")).strip(), row) for row in judged.get("claims", ())
    )
    return f'<h4>Judged by a language model</h4><ul class="plain">{items}</ul>' if items else ""


def _item(what: str, row: Row) -> str:
    reason = f'<span class="reason">{escape(str(row.get("reason") or ""))}</span>'
    return f"<li>{verdict_html(row)} {escape(what)}{reason}</li>"
