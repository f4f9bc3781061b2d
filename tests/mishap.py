"""Something that nobody foresaw, with a key in its words."""

from typing import NoReturn

CANARY = "canary-2718281828"


def fail() -> NoReturn:
    """Fail as a library does that repeats what it was given."""
    raise RuntimeError(f"the key is {CANARY} of http://ann:{CANARY}@far.invalid/v1")
