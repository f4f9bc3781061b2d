"""A stop from the keyboard ends every command of ``eval`` with one sentence."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
AS_A_COMMAND = "import sys; sys.argv[0] = '-m'; import eval; raise "


def said_after(error: str) -> str:
    """What a command of ``eval`` leaves on stderr when it ends with an error."""
    command = [sys.executable, "-c", AS_A_COMMAND + error]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stderr


def test_a_stop_is_one_sentence() -> None:
    assert said_after("KeyboardInterrupt") == "eval: stopped; what was finished is kept.\n"


def test_a_fault_of_the_program_is_told_whole() -> None:
    assert "ValueError: odd" in said_after("ValueError('odd')")
