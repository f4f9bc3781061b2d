"""What the script reads: for every question what it can be filtered by, and its long texts.

A text that stands in many places (a sentence retrieved for several questions, a line of the
prompts) is kept once; places hold its number.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from eval.report.gold import facts_met, footnotes_of, is_gold, needs_met
from eval.report.reading import Result, Row

_PIECE = re.compile(r"(\n+|\[[A-Z]{1,3}\d+\] )")  # a prompt's sentences stand between these
TROUBLES = {
    "not-retrieved": "a gold sentence was not retrieved",
    "not-cited": "a gold sentence is not cited",
    "fact-missing": "a fact is missing",
    "no-source": "a claim has no source",
    "repaired": "a citation was repaired",
    "rejected": "a marker was left out",
    "cut": "the reply was cut off",
}


class Texts:
    """Texts by number, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """Return the number of a text, a new one for a new text."""
        return self._numbers.setdefault(text, len(self._numbers))

    def all(self) -> list[str]:
        """Return the texts by their numbers."""
        return list(self._numbers)


def data_json(results: Sequence[Result]) -> str:
    """The data of all questions as JSON that can stand in a script element of any page."""
    texts = Texts()
    questions = [_question(result, texts) for result in results]
    data = {"questions": questions, "texts": texts.all()}
    shown = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        shown = shown.replace(sign, f"\\u{ord(sign):04x}")
    return shown


def status_of(result: Result) -> str:
    """The one word by which a question is sorted out: right, wrong, error, or not judged."""
    if result.error:
        return "error"
    return {True: "right", False: "wrong", None: "not judged"}[result.is_right]


def verdicts_of(result: Result) -> list[str]:
    """The verdict of every claim; none where the answer says that nothing was found."""
    return [str(row.get("verdict")) for row in claims_of(result)]


def claims_of(result: Result) -> list[Row]:
    """The claims of an answer that says something."""
    said = () if result.got == "not_found" else result.answer.get("statements", ())
    return [row for row in said if row.get("kind") == "claim"]


def troubles_of(result: Result) -> list[str]:
    """What went wrong on the way, in the words of TROUBLES."""
    needs, answer = needs_met(result, result.question.needs), result.answer
    signs = {
        "not-retrieved": not result.error and any(need.rank is None for need in needs),
        "not-cited": bool(answer) and any(not need.footnotes for need in needs),
        "fact-missing": bool(answer) and any(not fact.is_said for fact in facts_met(result)),
        "no-source": any(not row.get("citations") for row in claims_of(result)),
        "repaired": bool(answer.get("repairs")),
        "rejected": bool(answer.get("rejected")),
        "cut": bool(answer.get("incomplete")),
    }
    return [name for name in TROUBLES if signs[name]]


def _question(result: Result, texts: Texts) -> dict[str, Any]:
    return {
        "name": result.name,
        "status": status_of(result),
        "wanted": result.question.outcome,
        "got": result.got,
        "tags": sorted(result.question.tags),
        "verdicts": sorted(set(verdicts_of(result))),
        "troubles": troubles_of(result),
        "evidence": _evidence(result, texts),
        "messages": [
            [str(row.get("role", "")), _pieces(str(row.get("content", "")), texts)]
            for row in result.messages
        ],
        "reply": _pieces(result.reply, texts),
    }


def _evidence(result: Result, texts: Texts) -> list[list[Any]]:
    """Each sentence as text, document, score, whether it is gold, its footnotes."""
    return [
        [
            texts.number(one.span.text),
            texts.number(f"{one.span.document} {one.span.start}–{one.span.end}"),
            round(one.score, 3),
            int(is_gold(one.span, result)),
            footnotes_of(one.span, result),
        ]
        for one in result.evidence
    ]


def _pieces(text: str, texts: Texts) -> list[int]:
    return [texts.number(piece) for piece in _PIECE.split(text) if piece]
