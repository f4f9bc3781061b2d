"""Waiting for what another thread or process brings about."""

import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds, on a busy machine


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait until something holds, and return how many seconds it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it did not happen"
        time.sleep(0.02)
    return time.monotonic() - begun
