"""What the browser sees of an answer and of its sources."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.rendering.html import (
    citations_html,
    disagreements_html,
    sentences_html,
    to_html,
)
from rag.types import (
    Answer,
    Citation,
    Disagreement,
    DisagreementKind,
    Kind,
    Mark,
    Mode,
    Outcome,
    Statement,
    Verdict,
)
from tests.html_reading import ALLOWED, ATTRIBUTES, HOSTILE, hostile_text, read, squeezed

words = st.lists(st.text("abcdeäß中", min_size=1), min_size=1).map(" ".join)

END = '</cite><span class="verdict not-checked">? not checked</span></span></span>'
CITATION = Citation(1, "talks.md", "Cairo talks", None, ("talks.md#0",), 0, 9, "They met.")


def link(citation: Citation) -> str:
    return f"?doc={citation.document}&s={citation.start}-{citation.end}"


def answer(
    text: str, *marks: int, citation: Citation = CITATION, mode: Mode = Mode.MODEL
) -> Answer:
    placed = tuple(Mark(offset, citation.number) for offset in marks)
    return Answer("q", "q", Outcome.ANSWERED, mode, text, marks=placed, citations=(citation,))


@pytest.mark.parametrize(
    ("text", "offset", "html"),
    [
        pytest.param("They met.", 9, "<p>They met.{}</p>", id="end"),
        pytest.param("They met. Soon.", 9, "<p>They met.{} Soon.</p>", id="middle"),
        pytest.param("**Met.** Soon", 8, "<p><strong>Met.</strong>{} Soon</p>", id="behind bold"),
        pytest.param("**Met.** Soon", 6, "<p><strong>Met.{}</strong> Soon</p>", id="in bold"),
        pytest.param("**Met.**", 8, "<p><strong>Met.{}</strong></p>", id="behind last bold"),
        pytest.param("- One\n- Two", 5, "<li>One{}</li>\n<li>Two</li>", id="list"),
        pytest.param("a `b c` d", 7, "<p>a <code>b c</code>{} d</p>", id="behind code"),
        pytest.param("a `b c` d", 4, "<code>b{} c</code>", id="in code"),
        pytest.param("# Met\n\nSoon", 5, "<h1>Met{}</h1>", id="heading"),
        pytest.param("|a|b|\n|-|-|\n|c|d|", 17, "<td>d{}</td>", id="table row"),
        pytest.param("|a|b|\n|-|-|\n|c|d|", 5, "<th>b{}</th>", id="table head"),
        pytest.param("|a|b|\n|-|-|\n|c|d|", 11, "<th>b{}</th>", id="table rule"),
        pytest.param("```\nx = 1\n```", 13, "<code>x = 1\n{}</code>", id="fence"),
        pytest.param("> They met.", 11, "<p>They met.{}</p>", id="quotation"),
        pytest.param("a \\* b", 4, "<p>a *{} b</p>", id="escape"),
        pytest.param("One.\r\n\r\nTwo. More.", 12, "<p>Two.{} More.</p>", id="windows lines"),
        pytest.param("One.\r\rTwo. More.", 10, "<p>Two.{} More.</p>", id="old Mac lines"),
        pytest.param("```\r\na\r\nb\r\n```", 9, "b{} \n</code>", id="windows code"),
        pytest.param("---", 3, "<hr />\n{}", id="no text"),
    ],
)
def test_a_mark_stands_where_its_offset_is(text: str, offset: int, html: str) -> None:
    shown = to_html(answer(text, offset), link)
    mark = shown[shown.index('<span class="noted">') : shown.index(END) + len(END)]
    assert html.format(mark) in shown


@pytest.mark.parametrize(
    ("verdict", "css", "sign"),
    [
        (Verdict.SUPPORTED, "mark supported", "1✓"),
        (Verdict.PARTLY, "mark partly", "1~"),
        (Verdict.UNSUPPORTED, "mark unsupported", "1✗"),
        (Verdict.CONTRADICTED, "mark contradicted", "1≠"),
        (Verdict.NOT_CHECKED, "mark not-checked", "1?"),
    ],
)
def test_a_mark_shows_its_verdict_by_class_and_sign(verdict: Verdict, css: str, sign: str) -> None:
    page = read(to_html(answer("Met.", 4, citation=replace(CITATION, verdict=verdict)), link))
    assert (page.tag("a")["class"], page.marks) == (css, [sign])


CHECKED = replace(CITATION, verdict=Verdict.SUPPORTED, reason="All names are there.")


def test_the_card_of_a_mark_says_what_it_rests_on_and_whether_it_holds() -> None:
    page = read(to_html(answer("Met.", 4, citation=replace(CHECKED, date=date(2024, 8, 26))), link))
    (card,) = page.cards
    assert card == ("“They met.” Cairo talks, 2024-08-26 (talks.md)✓ supportedAll names are there.")


def test_a_mark_says_the_same_in_words_to_who_does_not_see_its_card() -> None:
    page = read(to_html(answer("Met.", 4, citation=CHECKED), link))
    mark = page.tag("a")
    assert mark["aria-label"] == "Footnote 1, supported"
    assert mark["aria-description"] == "“They met.” Cairo talks (talks.md) All names are there."
    assert {"class": "card", "aria-hidden": "true"} in page.attributes


def test_the_mark_of_an_answer_that_is_still_coming_is_being_checked() -> None:
    page = read(to_html(answer("Met.", 4), link, pending=True))
    assert (page.tag("a")["class"], page.marks) == ("mark pending", ["1…"])
    assert page.tag("a")["aria-label"] == "Footnote 1, being checked"
    assert page.cards[0].endswith("… being checked")


def test_a_mark_links_to_its_source() -> None:
    mark = read(to_html(answer("Met.", 4), link)).tag("a")
    assert (mark["href"], mark["rel"]) == ("?doc=talks.md&s=0-9", "noopener")


def test_a_claim_without_a_footnote_is_marked() -> None:
    claim = Statement("It rained. ", Kind.CLAIM, 0, 11)
    shown = read(to_html(replace(answer("It rained. Yes."), statements=(claim,)), link))
    sign = next(tag for tag in shown.attributes if tag.get("class") == "mark unsourced")
    assert (shown.marks, sign["tabindex"], sign["aria-label"]) == (["no source"], "0", "No source")
    assert shown.cards == ["This claim cites no sentence of your documents."]


def test_the_sign_of_a_missing_footnote_stands_behind_its_claim() -> None:
    claim = Statement("It rained.\n\n", Kind.CLAIM, 0, 12)
    shown = to_html(replace(answer("It rained.\n\nYes."), statements=(claim,)), link)
    assert shown.index("no source") < shown.index("</p>")


@pytest.mark.parametrize("text", [*HOSTILE[:8], "&lt;b&gt;"])
def test_hostile_text_stays_the_characters_it_is(text: str) -> None:
    assert text.split() == read(to_html(answer(text), link)).text.split()


def test_quoted_sentences_are_not_read_as_markdown() -> None:
    shown = read(to_html(answer("# *One*\n\n- `Two`\nline", 7, mode=Mode.QUOTES), link))
    assert shown.text == "# *One*- `Two`line"
    assert shown.tags == [
        *("div", "p", "span", "sup", "a", "span"),
        *("span", "span", "cite", "span", "p", "br"),
    ]


@given(hostile_text, st.sampled_from(Mode), st.lists(st.integers(0, 60)))
def test_only_allowed_tags_and_our_own_links_come_out(
    text: str, mode: Mode, offsets: list[int]
) -> None:
    hostile = replace(CITATION, title=text, text=text, reason=text)
    page = read(to_html(answer(text, *offsets, citation=hostile, mode=mode), link))
    assert set(page.tags) <= ALLOWED
    assert {name for tag in page.attributes for name in tag} <= ATTRIBUTES
    assert {tag["href"] for tag in page.attributes if "href" in tag} <= {link(hostile)}


@given(hostile_text)
def test_a_card_shows_hostile_text_as_text(text: str) -> None:
    hostile = replace(CITATION, title=text, text=text, reason=text, verdict=Verdict.PARTLY)
    (card,) = read(to_html(answer("Met.", 4, citation=hostile), link)).cards
    said = f"“{text}” {text} (talks.md)~ partly{text}"
    assert squeezed(card) == squeezed(said)


@given(hostile_text, st.sampled_from(Mode), st.lists(st.integers(0, 60)))
def test_every_mark_is_shown_once_and_changes_nothing_else(
    text: str, mode: Mode, offsets: list[int]
) -> None:
    marked = read(to_html(answer(text, *offsets, mode=mode), link))
    unmarked = read(to_html(answer(text, mode=mode), link))
    assert squeezed(marked.text) == squeezed(unmarked.text)
    assert marked.marks == ["1?"] * len(offsets)


@given(words, st.sampled_from(Mode))
def test_plain_words_are_shown_as_they_are(text: str, mode: Mode) -> None:
    assert read(to_html(answer(text, mode=mode), link)).text.rstrip("\n") == text


@given(hostile_text)
def test_lists_below_the_answer_show_hostile_text_as_text(text: str) -> None:
    hostile = replace(CITATION, title=text, text=text, reason=text)
    for shown in (citations_html, sentences_html):
        page = read(shown([hostile], link))
        assert set(page.tags) <= ALLOWED
        assert {name for tag in page.attributes for name in tag} <= ATTRIBUTES
        assert squeezed(f"“{text}”") in squeezed(page.text)


def test_a_disagreement_shows_its_sides_beside_each_other_with_links() -> None:
    other = replace(CITATION, document="b.md", title="Notes", text="They met not.")
    differs = Disagreement(DisagreementKind.POLARITY, "One denies “met”.", (CITATION, other))
    shown = disagreements_html([differs], link)
    assert shown.startswith('<div class="disagreements"><p class="differs">One denies “met”.</p>')
    assert shown.count("<li>") == 2
    assert '<a href="?doc=b.md&amp;s=0-9" target="_blank" rel="noopener">“They met not.”' in shown
    assert "<cite>Notes (b.md)</cite>" in shown


def test_without_a_disagreement_there_is_nothing_to_show() -> None:
    assert disagreements_html([], link) == ""


@given(hostile_text)
def test_a_disagreement_shows_hostile_text_as_text(text: str) -> None:
    hostile = replace(CITATION, title=text, text=text)
    differs = Disagreement(DisagreementKind.NUMBER, text, (hostile, hostile))
    page = read(disagreements_html([differs], link))
    assert set(page.tags) <= ALLOWED
    assert {name for tag in page.attributes for name in tag} <= ATTRIBUTES
    assert {tag["href"] for tag in page.attributes if "href" in tag} <= {link(hostile)}
    assert squeezed(f"“{text}”") in squeezed(page.text)
