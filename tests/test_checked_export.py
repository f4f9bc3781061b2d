"""A checked text as a document to keep: its footnotes are read back and checked again."""

import datetime as dt
from dataclasses import replace

from markdown_it import MarkdownIt

from rag.rendering.checked_export import to_document
from rag.rendering.export import read_document
from rag.types import CheckedText, Citation, Kind, Statement, Verdict
from tests.small import CAIRO

DAY = dt.date(2026, 11, 25)
NEAREST = replace(CAIRO, number=2, verdict=Verdict.NOT_CHECKED, reason="The nearest one.")


def statement(text: str, verdict: Verdict, *numbers: int, kind: Kind = Kind.CLAIM) -> Statement:
    return Statement(text, kind, 0, len(text), verdict, "So it is.", numbers)


def document(*statements: Statement, citations: tuple[Citation, ...] = (CAIRO, NEAREST)) -> str:
    text = "".join(one.text for one in statements)
    return to_document(CheckedText(text, statements, citations), DAY)


HOLDS = statement("Egypt mediated.", Verdict.SUPPORTED, 1)
FAILS = statement("Norway mediated.", Verdict.UNSUPPORTED, 2)


def test_every_claim_stands_with_verdict_reason_and_footnote() -> None:
    said = document(HOLDS, FAILS)
    assert said.startswith("# 2 claims: 1 supported, 1 unsupported\n")
    assert "✓ **supported**: Egypt mediated.[^1] *So it is.*" in said
    assert "✗ **unsupported**: Norway mediated.[^2] *So it is.*" in said
    assert "Checked with Footnote on 2026-11-25." in said


def test_what_is_no_claim_is_left_out() -> None:
    said = document(HOLDS, statement("In short:", Verdict.NOT_CHECKED, kind=Kind.CONNECTIVE))
    assert "In short" not in said


def test_the_footnotes_are_read_back_as_they_were() -> None:
    saved = read_document(document(HOLDS, FAILS))
    assert saved is not None
    assert [(one.number, one.text, one.start) for one in saved.citations] == [
        (1, CAIRO.text, CAIRO.start),
        (2, CAIRO.text, CAIRO.start),
    ]


def test_without_footnotes_nothing_is_said_of_checking_them() -> None:
    assert "rag check --saved" not in document(FAILS, citations=())


def test_a_text_brings_no_footnote_link_or_picture_of_its_own() -> None:
    hostile = "See [^1] and [a](http://far.invalid) ![b](http://far.invalid/c.png) <img src=d>."
    said = document(statement(hostile, Verdict.UNSUPPORTED))
    shown = MarkdownIt().render(said)
    assert "<a " not in shown
    assert "<img" not in shown
    assert r"\[\^1\]" in said
