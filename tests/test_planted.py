"""Planted errors: each really wrong, each of its kind, the same ones every time.

The sentences are those of the briefings in ``seeds/``.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.golden import read_pages
from eval.planted.claims import Claim, Stock
from eval.planted.command import main, run
from eval.planted.errors import (
    SWAPS,
    documents_swapped,
    planted_errors,
    right_claims,
    sentences_merged,
)
from eval.planted.names import lacks_particular, stock_of
from eval.planted.tables import (
    ITSELF,
    OTHER_WORDS,
    RIGHT,
    Planted,
    alarm_table,
    caught_table,
    examples,
    wilson,
)
from eval.questions import read_questions

ROOT = Path(__file__).parent.parent
PAGES = read_pages(ROOT / "seeds")
CLAIMS = right_claims(read_questions(ROOT / "eval" / "golden.jsonl"), PAGES)
STOCK = stock_of(page.document.text for page in PAGES.values())
PLANTED = planted_errors(CLAIMS, STOCK)
SMALL = Stock(
    numbers=("11", "15", "40,900", "41,000", "90,500", "three"),
    days=((8, 19), (8, 22), (6, 3)),
    names=(("Joe Biden", "Antony Blinken"), ("Egypt", "Qatar"), ("Reuters", "Axios")),
)


def claim_of(text: str, cited: str = "", beside: str = "") -> Claim:
    return Claim(text, cited or text, (beside,), ITSELF, "a.txt")


def made(kind: str, text: str, cited: str = "", beside: str = "") -> set[str]:
    return set(SWAPS[kind](claim_of(text, cited, beside), SMALL))


@pytest.mark.parametrize(
    ("kind", "text", "wrong"),
    [
        ("number swapped", "Of 14 wells, two ran.", "Of 11 wells, two ran."),
        ("number swapped", "Of 14 wells, two ran.", "Of 14 wells, three ran."),
        ("scale swapped", "Two doses, four weeks apart.", "Two doses, four months apart."),
        ("scale swapped", "It is 14 metres long.", "It is 14 kilometres long."),
        ("scale swapped", "Up to 40,900 came.", "Up to 4,090 came."),
        (
            "scale swapped",
            "It fell by 9 per cent in May.",
            "It fell by 9 percentage points in May.",
        ),
        ("day shifted", "He came on 20 August.", "He came on 22 August."),
        ("month or year shifted", "He came on 20 August.", "He came on 20 July."),
        ("month or year shifted", "It rose in 2023.", "It rose in 2024."),
        ("weekday shifted", "He came on Tuesday.", "He came on Friday."),
        ("weekday shifted", "It is of 8 August 2024.", "It is of Friday, 8 August 2024."),
        ("name swapped", "Joe Biden flew; Biden sat.", "Antony Blinken flew; Blinken sat."),
        ("negation inserted", "He was seized there.", "He was not seized there."),
        ("negation removed", "Talks ended without a deal.", "Talks ended with a deal."),
        ("negation removed", "There was no agreement.", "There was an agreement."),
        ("direction turned", "More than 320 fell.", "Less than 320 fell."),
        ("direction turned", "It rose in May.", "It fell in May."),
        ("direction turned", "Eight voted for it.", "Eight voted against it."),
        ("quantifier changed", "It freed some of the men.", "It freed all of the men."),
        (
            "quantifier changed",
            "He said all six hostages died.",
            "He said none of the six hostages died.",
        ),
        ("quantifier changed", "Algeria voted for it.", "Only Algeria voted for it."),
        ("attribution dropped", "One report says that a base was hit.", "A base was hit."),
        ("attribution dropped", "According to Israel, jets flew over it.", "Jets flew over it."),
        ("attribution dropped", "The base there was hit, Hadi said.", "The base there was hit."),
        ("attribution moved", "Blinken said that it was over.", "Joe Biden said that it was over."),
        ("attribution moved", "One report says it ended.", "Axios says it ended."),
        ("roles swapped", "Blinken asked Biden to go.", "Biden asked Blinken to go."),
        ("numbers exchanged", "Of 14 wells, two ran.", "Of two wells, 14 ran."),
        (
            "office changed",
            "The prime minister of Qatar, Al Thani, came.",
            "The finance minister of Qatar, Al Thani, came.",
        ),
        ("hedge dropped", "About 14 wells ran.", "Exactly 14 wells ran."),
        ("hedge dropped", "It is thought to have been hit.", "It was hit."),
        ("plan done", "He will go to Cairo.", "He went to Cairo."),
        ("plan done", "Talks are to be held there.", "Talks were held there."),
    ],
)
def test_a_swap_makes_the_claim_wrong(kind: str, text: str, wrong: str) -> None:
    versions = made(kind, text) | made(kind, text[0].lower() + text[1:])
    assert wrong.casefold() in {version.casefold() for version in versions}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        pytest.param("number swapped", "Of 14 August, nobody spoke.", id="a day is no number"),
        pytest.param("scale swapped", "It took 14 ages.", id="no unit"),
        pytest.param("day shifted", "It came by 20 August.", id="by is a bound"),
        pytest.param("weekday shifted", "It came before Monday.", id="before is a bound"),
        pytest.param("negation inserted", "He asked whether it was done.", id="an open question"),
        pytest.param("negation inserted", "There was no deal.", id="denied already"),
        pytest.param("quantifier changed", "There came some 40 men.", id="some is about"),
        pytest.param("attribution dropped", "Axios adds that Hadi said so.", id="still said"),
        pytest.param("attribution dropped", "Hadi denied that it was so.", id="a denial"),
        pytest.param("numbers exchanged", "Between 14 and two came.", id="either end of a range"),
        pytest.param("hedge dropped", "It was about the wells.", id="about something"),
        pytest.param("roles swapped", "Blinken met Biden in May.", id="they met each other"),
        pytest.param("roles swapped", "Blinken and Biden asked.", id="side by side"),
    ],
)
def test_what_would_stay_true_is_not_made(kind: str, text: str) -> None:
    assert made(kind, text) == set()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("More than 41,000 died.", {"More than 90,500 died."}),
        ("Fewer than 41,000 died.", set()),
        ("Fewer than 90,500 died.", {"Fewer than 40,900 died.", "Fewer than 41,000 died."}),
        ("About 41,000 died.", {"About 90,500 died."}),
        ("There died 41,000.", {"There died 40,900.", "There died 90,500."}),
    ],
    ids=lambda it: it if isinstance(it, str) else str(sorted(it)),
)
def test_a_bound_moves_to_its_wrong_side(text: str, wrong: set[str]) -> None:
    assert made("number swapped", text) == wrong


def test_what_the_sentence_says_too_is_not_put_in() -> None:
    assert made("name swapped", "Egypt came.", "Egypt came, like Qatar.") == set()
    assert made("number swapped", "It had 14.", "It had 14, or 11, or 15.") == set()


def test_only_what_the_sentence_says_too_is_taken_out() -> None:
    assert made("name swapped", "Egypt came.", "They came.") == set()
    assert made("number swapped", "It had 14.", "It had many.") == set()


def test_names_beside_are_a_kind_of_their_own() -> None:
    assert made("name from beside", "Egypt came.", beside="Qatar too.") == {"Qatar came."}
    assert made("name swapped", "Egypt came.", beside="Qatar too.") == set()


def test_there_are_right_claims_of_both_supports() -> None:
    counts = Counter(claim.support for claim in CLAIMS)
    assert min(counts[ITSELF], counts[OTHER_WORDS]) >= 150
    assert all(claim.text == claim.cited for claim in CLAIMS if claim.support == ITSELF)
    assert all(claim.text != claim.cited for claim in CLAIMS if claim.support == OTHER_WORDS)


def test_cited_sentences_come_with_what_stands_beside_them() -> None:
    claim = next(one for one in CLAIMS if one.cited.startswith("Blinken arrived in Tel Aviv"))
    assert claim.neighbours[-1] == PAGES[claim.document].document.date.isoformat()  # type: ignore[union-attr]  # briefings are dated
    assert claim.neighbours[-2] == PAGES[claim.document].document.title


def test_enough_cases_come_of_every_kind() -> None:
    counts = Counter(one.kind for one in PLANTED)
    assert len(PLANTED) >= 1_000
    assert set(counts) == set(SWAPS)
    assert min(counts.values()) >= 14


def test_merged_sentences_are_cited_both() -> None:
    merged = sentences_merged(CLAIMS, STOCK)
    assert len(merged) >= 20
    for one in merged:
        assert one.claim.cited.startswith(f"{one.source.cited}\n")
        assert one.claim.cited.removeprefix(f"{one.source.cited}\n") in one.source.neighbours
        assert one.claim.text != one.source.text


def test_a_planted_claim_differs_from_its_source() -> None:
    for one in PLANTED:
        assert one.claim.text not in (one.source.text, one.source.cited)
        assert one.claim.cited == one.source.cited


def test_the_same_errors_come_every_time() -> None:
    some = CLAIMS[:30]
    assert planted_errors(some, STOCK) == planted_errors(list(some), STOCK)


def by_letters(texts: object) -> NDArray[np.float32]:
    assert isinstance(texts, list)
    rows = [[text.lower().count(letter) for letter in "aehimnost"] for text in texts]
    vectors = np.array(rows, np.float32)
    lengths = np.maximum(1, np.linalg.norm(vectors, axis=1, keepdims=True))
    return np.asarray(vectors / lengths, np.float32)


def test_a_document_is_swapped_for_one_that_lacks_something() -> None:
    swapped = documents_swapped(CLAIMS[:40], PAGES, by_letters)
    listed = {(claim.text, claim.cited) for claim in CLAIMS}
    assert swapped
    for one in swapped:
        assert one.claim.text == one.source.text
        assert (one.claim.text, one.claim.cited) not in listed
        assert lacks_particular(one.claim.text, "\n".join((one.claim.cited, *one.claim.neighbours)))


@pytest.mark.parametrize(
    ("claim", "shown", "lacks"),
    [
        ("He met Biden on 5 May.", "Biden met him on 5 May.", False),
        ("He met Biden on 5 May.", "Biden met him on 6 May.", True),
        ("He met Biden on 5 May.", "They met on 5 May.", True),
        ("He met Biden on Monday, 5 May.", "Biden met him on 5 May.", False),
    ],
)
def test_a_particular_is_a_number_or_a_capital(claim: str, shown: str, *, lacks: bool) -> None:
    assert lacks_particular(claim, shown) is lacks


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [(0, 10, 0.0, 27.8), (5, 10, 23.7, 76.3), (10, 10, 72.2, 100.0), (0, 0, 0.0, 100.0)],
)
def test_intervals_are_wilsons(hits: int, cases: int, low: float, high: float) -> None:
    assert wilson(hits, cases) == pytest.approx((low, high), abs=0.05)


def test_tables_count_by_kind_and_by_support() -> None:
    right = claim_of("Talks in Cairo ended without a deal.")
    wrong = claim_of("Talks in Cairo ended with a deal.", right.cited)
    missed = claim_of("Talks in Cairo ended.", right.cited)
    checked = run([Planted("a", wrong, right), Planted("a", missed, right)], None)
    assert "| a | 2 | 50.0 % | 9.5–90.5 | 1 | 0 | 0 | 1 | 0 |" in list(caught_table(checked))
    assert "- claim: Talks in Cairo ended." in list(examples(checked, 5))
    alarms = list(alarm_table(run([Planted(RIGHT, right, right)], None)))
    assert alarms[2] == "| itself | 1 | 0.0 % | 0.0–79.3 | 1 | 0 | 0 | 0 | 0 |"


def test_a_golden_set_that_is_not_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "golden.jsonl"
    assert main(["--golden", str(missing), "--documents", str(ROOT / "seeds")], {}) == 1
    assert (
        capsys.readouterr().err
        == f"eval.planted: {missing} cannot be read (No such file or directory).\n"
    )
