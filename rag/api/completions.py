"""The objects of OpenAI's chat completions, with our citations as annotations.

Beside what the protocol has stands ``footnote``: the whole answer, as ``rag ask --json`` prints it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import time
from uuid import uuid4

from rag.api.content import Content, Marked
from rag.rendering import one_line
from rag.rendering.json_form import to_json
from rag.rendering.marks import Link
from rag.types import Act, Answer

Usage = Sequence[tuple[int, int]]
"""Tokens of prompt and reply, for each request that the language model's server has counted."""


@dataclass(frozen=True, slots=True)
class Head:
    """What all parts of one completion have in common."""

    model: str
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid4().hex}")
    created: int = field(default_factory=lambda: int(time()))

    def of(self, kind: str) -> dict[str, object]:
        """The fields that come first."""
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


def chunk(
    head: Head, delta: dict[str, object], finish: str | None = None, **more: object
) -> dict[str, object]:
    """One piece of a stream."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**head.of("chat.completion.chunk"), "choices": [choice], **more}


def usage_chunk(head: Head, usage: dict[str, int]) -> dict[str, object]:
    """The piece with the tokens, behind the last one."""
    return {**head.of("chat.completion.chunk"), "choices": [], "usage": usage}


def completion(
    head: Head,
    content: str,
    annotations: list[dict[str, object]],
    answer: Answer,
    **more: object,
) -> dict[str, object]:
    """A whole reply at once; one that was cut says that it has not its full length."""
    message = {
        "role": "assistant",
        "content": content,
        "refusal": None,
        "annotations": annotations,
    }
    finish = "length" if answer.incomplete else "stop"
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    return {**head.of("chat.completion"), "choices": [choice], **more}


def answer_record(answer: Answer, failure: str = "") -> dict[str, object]:
    """The answer as ``rag ask --json`` prints it; ``failure``: why the model did not write it."""
    return {**to_json(answer), **({"failure": failure} if failure else {})}


def usage_of(counted: Usage, answer: Answer) -> dict[str, int] | None:
    """The tokens of an answer, or None where the server has not counted them."""
    if answer.model and not counted:
        return None
    prompt, reply = sum(one for one, _ in counted), sum(one for _, one in counted)
    return {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": prompt + reply}


def annotations_of(content: Content, answer: Answer, link: Link) -> list[dict[str, object]]:
    """The citations of an answer where they stand in its content.

    A mark whose citation was re-pointed while it was in sight already leads to the new one; a
    citation that the program has added since stands between two characters.
    """
    places = [place for mark in content.marks for place in _settled(mark, answer)]
    shown = {place.number for place in places}
    late = [mark for mark in answer.marks if mark.citation not in shown]
    places += [Marked(it.citation, *[content.place(it.offset)] * 2) for it in late]
    by_number = {citation.number: citation for citation in answer.citations}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": place.start,
                "end_index": place.end,
                "url": link(by_number[place.number]),
                "title": one_line(by_number[place.number].title),
            },
        }
        for place in places
        if place.number in by_number
    ]


def _settled(mark: Marked, answer: Answer) -> Iterator[Marked]:
    """The mark, or what has taken its place since."""
    if any(citation.number == mark.number for citation in answer.citations):
        yield mark
        return
    for repair in answer.repairs:
        if repair.act is Act.REPOINTED and any(it.number == mark.number for it in repair.removed):
            yield from (Marked(number, mark.start, mark.end) for number in repair.added)
