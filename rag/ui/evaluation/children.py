"""Commands of this program as child processes, each in a group of its own so that all of it stops.

Settings travel in the environment, where no list of processes shows them.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.config import Config
from rag.errors import FootnoteError
from rag.ui.launch import settings

ROOT = Path(__file__).parents[3]
LONGEST = 120  # seconds for a command that a person waits for
REMEMBERED = 50  # lines of what it said
GRACE = 5  # seconds in which a stopped process puts things in order


class ChildError(FootnoteError):
    """A command that did not come to its end; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended: its exit status, what it printed, and its last words to a person."""

    status: int
    out: str
    said: str


class Child:
    """A command that runs; ``stop`` ends it and all that it began."""

    def __init__(self, config: Config, module: str, arguments: Sequence[str]) -> None:
        self._heard: deque[str] = deque(maxlen=REMEMBERED)
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            _command(module, arguments),
            cwd=ROOT,
            env=_environment(config),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._stopped = False
        atexit.register(self.stop)

    @property
    def status(self) -> int | None:
        """The exit status, None while it runs."""
        return self._process.poll()

    @property
    def was_stopped(self) -> bool:
        """Whether it ended because somebody asked for that."""
        return self._stopped

    def said(self) -> str:
        """Its last line to a person so far."""
        self._listener.join(GRACE if self.status is not None else 0)
        return last_words("\n".join(self._heard))

    def stop(self) -> None:
        """End it, in good order if it can be had soon."""
        if self.status is None:
            self._stopped = True
            self._signal(signal.SIGINT)
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL)
                self._process.wait()
        atexit.unregister(self.stop)

    def _listen(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            self._heard.extend(lines)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def run_to_end(config: Config, module: str, arguments: Sequence[str], typed: str = "") -> Finished:
    """Run a command and wait; raises ChildError when it takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            _command(module, arguments),
            cwd=ROOT,
            env=_environment(config),
            input=typed,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ChildError(f"python -m {module} took over {LONGEST} s; try it there.") from error
    return Finished(done.returncode, done.stdout, last_words(done.stderr))


def of_json(text: str) -> Any:
    """What JSON says, with a ? for half a character, which no page can show; raises ValueError."""
    return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))


def last_words(text: str) -> str:
    """The last line that says anything, without the name of the command before it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    name, colon, words = (lines[-1] if lines else "").partition(": ")
    return words if colon and name.startswith("eval.") else name + colon + words


def _command(module: str, arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _environment(config: Config) -> Mapping[str, str]:
    """The settings of this process with whole paths, because the child works elsewhere."""
    whole = replace(
        config,
        data=config.data.absolute(),
        documents=config.documents.absolute(),
        cache=config.cache.absolute(),
    )
    return {**os.environ, **settings(whole), "PYTHONUTF8": "1"}
