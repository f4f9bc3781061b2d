"""What the browser sees of an answer and of its sources."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.rendering.html import (
    citations_html,
    disagreements_html,
    sentences_html,
    source_html,
    to_html,
)
from rag.types import (
    Answer,
    Citation,
    Disagreement,
    DisagreementKind,
    Document,
    Kind,
    Mark,
    Mode,
    Outcome,
    Statement,
    Verdict,
)

ALLOWED = {
    *("div", "p", "br", "strong", "em", "code", "pre", "blockquote", "hr", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("sup", "a", "span", "cite"),
}
ATTRIBUTES = {
    *("class", "href", "target", "rel", "title", "aria-label", "aria-hidden"),
    *("style", "start", "value"),
}
VOID = {"br", "hr"}
HOSTILE = [
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](http://far/x.png)"),
    *(
        "[x](javascript:alert(1))",
        "<http://far>",
        "[x]: http://far\n\n[x]",
        "$5 and $6",
        ":name[x]",
    ),
    *(
        "`",
        "```py\n",
        "~~~\" onclick='x'\n",
        "**",
        "_",
        "|a|b|\n|-|-|\n|c|d|\n",
        "> ",
        "\n- ",
        "\n\n",
    ),
    *("\\", "&lt;b&gt;", "&", '"', "'", "\r\n", "\r", "# ", "1. ", "    ", "\x00", "\U000f0000"),
]
hostile_text = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=6)).map("".join)
words = st.lists(st.text("abcdeäß中", min_size=1), min_size=1).map(" ".join)

CITATION = Citation(1, "talks.md", "Cairo talks", None, ("talks.md#0",), 0, 9, "They met.")


@dataclass
class Page(HTMLParser):
    """The tags, the attributes and the visible text of some HTML; ``text`` leaves marks out."""

    tags: list[str] = field(default_factory=list)
    attributes: list[dict[str, str | None]] = field(default_factory=list)
    text: str = ""
    marks: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append(dict(attrs))
        self.inside += [tag] * (tag not in VOID)
        self.marks += [""] * (tag == "sup")

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if "sup" in self.inside:
            self.marks[-1] += data
        else:
            self.text += data

    def tag(self, name: str) -> dict[str, str | None]:
        return self.attributes[self.tags.index(name)]


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


def squeezed(text: str) -> str:
    """The text without its white space, of which HTML keeps no count."""
    return "".join(text.split())


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
    mark = shown[shown.index("<sup>") : shown.index("</sup>") + len("</sup>")]
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


def test_a_mark_says_on_hover_what_it_rests_on() -> None:
    checked = replace(CITATION, verdict=Verdict.SUPPORTED, reason="All names are there.")
    mark = read(to_html(answer("Met.", 4, citation=checked), link)).tag("a")
    hover = "“They met.” Cairo talks (talks.md) ✓ supported: All names are there."
    assert mark["title"] == hover
    assert mark["aria-label"] == f"Footnote 1, supported: {hover}"


def test_a_mark_links_to_its_source() -> None:
    mark = read(to_html(answer("Met.", 4), link)).tag("a")
    assert (mark["href"], mark["rel"]) == ("?doc=talks.md&s=0-9", "noopener")


def test_a_claim_without_a_footnote_is_marked() -> None:
    claim = Statement("It rained. ", Kind.CLAIM, 0, 11)
    shown = read(to_html(replace(answer("It rained. Yes."), statements=(claim,)), link))
    assert (shown.marks, shown.tag("sup")["class"]) == (["no source"], "mark unsourced")


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
    assert shown.tags == ["div", "p", "sup", "a", "span", "p", "br"]


@given(hostile_text, st.sampled_from(Mode), st.lists(st.integers(0, 60)))
def test_only_allowed_tags_and_our_own_links_come_out(
    text: str, mode: Mode, offsets: list[int]
) -> None:
    hostile = replace(CITATION, title=text, text=text, reason=text)
    page = read(to_html(answer(text, *offsets, citation=hostile, mode=mode), link))
    assert set(page.tags) <= ALLOWED
    assert {name for tag in page.attributes for name in tag} <= ATTRIBUTES
    assert {tag["href"] for tag in page.attributes if "href" in tag} <= {link(hostile)}


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


SOURCE = Document("d", "Title", "One <b>. Two.\n\nThree.\n\n\nFour & five.")


@pytest.mark.parametrize(
    ("spans", "html"),
    [
        pytest.param(
            [], "<p>One &lt;b&gt;. Two.</p><p>Three.</p><p>Four &amp; five.</p>", id="none"
        ),
        pytest.param([(9, 13)], '<mark id="s0">Two.</mark></p>', id="one"),
        pytest.param([(4, 7)], 'One <mark id="s0">&lt;b&gt;</mark>.', id="escaped"),
        pytest.param(
            [(9, 21)],
            '<mark id="s0">Two.</mark></p><p><mark>Three.</mark></p>',
            id="over a paragraph's end",
        ),
        pytest.param([(14, 21)], '<p><mark id="s0">Three.</mark></p>', id="from the gap"),
        pytest.param([(15, 21), (9, 13)], '<mark id="s1">Two.</mark>', id="numbered as given"),
        pytest.param(
            [(0, 8), (4, 13)],
            '<mark id="s0">One &lt;b&gt;.</mark><mark id="s1"> Two.</mark>',
            id="overlapping",
        ),
        pytest.param([(24, 999)], '<mark id="s0">Four &amp; five.</mark>', id="past the end"),
    ],
)
def test_a_source_shows_its_highlighted_sentences(
    spans: Sequence[tuple[int, int]], html: str
) -> None:
    assert html in source_html(SOURCE, spans)


@given(hostile_text, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_a_source_shows_all_its_text_and_only_text(text: str, spans: list[tuple[int, int]]) -> None:
    page = read(source_html(Document("d", "Title", text), spans))
    assert set(page.tags) <= {"article", "p", "mark"}
    assert squeezed(page.text) == squeezed(text)
