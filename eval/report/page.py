"""The page: everything in one file, with a policy that lets nothing else in."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

from eval.report.data import data_json
from eval.report.figures import all_figures, headlines
from eval.report.latency_charts import latency_charts
from eval.report.outcomes import confusion, repairs, verdicts
from eval.report.questions import filters, table
from eval.report.reading import Run
from eval.report.refusal_chart import refusal_chart
from eval.report.setting import in_full, in_words, title
from eval.report.tag_charts import tag_charts
from eval.report.words import counted

_SECTIONS = {
    "outcomes": "Outcomes and verdicts",
    "tags": "By tag",
    "times": "Times",
    "questions": "Questions",
}

HERE = Path(__file__).parent
PALETTE = HERE.parent.parent / "rag" / "ui" / "palette.css"
_NO_ANSWERS = "The run has no answers, so no outcomes, no verdicts and no refusal curve."


def page_html(run: Run) -> str:
    """The whole page of a run."""
    style = _file(PALETTE) + _file(HERE / "style.css")
    script = _file(HERE / "script.js")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title(run))}</title><style>{style}</style></head><body>"
        f"{_body(run)}"
        f'<script type="application/json" id="data">{data_json(run.results)}</script>'
        f"<script>{script}</script></body></html>\n"
    )


def policy(style: str, script: str) -> str:
    """The content security policy: this style and this script by their hashes, and no more.

    The script may not even make HTML out of text, so no text can become a part of the page.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {_source_of(style)}",
            f"script-src {_source_of(script)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _source_of(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _file(path: Path) -> str:
    """A file with the line ends that the browser hashes."""
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def _body(run: Run) -> str:
    links = "".join(f'<a href="#{name}">{words}</a>' for name, words in _SECTIONS.items())
    inside = {
        "outcomes": _outcomes(run),
        "tags": tag_charts(run),
        "times": latency_charts(run),
        "questions": filters(run.results) + table(run.results),
    }
    sections = "".join(
        f'<section class="{name}"><h2 id="{name}">{_SECTIONS[name]}</h2>{html}</section>'
        for name, html in inside.items()
    )
    return (
        f'<header><p class="kicker">Footnote · evaluation</p><h1>{escape(title(run))}</h1>'
        f'{in_words(run)}{_errors(run)}<nav aria-label="Sections">{links}</nav></header><main>'
        f'<section aria-label="Headline figures">{headlines(run)}{all_figures(run)}{in_full(run)}'
        f"</section>{sections}</main>"
    )


def _outcomes(run: Run) -> str:
    if not any(result.answer for result in run.results):
        return f'<p class="quiet">{_NO_ANSWERS}</p>'
    return (
        f'<div class="charts two"><div>{confusion(run)}{verdicts(run)}{repairs(run)}</div>'
        f"<div>{refusal_chart(run.results)}</div></div>"
    )


def _errors(run: Run) -> str:
    errors = sum(bool(result.error) for result in run.results)
    if not errors:
        return ""
    counts = "it counts in no figure" if errors == 1 else "they count in no figure"
    return (
        f'<p class="notice error">{counted(errors, "result")} ended in an error, not in an answer; '
        f"{counts}. "
        '<button type="button" data-status="error">Show them</button></p>'
    )
