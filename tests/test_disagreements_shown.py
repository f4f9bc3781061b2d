"""What an answer says of its documents where they do not say the same.

The documents are in the style of the briefings in ``seeds/``.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.answering import ask
from rag.disagreement import MOST
from rag.ingest import ingest
from rag.libraries import Library
from rag.types import Answer, Disagreement, DisagreementKind, Outcome
from tests.scripted import scripted
from tests.small import small_library, write_folder

NUMBER, DATE = DisagreementKind.NUMBER, DisagreementKind.DATE
STATED = DisagreementKind.STATED
TOLL = {
    "16.md": "---\ntitle: Talks in Doha\ndate: 2024-08-16\n---\n"
    "The Gaza health ministry put the death toll at 40,139 people in Gaza.\n",
    "25.md": "---\ntitle: Talks in Cairo\ndate: 2024-08-25\n---\n"
    "The Gaza health ministry put the death toll at 40,405 people in Gaza.\n",
}
CORRIDOR = {
    "border.md": "# The border\n\nThe Philadelphi corridor has a length of 14 km.\n",
    "strip.md": "# The strip\n\nThe Philadelphi corridor has a length of 13 km, maps show.\n",
}
HOW_LONG = "What is the length of the Philadelphi corridor?"
HOW_MANY = "What is the death toll in Gaza, by the health ministry?"


@contextmanager
def library_of(folder: Path, files: Mapping[str, str]) -> Iterator[Library]:
    documents = write_folder(folder / "documents", files)
    with small_library(folder / "data") as library:
        ingest(library, [documents])
        yield library


def answer_to(folder: Path, question: str, files: Mapping[str, str], script: str = "") -> Answer:
    """Ask in quotations, or a model that says the script."""
    with library_of(folder, files) as library:
        answer = ask(library, scripted(script) if script else None, question)
        for one in answer.disagreements:
            for side in one.sides:
                document = library.document(side.document)
                assert document is not None
                assert document.text[side.start : side.end] == side.text != ""
    return answer


def sides(one: Disagreement) -> list[str]:
    return [" ".join(side.text.split()) for side in one.sides]


def test_quotations_show_both_sides_exactly_with_title_and_date(tmp_path: Path) -> None:
    (one,) = answer_to(tmp_path, HOW_MANY, TOLL).disagreements
    assert one.kind is NUMBER
    assert {(side.document, side.title, str(side.date)) for side in one.sides} == {
        ("16.md", "Talks in Doha", "2024-08-16"),
        ("25.md", "Talks in Cairo", "2024-08-25"),
    }
    assert {side.sentence_ids for side in one.sides} == {("16.md#0",), ("25.md#0",)}


def test_a_count_that_goes_on_is_told_as_of_its_day(tmp_path: Path) -> None:
    (one,) = answer_to(tmp_path, HOW_MANY, TOLL).disagreements
    first, second = ("40,139 as of 16 August 2024", "40,405 as of 25 August 2024")
    assert one.reason in (
        f"One says {first}, the other {second}.",
        f"One says {second}, the other {first}.",
    )


def test_a_count_is_told_as_of_the_day_that_the_sentence_gives(tmp_path: Path) -> None:
    covered = "The UN said on {} August that orders since spring had covered {} per cent of Gaza.\n"
    files = {
        f"{day}.md": f"---\ndate: 2024-08-26\n---\n{covered.format(day, share)}"
        for day, share in ((9, 75), (19, 86))
    }
    (one,) = answer_to(tmp_path, "How much of Gaza had orders covered?", files).disagreements
    first, second = "75 per cent as of 9 August", "86 per cent as of 19 August"
    assert one.reason in (
        f"One says {first}, the other {second}.",
        f"One says {second}, the other {first}.",
    )


def test_of_undated_documents_only_the_numbers_are_told(tmp_path: Path) -> None:
    (one,) = answer_to(tmp_path, HOW_LONG, CORRIDOR).disagreements
    assert one.reason in (
        "One says 14 km, the other 13 km.",
        "One says 13 km, the other 14 km.",
    )


def test_what_a_model_cites_is_compared_with_what_it_was_offered(tmp_path: Path) -> None:
    script = "It is 14 km long {length of 14 km}."
    (one,) = answer_to(tmp_path, HOW_LONG, CORRIDOR, script).disagreements
    assert [side.document for side in one.sides] == ["border.md", "strip.md"]


def test_what_is_not_cited_is_not_compared(tmp_path: Path) -> None:
    files = {**CORRIDOR, "sea.md": "# The sea\n\nThe Philadelphi corridor ends at the sea.\n"}
    answer = answer_to(tmp_path, HOW_LONG, files, "It ends at the sea {ends at the sea}.")
    assert answer.citations
    assert answer.disagreements == ()


def test_an_author_who_gives_both_numbers_tells_them_apart(tmp_path: Path) -> None:
    script = "It is 14 km long {length of 14 km}."
    both = {
        **CORRIDOR,
        "strip.md": f"{CORRIDOR['strip.md']}Until May it was a corridor of 14 km.\n",
    }
    assert answer_to(tmp_path / "one", HOW_LONG, CORRIDOR, script).disagreements
    assert answer_to(tmp_path / "both", HOW_LONG, both, script).disagreements == ()


def test_an_author_who_passes_on_two_counts_does_not(tmp_path: Path) -> None:
    fired = "{} said that {} rockets were fired at the north early on Sunday."
    israel, hezbollah = fired.format("Israel", 230), fired.format("Hezbollah", 320)
    question, script = "How many rockets were fired?", f"{israel[:-1]} {{Israel said}}."
    answer = answer_to(tmp_path, question, {"a.txt": f"{israel} {hezbollah}\n"}, script)
    assert [one.reason for one in answer.disagreements] == ["One says 230, the other 320."]


def test_when_nothing_is_found_nothing_is_compared(tmp_path: Path) -> None:
    answer = answer_to(tmp_path, HOW_LONG, CORRIDOR, "Ulf sails to Aland {length of 14 km}.")
    assert answer.outcome is Outcome.NOT_FOUND
    assert answer.citations
    assert answer.disagreements == ()


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("How long is the Philadelphi corridor?", 1),
        ("Who measured the length of the Philadelphi corridor?", 0),
        ("When did the Philadelphi corridor get its length?", 0),
    ],
)
def test_what_was_not_asked_for_is_left_out(tmp_path: Path, question: str, shown: int) -> None:
    script = "It is 14 km long {length of 14 km}."
    assert len(answer_to(tmp_path, question, CORRIDOR, script).disagreements) == shown


def test_each_pair_of_figures_is_shown_once_and_three_at_most(tmp_path: Path) -> None:
    lengths = ("13", "13", "15", "16", "17", "18")
    files = {
        f"{at}.md": f"# Map {at}\n\nThe Philadelphi corridor has a length of {length} km.\n"
        for at, length in enumerate(lengths)
    } | {"border.md": CORRIDOR["border.md"]}
    shown = answer_to(
        tmp_path, HOW_LONG, files, "It is 14 km long {length of 14 km}."
    ).disagreements
    assert len(shown) == MOST
    assert len({one.reason for one in shown}) == MOST


BEFORE = "The border runs from the sea to Kerem Shalom."
SPOKEN_OF = {
    "in one sentence": (
        ["AP put the meeting of Blinken at two hours, while other reports spoke of three."],
        [0],
        "How long was the meeting of Blinken?",
    ),
    "with the sentence that has both": (
        ["Accounts of the meeting differ.", "It took two hours, but also three are named."],
        [(0, 1)],
        "What is told of the meeting?",
    ),
    "with one sentence before": (
        [
            "McGurk joined the talks in Cairo on 22 August.",
            "Accounts differ here, as one report has him in Cairo on 23 August.",
        ],
        [0, 1],
        "When did McGurk join the talks in Cairo?",
    ),
    "with the nearest day before": (
        [
            "The leaders ask for talks on Thursday, 15 August.",
            "Their statement is dated 2 August.",
            "Accounts differ on the day: Egyptian versions of the talks add 14 August.",
        ],
        [0, 2],
        "On which day are the talks that the leaders ask for?",
    ),
    "with two that follow": (
        [
            "More doses of the vaccine are on the way, but accounts differ on the number.",
            "According to i24 there are 365,000 doses.",
            "The minister speaks of 400,000 doses.",
        ],
        [1, 2],
        "How many doses of the vaccine are on the way?",
    ),
    "with the two that are told of in other words": (
        [
            "Accounts of the rescue do not agree.",
            "Soldiers found al-Qadi alone, an official said.",
            "A Swedish report says that guards of al-Qadi had run away.",
        ],
        [1, 2],
        "Did soldiers find al-Qadi alone?",
    ),
}


@pytest.mark.parametrize(("told", "places", "question"), SPOKEN_OF.values(), ids=SPOKEN_OF)
def test_a_disagreement_that_the_text_speaks_of_is_shown(
    tmp_path: Path, told: list[str], places: list[int | tuple[int, int]], question: str
) -> None:
    files = {"a.txt": f"{BEFORE}\n\n{' '.join(told)}\n"}
    first = told[places[0] if isinstance(places[0], int) else places[0][0]]
    shown = answer_to(tmp_path, question, files, f"{first[:-1]} {{{first}}}.").disagreements
    runs = [(place,) if isinstance(place, int) else place for place in places]
    assert [(one.kind, sides(one)) for one in shown] == [
        (STATED, [" ".join(told[at] for at in run) for run in runs])
    ]


def test_what_a_text_speaks_of_elsewhere_in_the_paragraph_is_left_out(tmp_path: Path) -> None:
    told = "Anna bakes rye bread. Ulf sails. Accounts differ here, as one report has him in Aland."
    question, script = "Does Anna bake, and does Ulf sail?", "Anna bakes rye bread {bakes rye}."
    answer = answer_to(tmp_path, question, {"a.txt": told}, script)
    assert answer.citations
    assert answer.disagreements == ()


NOT_SPOKEN_OF = {
    "prices that vary": "Prices of fish vary from place to place, as reports from Oslo show.",
    "parties that disagree": "Israel and Egypt disagree about the corridor at the border.",
    "a demand": "Hamas has made a different request, one report says, for the corridor.",
    "two of many": "One report speaks of hundreds of fish, and prices rise at the border.",
}


@pytest.mark.parametrize("text", NOT_SPOKEN_OF.values(), ids=NOT_SPOKEN_OF)
def test_these_words_speak_of_no_disagreement(tmp_path: Path, text: str) -> None:
    files = {"a.txt": f"{BEFORE} {text}\n"}
    assert answer_to(tmp_path, f"Is it so that {text}", files).disagreements == ()


def test_an_announcement_does_not_reach_into_the_next_paragraph(tmp_path: Path) -> None:
    told = "Accounts of the oven differ.\n\nAnna bakes rye bread. The oven was built in 1921."
    shown = answer_to(tmp_path, "Do accounts of the oven differ?", {"a.txt": told}).disagreements
    assert [sides(one) for one in shown] == [["Accounts of the oven differ."]]


def test_an_item_of_a_list_is_a_paragraph_of_its_own(tmp_path: Path) -> None:
    told = "- The port has 120 ships. Accounts of the ships differ.\n- Anna bakes.\n- Ulf bakes.\n"
    shown = answer_to(tmp_path, "How many ships has the port?", {"a.txt": told}).disagreements
    assert [sides(one) for one in shown] == [["Accounts of the ships differ."]]


def test_what_a_text_speaks_of_is_not_found_a_second_time(tmp_path: Path) -> None:
    files = {
        "a.txt": "The number of rockets is disputed. Israel counted about 230 rockets. "
        "Hezbollah gives more than 320 rockets as its own count.\n",
        "b.txt": "Hezbollah said that it had fired more than 320 rockets.\n",
    }
    question = "How many rockets did Hezbollah and Israel count?"
    (one,) = answer_to(tmp_path, question, files).disagreements
    assert one.kind is STATED
