"""What is different about two runs, in words, from what their config.json say."""

from collections.abc import Iterator, Mapping
from typing import Any

from eval.compare.runs import Run

SHORT = 12  # characters of a hash
IN_WORDS = {
    "mode": "The way of answering",
    "model": "The model",
    "base_url": "The model's server",
    "embedding": "The embedding model",
    "judge": "The judge",
    "characters": "The budget of characters",
    "limit": "The limit on questions",
    "tags": "The choice of tags",
    "split": "The choice of a split",
    "failing": "The choice of what failed before",
    "repeat": "The number of repeats",
    "at_once": "The number of questions at once",
}
Section = Mapping[str, Any]


def changes(a: Run, b: Run) -> list[str]:
    """Every difference as a sentence; the same settings give none."""
    return [
        *_states(a, b),
        *_sets(a.config, b.config),
        *(
            f"{IN_WORDS.get(name, name)} {_was(*pair)}."
            for name, pair in _differing(a, b, "settings")
        ),
        *(f"The prompt “{name}” {_was(*pair)}." for name, pair in _differing(a, b, "prompts")),
        *(
            f"The fingerprint's {name} {_was(*pair)}."
            for name, pair in _differing(a, b, "fingerprint")
        ),
        *_code(a.config, b.config),
    ]


def _states(a: Run, b: Run) -> Iterator[str]:
    """What to know of the runs themselves."""
    if a.folder.resolve() == b.folder.resolve():
        yield "A and B are the same folder."
    for side, run in (("A", a), ("B", b)):
        if "finished" in run.config and not run.config["finished"]:
            yield f"{side} was stopped before it had asked every question."
        yield from _misplaced(side, run.config.get("misplaced"))
        most = max(result.repeats for result in run.results.values())
        fewer = sum(0 < result.repeats < most for result in run.results.values())
        if fewer:
            yield f"{side} has {most} answers to a question, but fewer to {fewer} of them."


def _misplaced(side: str, names: object) -> Iterator[str]:
    """What a run was warned of: evidence that does not stand where the set says."""
    if isinstance(names, list) and names:
        yield (
            f"{side} scores too low where evidence does not stand where the set says: on "
            f"{len(names)} of its questions, {names[0]} for one."
        )


def _sets(a: Section, b: Section) -> Iterator[str]:
    """The golden set and the documents: other ones, or other versions."""
    for name, title, count in (
        ("golden", "The golden set", "questions"),
        ("documents", "The document set", "count"),
    ):
        one, other = a[name], b[name]
        if one.get("sha256") == other.get("sha256"):
            continue
        numbers = f"{_said(one.get(count))} → {_said(other.get(count))}"
        yield (
            f"{title} is another one ({one.get('path')} → {other.get('path')}, {numbers}"
            f"{' questions' if name == 'golden' else ' documents'}, {_hashes(one, other)})."
        )


def _code(a: Section, b: Section) -> Iterator[str]:
    if a.get("version") != b.get("version"):
        yield f"The version {_was(a.get('version'), b.get('version'))}."
    if a["git"].get("revision") != b["git"].get("revision"):
        yield f"The revision {_was(a['git'].get('revision'), b['git'].get('revision'))}."
    for side, config in (("A", a), ("B", b)):
        if config["git"].get("changed"):
            yield f"{side} ran with changes that were not committed."


def _differing(a: Run, b: Run, section: str) -> Iterator[tuple[str, tuple[Any, Any]]]:
    one, other = a.config[section], b.config[section]
    for name in dict.fromkeys([*one, *other]):
        if _said(one.get(name)) != _said(other.get(name)):
            yield str(name), (one.get(name), other.get(name))


def _was(before: Any, now: Any) -> str:
    return f"is {_said(now)} in B, {_said(before)} in A"


def _hashes(one: Section, other: Section) -> str:
    return f"{_said(one.get('sha256'))} → {_said(other.get('sha256'))}"


def _said(value: Any) -> str:
    """A value as it is read: nothing said, yes and no, a long hash cut."""
    if value is None or value in ("", [], {}):
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    is_hash = len(text) > SHORT and all(letter in "0123456789abcdef" for letter in text)
    return text[:SHORT] if is_hash else text
