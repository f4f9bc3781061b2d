"""A whole document in the browser, with the cited sentences highlighted."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.rendering.source import source_html
from rag.types import Document
from tests.html_reading import hostile_text, read, squeezed

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
        pytest.param(
            [(15, 21), (9, 13)],
            '<mark id="s1" class="fellow">Two.</mark></p><p><mark id="s0">Three.</mark></p>',
            id="numbered as given",
        ),
        pytest.param(
            [(0, 8), (4, 13)],
            '<mark id="s0">One &lt;b&gt;.</mark><mark id="s1" class="fellow"> Two.</mark>',
            id="overlapping",
        ),
        pytest.param(
            [(4, 7), (0, 8)],
            '<mark id="s1" class="fellow">One </mark><mark id="s0">&lt;b&gt;</mark>'
            '<mark class="fellow">.</mark>',
            id="inside its fellow",
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


def test_blank_lines_at_the_ends_are_no_paragraphs() -> None:
    assert source_html(Document("d", "Title", "\n\nOne.\n\n \n"), []).count("<p>") == 1


def test_what_is_asked_for_is_there_whatever_its_fellows_take() -> None:
    text = "a. " * 50
    fellows = [(start, start + 30) for start in range(0, 120, 7)]
    page = read(source_html(Document("d", "Title", text), [(60, 63), *fellows]))
    assert [tag.get("id") for tag in page.attributes].count("s0") == 1
    assert squeezed(page.text) == squeezed(text)
