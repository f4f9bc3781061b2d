"""A seal tells the files of an index that were left from those that are found."""

import struct
from pathlib import Path

import pytest

from rag.seal import is_touched, is_whole, seal_of, seal_text, unbroken

REVISION = "7"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a graph of three vectors of 100 bytes, as long as its header says."""
    graph = tmp_path / "gen-1" / "graph"
    graph.mkdir(parents=True)
    (graph / "header.bin").write_bytes(struct.pack("<i6Q", 1, 0, 3, 3, 100, 0, 0) + bytes(60))
    (graph / "data_level0.bin").write_bytes(bytes(300))
    (graph / "length.bin").write_bytes(bytes(12))
    return graph.parent


def sealed(folder: Path) -> str:
    return seal_text(seal_of(folder), REVISION)


def test_what_was_left_is_found(folder: Path) -> None:
    text = sealed(folder)
    assert unbroken(folder, text, REVISION)


@pytest.mark.parametrize("damage", ["byte", "cut", "gone", "more"])
def test_what_is_not_as_it_was_left_is_broken(folder: Path, damage: str) -> None:
    text, file = sealed(folder), folder / "graph" / "data_level0.bin"
    match damage:
        case "byte":
            file.write_bytes(b"\1" + bytes(299))
        case "cut":
            file.write_bytes(bytes(299))
        case "gone":
            file.unlink()
        case "more":
            (folder / "graph" / "other.bin").write_bytes(b"")
    assert unbroken(folder, text, REVISION) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"revision": "7"}', "null"])
def test_a_seal_that_is_none_seals_nothing(folder: Path, text: str) -> None:
    assert unbroken(folder, text, REVISION) is None


def test_the_seal_of_another_revision_seals_nothing(folder: Path) -> None:
    assert unbroken(folder, sealed(folder), "8") is None


def test_what_was_written_since_is_touched(folder: Path) -> None:
    seal = seal_of(folder)
    assert not is_touched(folder, seal)
    (folder / "graph" / "data_level0.bin").write_bytes(bytes(301))
    assert is_touched(folder, seal)


@pytest.mark.parametrize("name", ["data_level0.bin", "length.bin", "header.bin"])
def test_a_graph_that_a_full_disk_cut_is_not_whole(folder: Path, name: str) -> None:
    assert is_whole(folder)
    file = folder / "graph" / name
    file.write_bytes(file.read_bytes()[:-70] if name == "header.bin" else file.read_bytes()[:-1])
    assert not is_whole(folder)
