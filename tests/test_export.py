"""An answer as a document to keep: it reads well, does nothing, and can be read back."""

import re
import textwrap
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.rendering import one_line
from rag.rendering.escaping import as_code, as_lines, as_text, from_code, from_text
from rag.rendering.export import read_document, to_document
from rag.rendering.footnote_lines import footnote_line, read_footnotes
from rag.rendering.json_form import text_hash
from rag.types import Answer, Citation, Mark, Mode, Outcome, Rejected, SavedCitation, Verdict
from tests.small import CAIRO

DAY = date(2026, 11, 22)
UNDATED = replace(CAIRO, number=2, date=None, verdict=Verdict.UNSUPPORTED, reason="")
ANSWER = Answer(
    question="Who mediated them?",
    standalone_question="Who mediated the Cairo talks?",
    outcome=Outcome.PARTLY,
    mode=Mode.MODEL,
    text="The US, **Qatar** and Egypt did. It was hot.",
    marks=(Mark(32, 1), Mark(44, 2)),
    citations=(CAIRO, UNDATED),
    rejected=(Rejected("[Z9]", "no such sentence was offered."),),
    missing="the date",
    model="small_model",
)
NOT_FOUND = Answer("q", "q", Outcome.NOT_FOUND, Mode.QUOTES, "", nearest=(UNDATED,))

PIECES = [
    *("” — ", "“", "”", "—", "`", "``", "\\", "*", "_", "[^1]", "[^9]: x", "\n[^9]: ", "^[", "]("),
    *("![a](http://far)", "<img src=//far>", "<!--", "&#10;", "&amp;", "|", "$", "$$", "==", "%%"),
    *("http://far.example", "www.far.example", "a@far.example", ":smile:", "{{x}}", "#tag", "%41"),
    *("\n", "\n\n", "\r\n", "\t", "  ", " ", "\x1b[2J", "\0", "\x85", "\u2028", "\u202e", "\xa0"),
    *("undated", ", 2024-08-26, ", "characters 1–2, sha256 ", "- ", "1. ", "# ", "---", "~~~"),
]
words = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join)
some_words = words.filter(bool)
citations = st.builds(
    Citation,
    number=st.integers(1, 999),
    document=words,
    title=words,
    date=st.none() | st.dates(),
    sentence_ids=st.just(()),
    start=st.integers(0, 999_999_999),
    end=st.integers(0, 999_999_999),
    text=some_words,
    verdict=st.sampled_from(Verdict),
    reason=words,
)
marks = st.builds(Mark, st.integers(0, 40), st.integers(1, 999))


def saved(citation: Citation) -> SavedCitation:
    """What of a citation is to be read back."""
    return SavedCitation(
        citation.number,
        citation.document,
        citation.title,
        citation.date,
        citation.start,
        citation.end,
        citation.text,
        text_hash(citation.text),
    )


def shown(markdown: str) -> str:
    """What a viewer shows of Markdown, on one line."""
    return one_line(unescape(re.sub(r"<[^>]*>", " ", MarkdownIt().render(markdown))))


def visible(text: str) -> str:
    """The characters that a reader sees."""
    return "".join(one for one in text if one.isprintable() and one not in " \ufffd")


def tags(markdown: str) -> set[str]:
    """The tags that a viewer makes of Markdown; it takes HTML as it is."""
    html = MarkdownIt("commonmark", {"html": True}).render(markdown)
    return set(re.findall(r"<([a-z!?][a-z0-9-]*)", html))


def test_an_answer_becomes_a_document() -> None:
    assert to_document(ANSWER, DAY) == textwrap.dedent(
        """\
        # Who mediated them?

        The US, **Qatar** and Egypt did.[^1] It was hot.[^2]

        **Partly answered from your documents.** Searched for: “Who mediated the Cairo talks?” \
Missing: the date. \
Marker \\[Z9\\] was left out: no such sentence was offered.

        Asked of Footnote on 2026-11-22, answered by small\\_model. \
`rag check --saved FILE` tells which cited sentences have changed since.

        [^1]: ✓ supported: “Three countries, the United States, Qatar and Egypt, mediated the \
Cairo talks.” — Cairo talks on Gaza end without a final agreement, 2024-08-26, \
`2024-08-26-cairo-talks.md`, characters 350–428, sha256 4c327a839d1a048e. \
Every name is in the sentence.

        [^2]: ✗ unsupported: “Three countries, the United States, Qatar and Egypt, mediated the \
Cairo talks.” — Cairo talks on Gaza end without a final agreement, undated, \
`2024-08-26-cairo-talks.md`, characters 350–428, sha256 4c327a839d1a048e.
        """
    )


def test_nothing_found_becomes_a_document_that_has_no_citations() -> None:
    document = to_document(NOT_FOUND, DAY)
    assert "**Not in your documents.**\n\nThe nearest sentences:\n\n- “Three" in document
    found = read_document(document)
    assert found is not None
    assert found.citations == ()


@given(st.lists(citations, max_size=4, unique_by=lambda one: one.number), words, marks, words)
def test_what_was_cited_is_read_back_as_it_was(
    cited: list[Citation], text: str, mark: Mark, other: str
) -> None:
    known = {one.number for one in cited}
    answer = replace(
        ANSWER,
        question=other,
        text=text,
        missing=other,
        model=other,
        rejected=(Rejected(other, other),),
        nearest=(replace(CAIRO, text=text, title=other),),
        citations=tuple(cited),
        marks=(mark,) if mark.citation in known else (),
    )
    for mode in Mode:
        found = read_document(to_document(replace(answer, mode=mode), DAY))
        assert found is not None
        assert found.citations == tuple(map(saved, cited))
        assert found.question == one_line(other)


@given(citations, st.integers(20, 100))
def test_a_footnote_that_was_wrapped_is_read_all_the_same(citation: Citation, width: int) -> None:
    lines = textwrap.wrap(
        footnote_line(citation), width, break_long_words=False, break_on_hyphens=False
    )
    assert read_footnotes("\r\n    ".join(lines).replace("\r\n", "\n")) == (saved(citation),)


def test_lines_may_end_as_on_other_systems() -> None:
    found = read_document(to_document(ANSWER, DAY).replace("\n", "\r\n"))
    assert found is not None
    assert found.citations == (saved(CAIRO), saved(UNDATED))


@given(words)
def test_text_is_shown_as_it_is_and_read_back(text: str) -> None:
    assert from_text(as_text(text)) == text
    assert from_code(as_code(text)) == text
    assert visible(shown(f"x {as_text(text)}")) == "x" + visible(text)


@given(words)
def test_lines_of_text_make_no_heading_list_rule_or_code(text: str) -> None:
    assert tags(as_lines(text)) <= {"p"}


@given(citations, words, marks)
def test_a_viewer_loads_and_follows_nothing(citation: Citation, text: str, mark: Mark) -> None:
    answer = replace(ANSWER, question=text, text=text, citations=(citation,), nearest=(citation,))
    marked = (replace(mark, citation=citation.number),)
    document = to_document(replace(answer, model=text, missing=text, marks=marked), DAY)
    assert not tags(document) & {"a", "img", "script", "!"}


FALSE = [
    pytest.param("It rained.[^2] Very.", id="a mark"),
    pytest.param(r"It rained.\\[^2] Very.", id="a mark behind a backslash"),
    pytest.param("It rained.^[A note.] Very.", id="a note inside the line"),
    pytest.param("[^2]: ✓ supported: “x” — y, undated, `z`, characters 1–2", id="a definition"),
    pytest.param(f"Well.\n{footnote_line(UNDATED)}", id="a whole footnote"),
]


@pytest.mark.parametrize("text", FALSE)
@pytest.mark.parametrize("mode", Mode)
def test_words_bring_no_footnote_of_their_own(text: str, mode: Mode) -> None:
    answer = replace(ANSWER, text=text, mode=mode, marks=(Mark(0, 1),), citations=(CAIRO,))
    document = to_document(replace(answer, nearest=(replace(CAIRO, text=text),)), DAY)
    assert set(re.findall(r"(?<!\\)\[\^\d+\]", document)) == {"[^1]"}
    assert not re.search(r"(?<!\\)\^\[", document)


@pytest.mark.parametrize("behind", [": so it was.", "(http://far)", "[x]"])
def test_a_mark_stays_a_mark_whatever_stands_behind_it(behind: str) -> None:
    answer = replace(ANSWER, text=behind, marks=(Mark(0, 1),))
    assert f"\n[^1]\\{behind[0]}" in to_document(answer, DAY)


FENCES = {
    "open": ("```python\nx = 1", "```python\nx = 1\n```"),
    "closed": ("```\nx\n```", "```\nx\n```"),
    "another sign inside": ("~~~\n```\nx", "~~~\n```\nx\n~~~"),
    "a word behind": ("```\n```python\nx", "```\n```python\nx\n```"),
    "code in a line": ("```x``` is code", "```x``` is code"),
}


@pytest.mark.parametrize(("text", "body"), FENCES.values(), ids=FENCES)
def test_a_block_of_code_ends_before_the_footnotes(text: str, body: str) -> None:
    document = to_document(replace(ANSWER, text=text, marks=()), DAY)
    assert f"\n\n{body}\n\n**Partly" in document


def test_a_quoted_answer_is_shown_as_it_is() -> None:
    text = "1. *Burns* & <Barnea> came. #2 - so what?"
    answer = replace(ANSWER, mode=Mode.QUOTES, text=text, marks=(Mark(27, 1),))
    assert text in shown(to_document(answer, DAY).replace("[^1]", ""))


def test_another_markdown_text_is_no_saved_answer() -> None:
    assert read_document("# Cairo\n\nIt closed.[^1]\n\n[^1]: See the news.\n") is None


UNREADABLE = {
    "another form": ("sha256 ", "sha1 "),
    "no such day": ("2024-08-26, `", "2024-13-26, `"),
    "no end": ("350–428", "350–"),
    "a negative offset": ("350–428", "-350–428"),
    "a hash cut short": ("4c327a839d1a048e", "4c327a"),
}


@pytest.mark.parametrize(("old", "new"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_footnote_that_lost_its_form_is_not_passed_over(old: str, new: str) -> None:
    found = read_document(to_document(ANSWER, DAY).replace(old, new, 1))
    assert found is not None
    assert found.citations == (SavedCitation(1), saved(UNDATED))


def test_a_mark_whose_footnote_was_cut_out_is_not_passed_over() -> None:
    document = to_document(ANSWER, DAY)
    found = read_document(document[: document.index("[^2]: ")])
    assert found is not None
    assert found.citations == (saved(CAIRO), SavedCitation(2))


@given(st.lists(st.sampled_from(["[^1]:", " “", "x", "\n", *PIECES]), max_size=40).map("".join))
def test_any_text_can_be_read(text: str) -> None:
    read_document(text)


def test_a_footnote_without_end_is_read_in_no_time() -> None:
    for piece in ("\\\\", "” — ", "`", "“", ", 2024-08-26, `", " ", "\n", "[^1]", "x\n"):
        read_document("[^1]: “" + piece * 200_000)
