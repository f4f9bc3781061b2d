"""The yardstick of the judge: who agrees with people, and how often nobody says anything."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from eval.calibrate_checks import SETS, Example
from eval.judge_support import agreement, draw, kappa, main, report
from rag.types import Verdict
from tests.model_server import ModelServer, Part, Refuse
from tests.scripted import CLAIM, says

SUPPORTED, PARTLY, UNCHECKED = Verdict.SUPPORTED, Verdict.PARTLY, Verdict.NOT_CHECKED
ROWS = [
    ("The oven was built in 1921.", "The oven dates from 1921, when it was built.", True),
    ("The oven was built in 1931.", "The oven was built in 1921.", False),
    ("Anna Holm bakes rye bread.", "Rye bread is baked by Anna Holm.", True),
    ("Buns are sold on Fridays.", "On Fridays the bakery sells cardamom buns.", True),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The three sets, of four claims each, in both of their forms."""
    for name in SETS[:2]:
        wice = [
            {
                "meta": {"id": number},
                "claim": claim,
                "evidence": [text],
                "label": "supported" if is_so else "not_supported",
            }
            for number, (claim, text, is_so) in enumerate(ROWS)
        ]
        _write(tmp_path / f"{name}.jsonl", wice)
    rows = [
        {
            "id": number,
            "claim": claim,
            "references": [text],
            "attribution_label": "attributable" if is_so else "not attributable",
        }
        for number, (claim, text, is_so) in enumerate(ROWS)
    ]
    _write(tmp_path / f"{SETS[2]}.jsonl", rows)
    return tmp_path


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def run(folder: Path, server: ModelServer, *more: str) -> int:
    environment = {
        "OPENAI_BASE_URL": server.url,
        "RAG_MODEL": "large",
        "RAG_EMBEDDING": "openai:small",
    }
    return main([str(folder), "--cache", str(folder / "kept"), *more], environment)


def test_every_set_is_judged_and_people_are_agreed_with_or_not(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def reply(messages: list[dict[str, str]]) -> list[Part]:
        claim = CLAIM.search(messages[-1]["content"])
        assert claim
        if "bread" in claim[1]:
            return ["I would say so."]
        return [says("contradicted" if "1931" in claim[1] else "supported")]

    with ModelServer(reply) as server:
        assert run(folder, server, "--limit", "4") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("model large, prompt judge ")
    assert lines[1] == "wice_oracle_chunks: 4 claims, 0 more failed at the server"
    judge = "  judge  precision 100.0  F1  80.0  accuracy  75.0  kappa  0.50  not checked 25.0"
    assert lines.count(judge) == 4, "each set, and all of them"
    assert lines[-5] == "all: 12 claims, 0 more failed at the server"
    assert len([one for one in server.requests if "messages" in one]) == 12


def test_failures_of_the_server_are_counted_apart(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ModelServer(lambda _: [Refuse(400, "on fire")]) as server:
        assert run(folder, server, "--limit", "1") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "wice_oracle_chunks: 0 claims, 1 more failed at the server"
    assert "on fire" in lines[2]
    assert not [line for line in lines if "precision" in line]
    assert lines[-1] == "not kept for eval.run --judge: too many claims failed"
    assert not (folder / "kept").exists()


def test_without_a_model_it_says_what_to_set(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder)], {}) == 1
    assert "set OPENAI_BASE_URL" in capsys.readouterr().err


def test_the_same_seed_draws_the_same_claims() -> None:
    examples = [Example(str(number), "", (), supported=True) for number in range(100)]
    one, again, other = draw(examples, 10, 1), draw(examples, 10, 1), draw(examples, 10, 2)
    assert one == again != other
    assert [int(example.id) for example in one] == sorted(int(example.id) for example in one)
    assert draw(examples[:3], 10, 1) == examples[:3]


def test_agreement_is_as_counted_by_hand() -> None:
    said = [SUPPORTED, SUPPORTED, PARTLY, UNCHECKED, SUPPORTED]
    found = agreement(said, [True, False, True, False, True])
    assert found.precision == pytest.approx(100 * 2 / 3)
    assert found.f1 == pytest.approx(100 * 2 * 2 / 6)
    assert found.accuracy == pytest.approx(60)
    assert found.kappa == pytest.approx((0.6 - 0.52) / 0.48)
    assert found.not_checked == pytest.approx(20)


def test_agreement_that_cannot_be_told_from_chance_is_none() -> None:
    everything = np.array([True, True])
    assert kappa(everything, everything) == 0.0


def test_a_set_of_nothing_has_no_figures() -> None:
    assert list(report("none", [])) == ["none: 0 claims, 0 more failed at the server"]
