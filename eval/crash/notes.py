"""Documents of which every sentence tells its document and version, so that a mixture is seen."""

from collections.abc import Mapping
from pathlib import Path

BIRDS = "heron kestrel plover curlew bittern osprey wagtail dunlin avocet shrike".split()
Versions = Mapping[str, int]
"""Documents by name, each at a version; 0 stands for one that is gone."""


def text_of(name: str, version: int, sentences: int) -> str:
    """The text of a document at one version."""
    return "\n".join(sentence_of(name, version, number) for number in range(sentences)) + "\n"


def sentence_of(name: str, version: int, number: int) -> str:
    """One sentence of a document, in which is a word that only this document has."""
    bird = BIRDS[(number + version) % len(BIRDS)]
    return (
        f"The {bird} of {word_of(name)} was counted as number {number * 7 + 1} in volume {version} "
        f"beside the jetty of {word_of(name)}."
    )


def word_of(name: str) -> str:
    """A word that stands for a document and for no other."""
    number = int(name.removesuffix(".txt"))
    return "zu" + "".join("bdfgklmnprst"[int(digit)] + "a" for digit in f"{number:03d}") + "ville"


def version_of(folder: Path, name: str) -> int:
    """The version at which a file stands; 0 when there is none."""
    if not (folder / name).exists():
        return 0
    return int((folder / name).read_text(encoding="utf-8").split("in volume ")[1].split()[0])


def write(folder: Path, versions: Versions, sentences: int) -> None:
    """Bring files to these versions, each in one step; those at 0 go."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, version in versions.items():
        if version:
            part = folder / f".{name}.part"
            part.write_text(text_of(name, version, sentences), encoding="utf-8")
            part.replace(folder / name)
        else:
            (folder / name).unlink(missing_ok=True)
