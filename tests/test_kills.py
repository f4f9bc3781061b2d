"""A process that changes a library is killed, and nothing that it acknowledged is lost.

Twenty kills, every second one at the moment at which a file of the store is written; make kills
has two hundred.
"""

from pathlib import Path

from eval.crash.living import Place
from eval.kills import faults_of, kill_many

KILLS = 20


def test_after_a_kill_nothing_is_lost_mixed_or_wrong(tmp_path: Path) -> None:
    place = Place(tmp_path / "data", tmp_path / "documents", count=12, sentences=40)
    kills, told = kill_many(KILLS, place, seed=7)
    assert [fault for kill in kills for fault in kill.looked.faults] == []
    assert faults_of(kills).total() == 0
    assert told.rounds > 0, "something was acknowledged before"
    assert sum(bool(kill.target) for kill in kills) >= KILLS // 4, "files were hit while written"
    assert any(kill.looked.passages for kill in kills), "an index was in doubt, and built anew"
