"""One process owns a data folder; a second one is refused soon, and told who it is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import OwnedError
from rag.ownership import NOTE_NAME, check_free, holder_of, take_ownership

LARGE = ("chromadb", "sqlalchemy", "numpy", "onnxruntime", "sentencex", "streamlit")
COMMANDS = (["ingest"], ["ingest", "--watch"], ["rebuild"], ["documents", "remove", "talks.md"])
LOADED = """
import sys
from rag.cli import main
try:
    main()
finally:
    sys.stderr.write("loaded " + " ".join(sys.modules))
"""


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_second_process_is_refused_before_it_loads_anything_large(
    tmp_path: Path, words: list[str]
) -> None:
    owner = take_ownership(tmp_path)
    command = [sys.executable, "-c", LOADED, "--data", str(tmp_path), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    owner.release()
    sentence, loaded = done.stderr.split("loaded ")
    assert done.returncode == 1
    assert sentence.startswith(
        f"rag: The data folder {tmp_path} is in use by process {os.getpid()}"
    )
    assert sentence.count("\n") == 1
    assert not set(LARGE) & set(loaded.split())


def test_looking_whether_a_folder_is_free_takes_and_makes_nothing(tmp_path: Path) -> None:
    check_free(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    take_ownership(tmp_path).release()
    check_free(tmp_path)
    owner = take_ownership(tmp_path)
    with pytest.raises(OwnedError, match=f"process {os.getpid()}"):
        check_free(tmp_path)
    owner.release()


DIE = """
import os, sys
from pathlib import Path
from rag.ownership import take_ownership
take_ownership(Path(sys.argv[1]))
os.kill(os.getpid(), 9)
"""


def test_the_lock_of_a_dead_owner_is_taken_over(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", DIE, str(tmp_path)], check=False).returncode == -9
    assert json.loads((tmp_path / NOTE_NAME).read_text())["process"] != os.getpid()
    owner = take_ownership(tmp_path)
    assert holder_of(tmp_path) == os.getpid()
    owner.release()
    assert not (tmp_path / NOTE_NAME).exists()
