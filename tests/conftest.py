"""No test reaches another machine, nor does a process that it starts.

A hook of the interpreter forbids it and notes it; the test in which it was tried fails.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from runpy import run_path

import pytest

GUARD = Path(__file__).with_name("guard")


def pytest_configure() -> None:
    """Set up the guard, here and for every process that is started from here on."""
    folder = tempfile.mkdtemp(prefix="guard-")
    os.environ["FOOTNOTE_GUARD"] = str(Path(folder) / "reached")
    path = [str(GUARD), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, path))
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # of a client that the tests use
    run_path(str(GUARD / "sitecustomize.py"))


@pytest.fixture(autouse=True)
def the_tests_stay_the_program() -> Iterator[None]:
    """A page that is run in a test takes the place of the main module, and would keep it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture
def reached() -> Path:
    """Where it is noted who was asked for; a test of the guard itself takes its notes away."""
    return Path(os.environ["FOOTNOTE_GUARD"])


@pytest.fixture(autouse=True)
def nothing_far_is_reached(reached: Path) -> Iterator[None]:
    """Fail where something asked for another machine."""
    yield
    if reached.exists():
        notes = reached.read_text(encoding="utf-8")
        reached.unlink()
        pytest.fail(f"another machine was asked for:\n{notes}")
