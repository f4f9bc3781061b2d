"""Clients that share no code with OpenAI's own, or use it in their own way."""

from collections.abc import Iterator
from typing import Any

import pytest
from huggingface_hub import InferenceClient
from llama_index.core.base.llms.types import ChatMessage
from llama_index.llms.openai_like import OpenAILike

from tests.api import QUESTION, SAYS, Api, api_with, joined, replying, user

TEXT = f"{SAYS}[1]."


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    answer = replying(f"{SAYS} {{acted as mediators}}.")
    with api_with(tmp_path_factory.mktemp("api"), answer) as api:
        yield api


def test_the_client_of_hugging_face_reads_an_answer(api: Api) -> None:
    client: Any = InferenceClient(base_url=f"{api.url}/v1", api_key="none")
    reply = client.chat_completion([user(QUESTION)], model="footnote")
    assert reply.choices[0].message.content.startswith(TEXT)


def test_the_client_of_hugging_face_reads_a_stream(api: Api) -> None:
    client: Any = InferenceClient(base_url=f"{api.url}/v1", api_key="none")
    chunks = client.chat_completion([user(QUESTION)], model="footnote", stream=True)
    pieces = [chunk.choices[0].delta.content for chunk in chunks]
    assert joined(pieces).startswith(TEXT)
    assert len(pieces) > len(TEXT) / 2


def test_llama_index_reads_answers_and_streams(api: Api) -> None:
    llm = OpenAILike(
        model="footnote",
        api_base=f"{api.url}/v1",
        api_key="none",
        is_chat_model=True,
        context_window=8_000,
        max_retries=0,
    )
    messages = [ChatMessage(role="user", content=QUESTION)]
    assert str(llm.chat(messages).message.content).startswith(TEXT)
    pieces = [it.delta for it in llm.stream_chat(messages)]
    assert joined(pieces).startswith(TEXT)
