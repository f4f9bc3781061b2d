"""Sentences tile the text, slice back exactly, and end where a reader would say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import MAX_SENTENCE, split_blocks, split_pieces, split_sentences, split_spans
from rag.types import Document

PIECES = st.sampled_from(
    ["Dr. Smith met the U.S. envoy. ", "“Yes. No,” he said.", "\r\n", "\n\n", "\r", "- item\n",
     "# Title\n", "| a | b |\n", "👩‍👩‍👧‍👦", "e\u0301", "。", "…",
     '"', "(", ")", "\u2028", "\x0b", "3.5",
     "\u202e", "\ufeff", "a" * 700, " ", "\t", "?!", "...", "«", "»", "\x85", "\x1c"]
)  # fmt: skip
TEXTS = st.text() | st.lists(PIECES | st.text(max_size=5)).map("".join)


@given(TEXTS)
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(split_pieces(text)) == text


@given(TEXTS)
def test_blocks_joined_are_the_text(text: str) -> None:
    assert "".join(split_blocks(text)) == text


@given(TEXTS)
def test_sentences_slice_back_and_cover_all_but_white_space(text: str) -> None:
    sentences = split_sentences(Document("d", "t", text))
    covered = 0
    for number, sentence in enumerate(sentences):
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip() != ""
        assert sentence.number == number
        assert text[covered : sentence.start].strip() == ""
        covered = sentence.end
    assert text[covered:].strip() == ""


@given(TEXTS)
def test_no_sentence_is_longer_than_the_limit(text: str) -> None:
    assert all(end - start <= MAX_SENTENCE for start, end in split_spans(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Dr. Amal Nasser met Gen. Alon at 3 p.m. They spoke for 2.5 hours.",
            ["Dr. Amal Nasser met Gen. Alon at 3 p.m.", "They spoke for 2.5 hours."],
            id="abbreviations and decimals",
        ),
        pytest.param(
            'He said: "We go on. We do not stop." Then he left. (It rained. It poured.) Done.',
            ['He said: "We go on.', 'We do not stop."', "Then he left.", "(It rained.",
             "It poured.)", "Done."],
            id="quotations and brackets are cut inside",
        ),
        pytest.param(
            "“We go on. We will not stop,” the official said. Next.",
            ["“We go on.", "We will not stop,” the official said.", "Next."],
            id="a quotation goes on into its sentence",
        ),
        pytest.param(
            'It ended. "A new round begins." Nobody knew when.',
            ["It ended.", '"A new round begins."', "Nobody knew when."],
            id="an opening mark goes with what it opens",
        ),
        pytest.param(
            "# Talks\nThe round closed. Teams stay\nin Cairo.\n- Burns came.\n- Barnea came\n",
            ["# Talks", "The round closed.", "Teams stay\nin Cairo.", "- Burns came.",
             "- Barnea came"],
            id="headings and list items stand alone, a wrapped line goes on",
        ),
        pytest.param(
            "| Side | Rockets |\n|---|---|\n| A | 320 |\n",
            ["| Side | Rockets |", "|---|---|", "| A | 320 |"],
            id="a table row is a sentence",
        ),
        pytest.param("First\r\n\r\nSecond", ["First", "Second"], id="Windows line ends"),
        pytest.param("他说。你好！谢谢。", ["他说。", "你好！", "谢谢。"], id="other scripts"),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_say(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in split_spans(text)] == expected


def test_an_endless_line_is_cut_at_clauses() -> None:
    text = "and the river rose, the bridge held; " * 200
    spans = split_spans(text)
    assert all(text[start:end].endswith((",", ";")) for start, end in spans)


def test_half_a_character_does_not_stop_the_cutting() -> None:
    text = "Half \ud83d came. It left."
    assert [text[start:end] for start, end in split_spans(text)] == [
        "Half \ud83d came.",
        "It left.",
    ]
