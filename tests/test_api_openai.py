"""The API as OpenAI's own client sees it: answers, streams, citations, errors."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from rag.rendering.json_reading import answer_of_json
from tests.api import (
    QUESTION,
    SAYS,
    TALKS_SENTENCE,
    Api,
    api_over,
    api_with,
    joined,
    replying,
    user,
)
from tests.model_server import Fault, ModelServer, Part, Raw, Refuse
from tests.scripted import cited

SCRIPT = f"{SAYS} {{acted as mediators}}. Hamas was not at the table {{Hamas}}."
TEXT = f"{SAYS}[1]. Hamas was not at the table[2]."
BACK = [
    {"role": "system", "content": "You are a pirate."},
    user("Who closed the round in Cairo?"),
    {"role": "assistant", "content": f"{SAYS}[1].\n\n---\n\nAnswered. “William Burns”"},
]
STOP = Raw(b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n')
USAGE = Raw(b'data: {"choices": [], "usage": {"prompt_tokens": 70, "completion_tokens": 9}}\n\n')


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with api_with(tmp_path_factory.mktemp("api"), replying(SCRIPT)) as api:
        yield api


def streamed(api: Api, **more: Any) -> list[Any]:
    return list(
        api.client().chat.completions.create(
            model="footnote", messages=[user(QUESTION)], stream=True, **more
        )
    )


def test_the_models_are_listed(api: Api) -> None:
    assert [model.id for model in api.client().models.list()] == ["footnote", "footnote-quotes"]
    assert api.client().models.retrieve("footnote").owned_by == "footnote"


def test_an_answer_has_its_marks_and_ends_with_its_sources(api: Api) -> None:
    reply = api.client().chat.completions.create(model="footnote", messages=[user(QUESTION)])
    (choice,) = reply.choices
    said, _, below = str(choice.message.content).partition("\n\n---\n\n")
    assert (said, choice.finish_reason) == (TEXT, "stop")
    assert below.startswith(
        "Answered from your documents.\n\n- [1] ✓ supported: “The United States"
    )
    assert f"[open]({api.url}/source?doc=talks.md&s=" in below


def test_annotations_stand_on_the_marks_and_lead_to_the_sentences(api: Api) -> None:
    reply = api.client().chat.completions.create(model="footnote", messages=[user(QUESTION)])
    message = reply.choices[0].message
    cites = [note.url_citation for note in message.annotations or []]
    assert [str(message.content)[it.start_index : it.end_index] for it in cites] == ["[1]", "[2]"]
    assert [it.title for it in cites] == ["Cairo talks close"] * 2
    source = api.get(cites[0].url.removeprefix(api.url)).json()
    assert source["spans"][0]["text"] == TALKS_SENTENCE
    assert source["text"][source["spans"][0]["start"] :].startswith(TALKS_SENTENCE)


def test_the_whole_answer_is_in_a_field_of_ours(api: Api) -> None:
    reply = api.client().chat.completions.create(model="footnote", messages=[user(QUESTION)])
    record = (reply.model_extra or {})["footnote"]
    assert record["outcome"] == "answered"
    assert [one["verdict"] for one in record["statements"]] == ["supported"] * 2
    assert record["citations"][0]["text"] == TALKS_SENTENCE


def test_a_stream_says_the_same_in_pieces(api: Api) -> None:
    chunks = streamed(api)
    assert chunks[0].choices[0].delta.role == "assistant"
    whole = api.client().chat.completions.create(model="footnote", messages=[user(QUESTION)])
    message = whole.choices[0].message
    text = joined([chunk.choices[0].delta.content for chunk in chunks])
    assert text == message.content
    assert len(chunks) > len(TEXT) / 2
    assert [chunk.choices[0].finish_reason for chunk in chunks[-2:]] == [None, "stop"]
    notes = (chunks[-2].choices[0].delta.model_extra or {})["annotations"]
    assert notes == [note.model_dump() for note in message.annotations or []]
    assert (chunks[-2].model_extra or {})["footnote"]["outcome"] == "answered"


def test_the_list_of_sources_can_be_left_out(api: Api) -> None:
    chunks = streamed(api, extra_body={"footnote": {"sources": False}})
    assert joined([chunk.choices[0].delta.content for chunk in chunks]) == TEXT


def test_the_question_is_the_last_message_and_what_was_said_before_counts(tmp_path: Path) -> None:
    prompts: list[list[dict[str, str]]] = []

    def answer(messages: list[dict[str, str]]) -> list[Part]:
        prompts.append(messages)
        last = messages[-1]["content"]
        return ["Who of them took part in Cairo?"] if "[A1]" not in last else ["Burns [A1]."]

    with api_with(tmp_path, answer) as api:
        messages: Any = [*BACK, user("Who of them took part?")]
        reply = api.client().chat.completions.create(model="footnote", messages=messages)
    record = (reply.model_extra or {})["footnote"]
    assert record["question"] == "Who of them took part?"
    assert record["standalone_question"] == "Who of them took part in Cairo?"
    told = str(prompts)
    assert SAYS in told
    assert "pirate" not in told
    assert "Answered. “William Burns”" not in told


def test_a_question_can_be_narrowed(api: Api) -> None:
    reply = api.client().chat.completions.create(
        model="footnote-quotes",
        messages=[user("Who launched rockets on Sunday?")],
        extra_body={"footnote": {"documents": ["strikes*"], "since": "2024-08-25"}},
    )
    record = (reply.model_extra or {})["footnote"]
    assert {one["document"] for one in record["citations"]} == {"strikes.txt"}


def test_the_other_model_quotes(api: Api) -> None:
    reply = api.client().chat.completions.create(model="footnote-quotes", messages=[user(QUESTION)])
    record = (reply.model_extra or {})["footnote"]
    assert (record["mode"], record["model"]) == ("quotes", "")
    assert "and Egypt acted as mediators.[2]" in str(reply.choices[0].message.content)
    assert reply.usage
    assert reply.usage.total_tokens == 0


def test_what_is_not_in_the_documents_is_said_so(tmp_path: Path) -> None:
    with api_over(tmp_path) as api:
        reply = api.client().chat.completions.create(
            model="footnote", messages=[user("Which zebra plays the trombone?")]
        )
    assert (reply.model_extra or {})["footnote"]["outcome"] == "not_found"
    assert str(reply.choices[0].message.content).startswith("Not in your documents.")


def test_tokens_are_told_where_they_are_known(tmp_path: Path) -> None:
    def answer(messages: list[dict[str, str]]) -> list[Part]:
        return [cited(SCRIPT, messages[-1]["content"]), STOP, USAGE]

    with api_with(tmp_path, answer) as api:
        chunks = streamed(api, stream_options={"include_usage": True})
        whole = api.client().chat.completions.create(model="footnote", messages=[user(QUESTION)])
    assert (chunks[-1].choices, chunks[-1].usage.total_tokens) == ([], 79)
    assert whole.usage
    assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (70, 9)


def test_tokens_that_nobody_counted_are_not_made_up(api: Api) -> None:
    reply = api.client().chat.completions.create(model="footnote", messages=[user(QUESTION)])
    assert reply.usage is None


def test_an_unknown_model_is_an_error_of_its_own(api: Api) -> None:
    with pytest.raises(openai.NotFoundError, match="ask footnote or footnote-quotes") as caught:
        api.client().chat.completions.create(model="gpt-5", messages=[user(QUESTION)])
    assert caught.value.code == "model_not_found"


def test_a_question_without_words_is_a_bad_request_also_when_streamed(api: Api) -> None:
    with pytest.raises(openai.BadRequestError, match="no word to search for"):
        api.client().chat.completions.create(model="footnote", messages=[user("?!")], stream=True)


def test_a_reply_that_stops_in_the_middle_ends_in_an_error_behind_what_there_was(
    tmp_path: Path,
) -> None:
    def answer(messages: list[dict[str, str]]) -> list[Part]:
        return [cited(f"{SAYS} {{acted as mediators}}. And", messages[-1]["content"]), Fault.CUT]

    chunks: list[Any] = []
    with api_with(tmp_path, answer) as api:
        stream = api.client().chat.completions.create(
            model="footnote", messages=[user(QUESTION)], stream=True
        )
        with pytest.raises(openai.APIError, match="stopped in the middle") as caught:
            chunks.extend(stream)
        whole = api.client().chat.completions.create(model="footnote", messages=[user(QUESTION)])
    assert caught.value.code == "model_cut"
    assert (chunks[-1].model_extra or {})["footnote"]["incomplete"]
    assert joined([it.choices[0].delta.content for it in chunks]).startswith(f"{SAYS}[1]. And")
    assert whole.choices[0].finish_reason == "length"


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_a_model_that_fails_costs_only_the_prose(tmp_path: Path, *, stream: bool) -> None:
    with api_with(tmp_path, lambda _: [Refuse(500, "out of order")]) as api:
        if stream:
            chunks = streamed(api)
            text = joined([chunk.choices[0].delta.content for chunk in chunks])
            record = (chunks[-2].model_extra or {})["footnote"]
        else:
            reply = api.client().chat.completions.create(
                model="footnote", messages=[user(QUESTION)]
            )
            text = str(reply.choices[0].message.content)
            record = (reply.model_extra or {})["footnote"]
    assert "The United States, Qatar and Egypt acted as mediators.[2]" in text
    assert "Until then, the documents in their own words." in text
    assert record["mode"] == "quotes"
    assert "out of order" in record["failure"]


def test_a_server_that_is_down_costs_only_the_prose(tmp_path: Path) -> None:
    with ModelServer() as server:
        gone = server.url
    with api_over(tmp_path, gone, name="") as api:
        reply = api.client().chat.completions.create(model="footnote", messages=[user(QUESTION)])
    assert (reply.model_extra or {})["footnote"]["mode"] == "quotes"


def test_the_record_of_an_answer_is_read_back_as_any_saved_one(api: Api) -> None:
    reply = api.client().chat.completions.create(model="footnote", messages=[user(QUESTION)])
    assert answer_of_json((reply.model_extra or {})["footnote"]).text == (
        f"{SAYS}. Hamas was not at the table."
    )
