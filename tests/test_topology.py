"""The judge of the topology's load: which sentence was allowed when, and what counts as lost."""

from pathlib import Path
from time import monotonic

import pytest

from eval.topology.judging import is_missed, wrong_sentences
from eval.topology.lives import Lives, living
from eval.topology.looking import Look
from eval.topology.papers import GONE, Papers, question_about
from eval.topology.people import Asked, Crowd
from eval.topology.printing import Run, Stage, faults_of, printed
from eval.topology.trials import Trial

NAME = "7.txt"


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    """One document that came as the first version, was acknowledged, and became the second."""
    papers = Papers(tmp_path, sentences=3)
    papers.write(NAME, 1)
    acknowledge(papers)
    papers.write(NAME, 2)
    return papers


def acknowledge(papers: Papers) -> float:
    """Have the ledger hold what was written last; returns when."""
    now = monotonic()
    assert papers.see({name: one[-1].hash for name, one in papers.history.items()}, now) == []
    return now


def cited(papers: Papers, version: int) -> dict[str, list[dict[str, object]]]:
    """An answer that cites the first sentence of a version."""
    (text,) = {one.text for one in papers.history[NAME] if one.version == version}
    end = text.index("\n")
    return {
        "citations": [{"document": NAME, "start": 0, "end": end, "text": text[:end]}],
        "nearest": [],
    }


def wrong(papers: Papers, version: int, asked: float, seconds: float = 0.1) -> list[str]:
    return [*wrong_sentences(papers, cited(papers, version), asked, asked + seconds)]


def test_while_a_change_is_at_work_both_versions_are_right(papers: Papers) -> None:
    now = monotonic()
    assert not wrong(papers, 1, now)
    assert not wrong(papers, 2, now)


def test_the_old_version_is_right_for_a_second_after_the_new_one_was_acknowledged(
    papers: Papers,
) -> None:
    held = acknowledge(papers)
    assert not wrong(papers, 1, held + 0.9)
    assert "a newer one was held for 1.1 s" in wrong(papers, 1, held + 1.1)[0]


def test_a_version_is_wrong_before_it_was_written(papers: Papers) -> None:
    assert wrong(papers, 2, papers.latest(NAME).begun - 1.0)


def test_what_was_removed_is_wrong_a_second_later(papers: Papers) -> None:
    acknowledge(papers)
    papers.write(NAME, GONE)
    held = acknowledge(papers)
    assert not (papers.folder / NAME).exists()
    assert not wrong(papers, 2, held + 0.5)
    assert wrong(papers, 2, held + 1.5)


def test_a_sentence_at_another_place_is_wrong(papers: Papers) -> None:
    answer = cited(papers, 1)
    answer["citations"][0]["start"] = 1
    assert [*wrong_sentences(papers, answer, monotonic(), monotonic())]


def test_a_document_that_stood_has_to_be_cited(papers: Papers) -> None:
    nothing: dict[str, list[object]] = {"citations": [], "nearest": []}
    later = acknowledge(papers) + 2.0
    assert is_missed(papers, nothing, NAME, later)
    assert not is_missed(papers, cited(papers, 2), NAME, later)
    papers.write(NAME, 3)
    assert not is_missed(papers, nothing, NAME, later), "it is being changed"


def test_an_acknowledged_version_that_goes_back_is_lost(papers: Papers) -> None:
    first = papers.history[NAME][0].hash
    acknowledge(papers)
    assert papers.see({NAME: first}, monotonic()) == [NAME]
    assert papers.see({}, monotonic()) == [NAME]


def test_what_was_never_acknowledged_is_not_lost(tmp_path: Path) -> None:
    papers = Papers(tmp_path, sentences=3)
    papers.write(NAME, 1)
    assert papers.see({}, monotonic()) == []
    assert papers.unsettled() == [NAME]


def test_documents_come_change_and_go_each_once_the_step_before_is_acknowledged(
    tmp_path: Path,
) -> None:
    papers = Papers(tmp_path, sentences=3)
    with living(papers, ["1.txt", "2.txt"], pace=1_000) as lives:
        while not lives.ended.is_set():
            acknowledge(papers)
    versions = [[one.version for one in papers.history[name]] for name in ("1.txt", "2.txt")]
    assert versions == [[1, 2, GONE]] * 2
    assert (lives.done, lives.events) == (2, 6)
    assert isinstance(lives, Lives)


def test_a_question_names_the_document_by_a_word_of_its_own() -> None:
    assert question_about("7.txt") != question_about("17.txt")


def run_of(crowd_seconds: float, *answers: Asked, lost: str = "", served: float = 3.0) -> Run:
    """A run in which one person waited 0.1 s, and the crowd as told."""
    crowd = Crowd(Papers(Path(), 1), [], lambda _: ("", ""), 1.0)
    crowd.answers += [Asked(0.0, crowd_seconds, 200, 0, cited=1), *answers]
    alone = [Asked(0.0, 0.1, 200, 0, cited=1)]
    return Run(
        Look(lost={lost} if lost else set()),
        stages=[Stage("one", 1.0, alone, 0.0), Stage("crowd", 1.0, crowd.answers, 0.0)],
        trials=[(Trial("Chroma", 0.0, 5.0, 2.0, served), crowd)],
    )


def test_a_run_without_a_fault_has_none() -> None:
    run = run_of(0.15)
    assert faults_of(run, is_measured=True) == []
    assert "| Chroma " in printed(run)
    assert "0 acknowledged documents lost" in printed(run)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        pytest.param(run_of(0.3), "3.0 times", id="slow"),
        pytest.param(run_of(0.1, Asked(1.0, 0.1, 503, 0, error="away")), "503 away", id="error"),
        pytest.param(run_of(0.1, Asked(1.0, 0.1, 200, 0, ("stale",))), "stale", id="stale"),
        pytest.param(run_of(0.1, Asked(1.0, 0.1, 200, 0, missed=NAME)), NAME, id="missed"),
        pytest.param(run_of(0.1, lost=NAME), "was acknowledged", id="lost"),
        pytest.param(run_of(0.1, served=10.5), "10.5 s until it served", id="late"),
    ],
)
def test_a_fault_is_a_sentence(run: Run, words: str) -> None:
    (fault,) = faults_of(run, is_measured=True)
    assert words in fault
