"""The answer without a model: the sentences that answer, word for word, or a refusal."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from rag.evidence import find_evidence
from rag.ingest import ingest
from rag.libraries import Library
from rag.quoting import MAX_PARTS, as_prose, best_sentences, quote, split_question
from rag.retrieval import Scored
from rag.signals import WEIGHTS
from rag.types import Answer, Mode, Outcome
from tests.small import small_library, write_folder

HARBOUR = """# The harbour of Vik

The harbour of Vik was built in 1903. It freezes in hard winters.

## Ferries

The ferry to Aland leaves at seven. The ferry carries forty cars.

- The ferry to Aland
  costs twelve euros.
"""
TIMETABLE = "The last ferry to Aland leaves at nine. Dogs travel free on the ferry to Aland."


@contextmanager
def holding(folder: Path, files: dict[str, str]) -> Iterator[Library]:
    with small_library(folder / "data") as library:
        ingest(library, [write_folder(folder / "documents", files)])
        yield library


def quoted(library: Library, question: str, standalone: str = "") -> Answer:
    snapshot = library.snapshot()
    blank = Answer(question, standalone or question, Outcome.NOT_FOUND, Mode.QUOTES, "")
    return quote(blank, snapshot, partial(find_evidence, library, snapshot))


PARTS = [
    pytest.param("Who came?", ["Who came?"], id="one"),
    pytest.param("Who came and when did they go?", ["Who came", "when did they go?"], id="and"),
    pytest.param("Who came, and where?", ["Who came", "where?"], id="comma and"),
    pytest.param("Who came? When?", ["Who came", "When?"], id="two questions"),
    pytest.param("Who and what came?", ["Who", "what came?"], id="a question word by itself"),
    pytest.param("Bread and butter?", ["Bread and butter?"], id="and between things"),
    pytest.param("Who came??? ", ["Who came???"], id="many question marks"),
    pytest.param("ferry", ["ferry"], id="a word"),
]


@pytest.mark.parametrize(("question", "parts"), PARTS)
def test_a_question_is_cut_into_its_parts(question: str, parts: list[str]) -> None:
    assert split_question(question) == parts


def test_a_text_full_of_question_marks_is_one_question() -> None:
    assert len(split_question("Who? " * MAX_PARTS)) == MAX_PARTS
    assert len(split_question("Who? " * (MAX_PARTS + 1))) == 1


PROSE = [
    pytest.param("- costs twelve\n  euros", "costs twelve euros", id="bullet"),
    pytest.param("12. Costs", "Costs", id="number"),
    pytest.param("> Costs", "Costs", id="quotation"),
    pytest.param("1903 was cold.", "1903 was cold.", id="a year is no list"),
    pytest.param("-5 degrees", "-5 degrees", id="a minus is no bullet"),
]


@pytest.mark.parametrize(("sentence", "prose"), PROSE)
def test_a_sentence_is_quoted_without_the_sign_of_its_list(sentence: str, prose: str) -> None:
    assert as_prose(sentence) == prose


def scored(places: dict[int, tuple[float, float]]) -> Scored:
    """Sentences by number, best first, with score and likeness."""
    values = np.array(list(places.values()), np.float32).reshape(-1, 2)
    signals = np.zeros((len(places), len(WEIGHTS)), np.float32)
    signals[:, 0] = values[:, 1]
    return Scored(np.array(list(places), np.int64), values[:, 0], signals)


# harbour.md has the sentences 0 to 6, of which 0 and 3 are headings; timetable.txt has 7 and 8
CHOICES = [
    pytest.param({8: (5, 0.5), 4: (4.8, 0.5), 1: (4.5, 0.5)}, [8, 1, 4], id="best document first"),
    pytest.param({8: (5, 0.5), 1: (4.8, 0.5), 7: (4.5, 0.5)}, [7, 8, 1], id="in reading order"),
    pytest.param({1: (5, 0.5), 2: (4, 0.5), 4: (3.4, 0.5)}, [1, 2], id="near to the best score"),
    pytest.param({1: (5, 0.5), 2: (4, 0.2), 4: (4, 0.3)}, [1, 4], id="near to the likest"),
    pytest.param(dict.fromkeys((1, 2, 4, 5, 6), (5, 0.5)), [1, 2, 4], id="three at the most"),
    pytest.param(
        {8: (5, 0.5), 2: (4.8, 0.5), 7: (4.5, 0.5)}, [8, 1, 2], id="with what it leans on"
    ),
    pytest.param({0: (5, 0.5), 1: (4, 0.5), 3: (4, 0.5)}, [1], id="no headings"),
    pytest.param({0: (5, 0.5), 3: (4, 0.5)}, [0, 3], id="headings when there is nothing else"),
    pytest.param({0: (-1, 0.5)}, [0], id="a score below zero"),
]


@pytest.mark.parametrize(("places", "numbers"), CHOICES)
def test_the_best_sentences_are_quoted(
    tmp_path: Path, places: dict[int, tuple[float, float]], numbers: list[int]
) -> None:
    with holding(tmp_path, {"harbour.md": HARBOUR, "timetable.txt": TIMETABLE}) as library:
        snapshot = library.snapshot()
    expected = [snapshot.sentence(number) for number in numbers]
    assert best_sentences(snapshot, scored(places)) == expected


def test_every_quote_is_a_statement_with_its_own_footnote(tmp_path: Path) -> None:
    with holding(tmp_path, {"harbour.md": HARBOUR}) as library:
        answer = quoted(library, "What does the ferry to Aland cost?")
    assert "The ferry to Aland costs twelve euros." in answer.text
    assert answer.text == " ".join(one.text for one in answer.statements)
    for number, statement in enumerate(answer.statements, start=1):
        assert statement.citations == (number,)
        assert statement.text == as_prose(answer.citations[number - 1].text)
        assert answer.marks[number - 1].offset == statement.end


def test_a_sentence_that_begins_with_a_pronoun_is_quoted_with_the_one_it_leans_on(
    tmp_path: Path,
) -> None:
    text = "Abbas Kamel leads the service. Its head office is in Cairo. David Barnea is a chief. "
    text += "He came to the harbour of Vik on Thursday with a team.\n"
    with holding(tmp_path, {"people.txt": text}) as library:
        answer = quoted(library, "Who came to the harbour of Vik on Thursday with a team?")
    assert "David Barnea is a chief. He came to the harbour of Vik" in answer.text


def test_a_heading_is_no_answer_where_there_is_prose(tmp_path: Path) -> None:
    with holding(tmp_path, {"harbour.md": HARBOUR}) as library:
        answer = quoted(library, "What about the harbour of Vik?")
    assert "# The harbour" not in answer.text
    assert "The harbour of Vik was built in 1903." in answer.text


def test_an_item_of_a_list_is_an_answer_without_a_full_stop(tmp_path: Path) -> None:
    minutes = "The roof leaks.\n\n- Ida repairs the roof until Friday\n2) Bo orders cement\n"
    with holding(tmp_path, {"minutes.md": minutes}) as library:
        assert "Ida repairs the roof until Friday" in quoted(library, "Who repairs the roof?").text
        assert quoted(library, "Who orders cement?").text == "Bo orders cement"


def test_in_a_list_of_bare_lines_the_lines_are_the_answer(tmp_path: Path) -> None:
    notes = "wifi password: hunter2\n\nfridge code: 4711\n"
    with holding(tmp_path, {"notes.txt": notes}) as library:
        answer = quoted(library, "What is the wifi password?")
    assert (answer.outcome, answer.text) == (Outcome.ANSWERED, "wifi password: hunter2")


def test_a_library_of_one_line_answers(tmp_path: Path) -> None:
    with holding(tmp_path, {"note.txt": "wifi password: hunter2"}) as library:
        assert quoted(library, "wifi password").text == "wifi password: hunter2"


def test_a_sentence_that_answers_two_parts_is_quoted_once(tmp_path: Path) -> None:
    with holding(tmp_path, {"harbour.md": HARBOUR}) as library:
        answer = quoted(library, "What was built in 1903, and when was the harbour of Vik built?")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.text.count("The harbour of Vik was built in 1903.") == 1


def test_the_parts_that_find_nothing_are_named(tmp_path: Path) -> None:
    question = "When was the harbour of Vik built, what is basalt and who is the queen of Norway?"
    with holding(tmp_path, {"harbour.md": HARBOUR}) as library:
        answer = quoted(library, question.replace(", what", " and what"))
    assert answer.outcome is Outcome.PARTLY
    assert answer.missing == "what is basalt; who is the queen of Norway?"


def test_of_a_follow_up_only_its_own_words_have_to_be_found(tmp_path: Path) -> None:
    before = "When does the ferry to Aland leave?"
    with holding(tmp_path, {"harbour.md": HARBOUR}) as library:
        found = quoted(library, "Carries it cars?", f"{before} Carries it cars?")
        lost = quoted(library, "Carries it elephants?", f"{before} Carries it elephants?")
    assert "The ferry carries forty cars." in found.text
    assert lost.outcome is Outcome.NOT_FOUND
