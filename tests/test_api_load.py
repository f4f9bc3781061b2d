"""Many at once: a slow model keeps nobody waiting, too many are told to come again."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path

import httpx
import openai
import pytest

from tests.api import QUESTION, SAYS, SETTINGS, Api, api_with, chat, joined, message_of, user
from tests.model_server import Part
from tests.scripted import cited

SLOW = 1.5  # seconds of a reply
PEOPLE = 20


def slow(messages: list[dict[str, str]]) -> Iterator[Part]:
    """A reply in five pieces, over a second and a half."""
    for piece in (SAYS, "{acted as mediators}", ".", " So", " it is."):
        time.sleep(SLOW / 5)
        yield cited(piece, messages[-1]["content"])


def asked(api: Api) -> tuple[float, float, str]:
    """Seconds to the first words and to the end of a streamed answer, and its text."""
    begun, first, pieces = time.monotonic(), 0.0, []
    with api.client() as client:
        for chunk in client.chat.completions.create(
            model="footnote", messages=[user(QUESTION)], stream=True
        ):
            piece = chunk.choices[0].delta.content
            first = first or (time.monotonic() - begun if piece else 0.0)
            pieces.append(piece)
    return first, time.monotonic() - begun, joined(pieces)


def test_twenty_people_wait_hardly_longer_than_one(tmp_path: Path) -> None:
    with api_with(tmp_path, slow) as api:
        _, alone, text = asked(api)
        with ThreadPoolExecutor(PEOPLE) as people:
            answers = list(people.map(asked, [api] * PEOPLE))
        assert api.get("/health").status_code == 200
    assert {said for _, _, said in answers} == {text}
    assert text.startswith(f"{SAYS}[1]. So it is.")
    slowest = max(whole for _, whole, _ in answers)
    assert slowest < alone + 10 * SLOW  # one after the other it would be 20 times


def test_the_server_answers_others_while_models_are_silent(tmp_path: Path) -> None:
    silence = threading.Event()

    def answer(_: list[dict[str, str]]) -> Iterator[Part]:
        silence.wait(20)
        yield "Well."

    with api_with(tmp_path, answer) as api, ThreadPoolExecutor(3) as people:
        waiting = [people.submit(api.post, "/v1/chat/completions", chat()) for _ in range(3)]
        begun = time.monotonic()
        while api_metric(api, "footnote_questions_at_work") < 3:
            assert time.monotonic() - begun < 15
        silence.set()
        assert [one.result().status_code for one in waiting] == [200] * 3


def test_too_many_are_told_to_come_again(tmp_path: Path) -> None:
    go = threading.Event()

    def answer(_: list[dict[str, str]]) -> Iterator[Part]:
        go.wait(20)
        yield "Well."

    settings = replace(SETTINGS, at_once=1, waiting=1)
    with api_with(tmp_path, answer, settings) as api, ThreadPoolExecutor(2) as people:
        first = people.submit(api.post, "/v1/chat/completions", chat())
        until(api, "footnote_questions_at_work", 1)
        second = people.submit(api.post, "/v1/chat/completions", chat())
        until(api, "footnote_questions_waiting", 1)
        third = api.post("/v1/chat/completions", chat(stream=True))
        with pytest.raises(openai.RateLimitError):
            api.client().chat.completions.create(model="footnote", messages=[user(QUESTION)])
        go.set()
        assert (first.result().status_code, second.result().status_code) == (200, 200)
    assert (third.status_code, third.headers["retry-after"]) == (429, "2")
    assert "ask again" in message_of(third)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_whoever_goes_away_is_not_worked_for(tmp_path: Path, *, stream: bool) -> None:
    sent = count()

    def answer(_: list[dict[str, str]]) -> Iterator[Part]:
        for number in range(200):
            next(sent)
            time.sleep(0.1)
            yield f"word {number} "

    with api_with(tmp_path, answer) as api:
        with pytest.raises(httpx.TimeoutException):
            leave_early(api, stream=stream)
        until(api, "footnote_questions_left_total", 1)
        until(api, "footnote_questions_at_work", 0)
    assert next(sent) < 100


def test_a_silent_model_is_bridged_with_comments(tmp_path: Path) -> None:
    def answer(_: list[dict[str, str]]) -> Iterator[Part]:
        time.sleep(2.5)
        yield "Well."

    with api_with(tmp_path, answer) as api:
        response = api.post("/v1/chat/completions", chat(stream=True))
    assert "\n\n: waiting\n\n" in response.text
    events = [line[6:] for line in response.text.split("\n\n") if line.startswith("data: {")]
    assert json.loads(events[-1])["choices"][0]["finish_reason"] == "stop"
    assert response.text.endswith("data: [DONE]\n\n")


def leave_early(api: Api, *, stream: bool) -> None:
    """Ask, and go away after a second."""
    with httpx.Client(timeout=1.0) as client:
        url, body = f"{api.url}/v1/chat/completions", chat(stream=stream)
        with client.stream("POST", url, json=body) as response:
            begun = time.monotonic()
            for _ in response.iter_bytes():
                if time.monotonic() - begun > 1:
                    raise httpx.ReadTimeout("gone")


def api_metric(api: Api, name: str) -> float:
    """A figure of the server's own."""
    lines = [line for line in api.get("/metrics").text.splitlines() if line.startswith(f"{name} ")]
    return float(lines[0].split()[1])


def until(api: Api, name: str, value: float) -> None:
    """Wait until a figure is what it will be."""
    end = time.monotonic() + 15
    while api_metric(api, name) != value:
        assert time.monotonic() < end, f"{name} is {api_metric(api, name)}, not {value}"
        time.sleep(0.02)
