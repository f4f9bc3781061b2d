"""How long each step of an answer took."""

from time import perf_counter


class Clock:
    """Started when made; ``lap`` names the time since the lap before."""

    def __init__(self) -> None:
        self._start = self._last = perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Give the time since the last lap to a step."""
        now = perf_counter()
        self._laps[name] = now - self._last
        self._last = now

    def laps(self) -> dict[str, float]:
        """Return the seconds of every step so far, and their total."""
        return {**self._laps, "total": self._last - self._start}
