"""A name that somebody gave a file becomes one that any file system takes, and nothing but a name.

It comes from a browser, so from anywhere: folders in it, signs that steer a terminal, the names
of devices, a thousand letters.
"""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_NAME_BYTES = 200  # of 255 that file systems take; the rest is for what stands beside a name
NAMELESS = "document"
DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))]
)
_RESERVED = re.compile(r'[<>:"|?*]')  # Windows takes none of them, and a drive may go there


def safe_name(given: str) -> str:
    """Return the name to save a file under: no folder, never hidden, the ending kept.

    A name that is safe already stays as it is.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    shown = "".join(filter(_is_shown, re.sub(r"\s", " ", last)))
    name = _RESERVED.sub("-", shown).strip(" .")
    is_ending = shown.strip().startswith(".") and "." not in name
    return _short(_no_device(f"{NAMELESS}.{name}" if name and is_ending else name or NAMELESS))


def _is_shown(character: str) -> bool:
    """Whether a character takes part in what is seen: no control, no half, no turned direction."""
    return unicodedata.category(character)[0] != "C"


def _no_device(name: str) -> str:
    stem, dot, rest = name.partition(".")
    return f"{stem}_{dot}{rest}" if stem.strip().upper() in DEVICES else name


def _short(name: str) -> str:
    """The name cut in front of its ending, between two characters."""
    suffix = PurePosixPath(name).suffix
    if len(suffix.encode()) > MAX_NAME_BYTES // 2:
        suffix = ""
    room = MAX_NAME_BYTES - len(suffix.encode())
    stem = name[: len(name) - len(suffix)].encode()[:room].decode(errors="ignore")
    return f"{stem.rstrip(' .')}{suffix}"
