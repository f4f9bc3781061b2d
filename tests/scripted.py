"""Replies of a model that has read its prompt: they cite a sentence by the words in it."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag.model import Model
from rag.types import Message

CLAIM = re.compile(r"^<claim>\n(.*)\n</claim>$", re.MULTILINE)
OFFERED = re.compile(r"^\[([A-Z]+\d+)\] (.*)$", re.MULTILINE)
WISH = re.compile(r"\{([^{}]+)\}")


def offered(prompt: str) -> dict[str, str]:
    """The sentences of a prompt by their ids."""
    return dict(OFFERED.findall(prompt))


def cited(script: str, prompt: str) -> str:
    """The script with ``[A3]`` for every ``{words}`` that sentence A3 of the prompt contains."""
    ids = offered(prompt)

    def name(wish: re.Match[str]) -> str:
        return f"[{next(name for name, text in ids.items() if wish[1] in text)}]"

    return WISH.sub(name, script)


def scripted(script: str, cut: Callable[[str], Sequence[str]] = list) -> Model:
    """A model that says the script, in the pieces that ``cut`` makes: single characters."""

    def stream(messages: Sequence[Message]) -> Iterator[str]:
        yield from cut(cited(script, messages[-1].content))

    return Model("scripted", stream)


def judging(script: str, judge: Callable[[str], Iterable[str]]) -> Model:
    """A model that answers with the script, and is then asked by claim what it thinks of it."""
    answers = scripted(script)

    def stream(messages: Sequence[Message]) -> Iterator[str]:
        claim = CLAIM.search(messages[-1].content)
        yield from judge(claim[1]) if claim else answers.stream(messages)

    return Model("judging", stream)


def says(verdict: str, reason: str = "So it is.") -> str:
    """A judgement in the form that is asked for."""
    return json.dumps({"reason": reason, "verdict": verdict})
