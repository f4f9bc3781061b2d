"""How long each step of an answer took."""

from time import perf_counter


class Clock:
    """Started when made; ``lap`` names the time since the lap before."""

    def __init__(self) -> None:
        self._start = self._last = perf_counter()
        self._laps: dict[str, float] = {}
        self._name = ""

    def lap(self, name: str) -> None:
        """Give the time since the last lap to a step."""
        now = perf_counter()
        self._laps[name] = now - self._last
        self._last = now
        self._name = name

    def within(self, name: str, seconds: float) -> None:
        """Take a part of the last lap out of it, as a step of its own."""
        self._laps[self._name] -= seconds
        self._laps[name] = seconds

    def laps(self) -> dict[str, float]:
        """Return the seconds of every step so far, and their total."""
        return {**self._laps, "total": self._last - self._start}
