"""Two runs compared by ``python -m eval.compare``; what it found is shown, nothing added."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from rag.config import Config
from rag.ui import pieces
from rag.ui.evaluation.children import ChildError, of_json, run_to_end

LOOKS = {"drop": "unsupported", "better": "supported", "no difference": "supported"}
SIGNS = {"drop": "▼", "better": "▲", "no difference": "=", "no drop": "="}
Found = Mapping[str, Any]


def show_comparison(config: Config, a: Path, b: Path) -> None:
    """The verdict, what is different, every metric, and the questions that turned."""
    found = _compared(config, str(a), str(b))
    st.html(verdict_html(found["verdict"]) + changes_html(found["changes"]))
    st.html(metrics_html(found["metrics"], found["guarded"]))
    if found["flips"]:
        with st.expander(f"Questions that turned: {len(found['flips'])}"):
            st.html(flips_html(found["flips"]))


@st.cache_data(max_entries=20, show_spinner="Comparing …")
def _compared(_config: Config, a: str, b: str) -> Found:
    """What the command prints as JSON; raises ChildError with its words when that is none."""
    done = run_to_end(_config, "eval.compare", [a, b, "--json"])
    try:
        found: Found = of_json(done.out)
    except ValueError as error:
        raise ChildError(done.said or "The runs could not be compared.") from error
    return found


def verdict_html(verdict: Mapping[str, Any]) -> str:
    """The verdict in its own words, with a sign."""
    name = str(verdict["name"])
    look, sign = LOOKS.get(name, ""), SIGNS.get(name, "")
    words = escape(f"{sign} {verdict['words']}".strip())
    return f'<p class="verdict judged {look}" role="status">{words}</p>'


def changes_html(changes: Sequence[str]) -> str:
    """What is different about how the two were run."""
    items = "".join(f"<li>{escape(one)}</li>" for one in changes)
    nothing = pieces.quiet("Nothing in the configuration is different.")
    return pieces.heading("What is different") + (f"<ul>{items}</ul>" if items else nothing)


def metrics_html(metrics: Mapping[str, Mapping[str, Any]], guarded: Iterable[str]) -> str:
    """A table of what both have; those that decide the verdict come first and have a star."""
    stars = [name for name in guarded if name in metrics]
    named = {f"{name} ★": metrics[name] for name in stars}
    named |= {name: one for name, one in metrics.items() if name not in stars}
    rows = "".join(_metric(name, one) for name, one in named.items() if one["count"])
    heads = ("★ decides", "A", "B", "B - A", "95 % interval", "better", "worse")
    head = "".join(f"<th>{one}</th>" for one in heads)
    return f'<div class="wide"><table class="figures"><tr>{head}</tr>{rows}</table></div>'


def flips_html(flips: Iterable[Mapping[str, Any]]) -> str:
    """The questions that turned, with both answers."""
    return f'<ul class="flips">{"".join(map(_flip, flips))}</ul>'


def _metric(name: str, one: Mapping[str, Any]) -> str:
    low, high = one["interval"]["low"], one["interval"]["high"]
    cells = [
        f"{one['a']:.3f}",
        f"{one['b']:.3f}",
        f"{one['difference']:+.3f}",
        f"{low:+.3f} to {high:+.3f}",
        str(one["better"]),
        str(one["worse"]),
    ]
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(name)}</th>{row}</tr>'


def _flip(flip: Mapping[str, Any]) -> str:
    moved = ", ".join(f"{name} {a:.2f} → {b:.2f}" for name, (a, b) in flip["moved"].items())
    sides = "".join(_side(side, flip[side]) for side in ("a", "b"))
    return (
        f'<li><p class="said">{escape(flip["question"])}</p><p class="reason">{escape(moved)}</p>'
        f"<p>Wanted: {escape(flip['wanted'])}</p>{sides}</li>"
    )


def _side(name: str, side: Mapping[str, Any]) -> str:
    return f"<p>{name.upper()}: ({escape(side['outcome'])}) {escape(side['text'])}</p>"
