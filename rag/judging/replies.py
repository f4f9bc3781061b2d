"""What a judge replied becomes a finding; whatever is not plainly one verdict is none.

A verdict is read from JSON objects anywhere in the reply or, where there are none, from a first
line that is nothing but one of the four words. Whatever else states a verdict has to agree: the
reply may repeat what a claim or a document told it to say.
"""

import json
import re
from collections.abc import Iterator

from rag.types import Finding, Verdict

MAX_WORDS = 300
"""Characters of the model's own words that are shown."""

VERDICTS = {
    verdict.value: verdict
    for verdict in (
        Verdict.SUPPORTED,
        Verdict.PARTLY,
        Verdict.UNSUPPORTED,
        Verdict.CONTRADICTED,
    )
}
_WORD = "|".join(VERDICTS)
_SPACE = r"[\s*_`\"'.]*"  # no sign that could strike a word out or question it
_FLAGS = re.IGNORECASE | re.ASCII
_LINE = re.compile(rf"{_SPACE}(?:verdict{_SPACE}:{_SPACE})?({_WORD}){_SPACE}", _FLAGS)
_STATED = re.compile(rf"verdict{_SPACE}(?:[:=]|\bis\b){_SPACE}(not|partially|{_WORD})\b", _FLAGS)
_NAMED = re.compile(rf"\b(not supported|{_WORD})\b", _FLAGS)

Pairs = list[tuple[str, object]]


def read_judgement(reply: str) -> Finding:
    """Read a verdict with the model's reason; *not checked* when there is not exactly one."""
    objects, outside = _objects(reply)
    judgements = [pairs for pairs in objects if list(_verdicts(pairs))]
    stated = {word for pairs in judgements for word in _verdicts(pairs)} | _stated(outside)
    reason = _reason(judgements[0]) if judgements else ""
    first, _, rest = reply.strip().partition("\n")
    if not judgements:
        if not _LINE.fullmatch(first):
            return _unreadable("cannot be read", reply)
        stated |= {word.lower() for word in _NAMED.findall(rest)}
        reason = rest
    if len(stated) != 1 or not stated <= VERDICTS.keys():
        return _unreadable("is not one clear verdict", reply)
    return Finding(VERDICTS[stated.pop()], _in_its_words(reason))


def _objects(reply: str) -> tuple[list[Pairs], str]:
    """The JSON objects of a reply, also those inside others, and the text outside of them.

    An object is its pairs, because a key may stand in it twice.
    """
    objects: list[Pairs] = []
    outside, at = [], 0

    def keep(pairs: Pairs) -> None:
        objects.append(pairs)

    decoder = json.JSONDecoder(object_pairs_hook=keep, strict=False)
    while (brace := reply.find("{", at)) >= 0:
        outside.append(reply[at:brace])
        try:
            at = decoder.raw_decode(reply, brace)[1]
        except (ValueError, RecursionError):
            at = brace + 1
    return objects, "{".join([*outside, reply[at:]])


def _verdicts(pairs: Pairs) -> Iterator[str]:
    """What an object says for a verdict, once for each time it does."""
    for key, value in pairs:
        if key.strip().lower() == "verdict":
            yield value.strip().lower() if isinstance(value, str) else repr(value)


def _stated(text: str) -> set[str]:
    """The verdicts that a text states outside of JSON."""
    lines = [found[1] for line in text.splitlines() if (found := _LINE.fullmatch(line))]
    return {word.lower() for word in [*lines, *_STATED.findall(text)]}


def _reason(pairs: Pairs) -> str:
    reasons = (value for key, value in pairs if key.strip().lower() == "reason")
    return next((value for value in reasons if isinstance(value, str)), "")


def _in_its_words(reason: str) -> str:
    words = _shown(reason)
    return f"The language model says: “{words}”" if words else "The language model gives no reason."


def _unreadable(complaint: str, reply: str) -> Finding:
    words = _shown(reply)
    said = f": “{words}”" if words else ", it is empty."
    return Finding(Verdict.NOT_CHECKED, f"The language model's judgement {complaint}{said}")


def _shown(text: str) -> str:
    """A text on one line, short, without characters that cannot be seen."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= MAX_WORDS else f"{line[:MAX_WORDS].rstrip()}…"
