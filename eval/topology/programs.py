"""A program of the set: a plain process that is started, killed with ``kill -9``, and stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError
from urllib.request import urlopen

SECONDS = 120.0  # in which a program has to be up, on a machine that is busy
GRACE = 8.0  # seconds in which it may end by itself


class Standing(Protocol):
    """What is up, until it is killed."""

    def start(self) -> None:
        """Start it and return once it answers."""

    def kill(self) -> None:
        """End it as a power cut does."""

    def stop(self) -> None:
        """End it in good order."""


@dataclass
class Program:
    """A command of ours; what it writes goes into ``log``, from every start anew."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    answers: Callable[["Program"], bool]
    url: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def begin(self) -> None:
        """Start it and wait for nothing."""
        with self.log.open("wb") as out, self.log.with_suffix(".told").open("ab") as told:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                self.command, env=dict(self.environment), stdin=subprocess.DEVNULL,
                stdout=told, stderr=out, start_new_session=True,
            )  # fmt: skip

    def start(self) -> None:
        """Start it and return once it answers; raises RuntimeError when it does not."""
        self.begin()
        self.wait()

    def wait(self) -> None:
        """Return once it answers; raises RuntimeError when it has ended or takes too long."""
        until = time.monotonic() + SECONDS
        while not self.answers(self):
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended: {self.said()[-600:]}")
            if time.monotonic() > until:
                raise RuntimeError(f"{self.name} does not answer: {self.said()[-600:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """End it and its children as a power cut does."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """End it in good order, or else without."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.kill()

    def said(self) -> str:
        """What it has written since it was started last."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""


def is_well(path: str) -> Callable[[Program], bool]:
    """A program that is up once an address of it gives status 200."""

    def answers(program: Program) -> bool:
        try:
            with urlopen(f"{program.url}{path}", timeout=5) as reply:  # noqa: S310 - http
                return bool(reply.status == 200)  # noqa: PLR2004 - what HTTP says for yes
        except (HTTPError, OSError):
            return False

    return answers


def has_said(words: str) -> Callable[[Program], bool]:
    """A program that is up once it has written these words."""
    return lambda program: words in program.said()
