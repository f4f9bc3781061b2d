"""Each promise's tests fail when the line that keeps it is broken: none of them only looks on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.breaks import BREAKS, Break

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
FAILED, NO_TEST = 1, 5


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program that can be broken."""
    folder = tmp_path_factory.mktemp("program")
    for name in ("rag", "eval", "tests", "prompts", "seeds", "pyproject.toml", "app.py"):
        whole = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        whole(ROOT / name, folder / name)
    return folder


@pytest.mark.parametrize("promise", BREAKS)
def test_a_broken_promise_is_noticed(promise: str, program: Path) -> None:
    broken = BREAKS[promise]
    file = program / broken.file
    text = file.read_text(encoding="utf-8")
    assert text.count(broken.before) == 1, f"{broken.file} has changed; mend tests/breaks.py"
    file.write_text(text.replace(broken.before, broken.after), encoding="utf-8")
    try:
        done = outcome_of(program, broken)
    finally:
        file.write_text(text, encoding="utf-8")
    assert done.returncode == FAILED, done.stdout[-2_000:]


def outcome_of(program: Path, broken: Break) -> subprocess.CompletedProcess[str]:
    """Run the tests of a promise until one fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", *broken.tests.split()]
    environment = {**os.environ, "PYTHONPATH": str(program), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=program, env=environment, capture_output=True, text=True, check=False
    )
