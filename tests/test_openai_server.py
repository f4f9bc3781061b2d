"""Talking to model servers: what comes through, what is tried again, and what is called cut."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.config import Config
from rag.errors import (
    EmbeddingError,
    ModelBusy,
    ModelCut,
    ModelError,
    ModelUnknown,
    ModelUnreachable,
)
from rag.model.clock import Limits, Patience
from rag.model.openai_server import embed_texts, list_models, stream_chat
from rag.model.wishes import MAX_TOKENS, Wishes
from rag.types import Message
from tests.faults import FAULTS
from tests.model_server import Fault, ModelServer, Part, Raw, Refuse

HURRY = Patience(connect=2.0, silence=0.5, pauses=())
QUESTION = [Message("system", "Be brief."), Message("user", "When did the talks end?")]
REPLY_SERVER = Path(__file__).parent.parent.parent / "shared" / "llm" / "reply_server.py"


def collect(config: Config, model: str = "small") -> tuple[str, ModelError | None]:
    """All that was said, and the error at the end if there was one."""
    said: list[str] = []
    try:
        said.extend(stream_chat(config, model, QUESTION, HURRY))
    except ModelError as error:
        return "".join(said), error
    return "".join(said), None


def talk(*parts: Part) -> tuple[str, ModelError | None]:
    """What is said by a server that answers every request with these parts."""
    with ModelServer(lambda _: parts) as server:
        return collect(Config(base_url=server.url))


def test_a_reply_comes_piece_by_piece() -> None:
    with ModelServer(lambda _: ["The talks ", "ended [A", "1]."]) as server:
        pieces = list(stream_chat(Config(base_url=server.url), "small", QUESTION))
    assert pieces == ["The talks ", "ended [A", "1]."]


def test_the_messages_are_sent_as_they_are_and_nothing_is_added() -> None:
    with ModelServer(lambda _: ["Fine."]) as server:
        collect(Config(base_url=server.url), "large")
    assert server.requests == [
        {
            "model": "large",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "When did the talks end?"},
            ],
            "stream": True,
            "temperature": 0,
            "max_tokens": MAX_TOKENS,
        }
    ]


def test_a_model_that_refuses_a_temperature_is_asked_without_one() -> None:
    replies: Iterator[list[Part]] = iter(
        [[Refuse(400, "Unsupported value: 'temperature'")], ["Fine."]]
    )
    with ModelServer(lambda _: next(replies)) as server:
        assert collect(Config(base_url=server.url)) == ("Fine.", None)
    assert ["temperature" in body for body in server.requests] == [True, False]


def test_a_chunk_without_choices_is_passed_over() -> None:
    assert talk("The ", Fault.NO_CHOICES, "end.") == ("The end.", None)


def test_a_reasoning_field_is_no_part_of_the_reply() -> None:
    thinking = Raw(b'data: {"choices": [{"index": 0, "delta": {"reasoning_content": "Hm."}}]}\n\n')
    assert talk(thinking, "The end.") == ("The end.", None)


def test_thoughts_at_the_start_are_taken_off_the_stream() -> None:
    assert talk("<thi", "nk>Hm.</th", "ink>\n\nThe ", "end.") == ("The end.", None)


INCOMPLETE: dict[str, list[Part]] = {
    "cut": [Fault.CUT],
    "dropped": [Fault.DROP],
    "garbage": [Fault.GARBAGE],
    "silence": [Fault.HANG],
    "error": [Raw(b'data: {"error": {"message": "out of memory"}}\n\n')],
    "no-utf-8": [Raw(b"data: \xff\xfe\n\n")],
    "too-deep": [Raw(b"data: " + b"[" * 100_000 + b"\n\n")],
}


@pytest.mark.parametrize("fault", INCOMPLETE)
def test_a_reply_that_breaks_off_is_shown_and_then_called_cut(fault: str) -> None:
    said, error = talk("The talks ", "ended", *INCOMPLETE[fault])
    assert said == "The talks ended"
    assert type(error) is ModelCut


@pytest.mark.parametrize("fault", INCOMPLETE)
def test_a_reply_that_breaks_off_before_it_began_is_a_failure(fault: str) -> None:
    said, error = talk(*INCOMPLETE[fault])
    assert not said
    assert isinstance(error, ModelError)
    assert not isinstance(error, ModelCut)


def test_a_reply_at_the_limit_of_its_length_is_cut_and_says_so() -> None:
    said, error = talk("The talks ", Fault.LENGTH)
    assert said == "The talks "
    assert type(error) is ModelCut
    assert "used up the length" in str(error)


def test_a_reply_stopped_by_a_filter_says_so() -> None:
    said, error = talk("The talks ", Fault.FILTER)
    assert (said, type(error)) == ("The talks ", ModelCut)
    assert "content filter" in str(error)


def test_a_reply_without_a_word_is_a_failure() -> None:
    said, error = talk()
    assert (said, type(error)) == ("", ModelError)
    assert "without a word" in str(error)


def test_a_silent_server_is_given_up_after_a_while_and_asked_once() -> None:
    patience = Patience(silence=0.3, pauses=(0.0, 0.0))
    with ModelServer(lambda _: [Fault.HANG]) as server:
        replies = stream_chat(Config(base_url=server.url), "small", QUESTION, patience)
        with pytest.raises(ModelUnreachable, match="no word from it in time"):
            list(replies)
    assert len(server.requests) == 1


PASSING: dict[str, list[Part]] = {
    "busy": [Refuse(429, "slow down")],
    "broken": [Refuse(503, "loading the model")],
    "dropped": [Fault.DROP],
}


@pytest.mark.parametrize("name", PASSING)
def test_what_may_pass_is_tried_again_before_the_first_piece(name: str) -> None:
    replies: Iterator[list[Part]] = iter([PASSING[name], PASSING[name], ["Fine."]])
    with ModelServer(lambda _: next(replies)) as server:
        patience = Patience(pauses=(0.0, 0.0))
        pieces = stream_chat(Config(base_url=server.url), "small", QUESTION, patience)
        assert list(pieces) == ["Fine."]


def test_attempts_come_to_an_end() -> None:
    with ModelServer(lambda _: [Refuse(500)]) as server:
        patience = Patience(pauses=(0.0, 0.0))
        with pytest.raises(ModelError):
            list(stream_chat(Config(base_url=server.url), "small", QUESTION, patience))
    assert len(server.requests) == 3


STOP = Raw(b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n')
USAGE = b'data: {"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 3}}\n\n'


def counted(*parts: Part) -> tuple[str, list[tuple[int, int]]]:
    """What is said, and the tokens that are told, by a server that is asked to count them."""
    told: list[tuple[int, int]] = []
    with ModelServer(lambda _: parts) as server:
        config = Config(base_url=server.url)
        wishes = Wishes(told=lambda *both: told.append(both))
        pieces = stream_chat(config, "small", QUESTION, HURRY, wishes)
        said = "".join(pieces)
    assert server.requests[0]["stream_options"] == {"include_usage": True}
    return said, told


@pytest.mark.parametrize(
    ("parts", "tokens"),
    [
        pytest.param(["Fine.", STOP, Raw(USAGE)], [(12, 3)], id="behind the finish"),
        pytest.param(["Fine."], [], id="not at all"),
        pytest.param(["Fine.", STOP, Fault.GARBAGE], [], id="broken behind the finish"),
        pytest.param(["Fine.", STOP, Fault.HANG], [], id="silence behind the finish"),
    ],
)
def test_tokens_are_told_where_the_server_counts_them(
    parts: list[Part], tokens: list[tuple[int, int]]
) -> None:
    assert counted(*parts) == ("Fine.", tokens)


def test_a_server_that_cannot_count_is_asked_without() -> None:
    replies: Iterator[list[Part]] = iter([[Refuse(400, "unknown: stream_options")], ["Fine."]])
    with ModelServer(lambda _: next(replies)) as server:
        config = Config(base_url=server.url)
        pieces = stream_chat(config, "small", QUESTION, HURRY, Wishes(told=lambda _p, _c: None))
        assert "".join(pieces) == "Fine."
    assert "stream_options" not in server.requests[1]
    assert server.requests[1]["temperature"] == 0


FORM = {"title": "mood", "type": "object", "properties": {"mood": {"type": "string"}}}


@pytest.mark.parametrize(
    "complaint", ["unknown field response_format", "'json_schema' is not one of ['text']"]
)
def test_a_form_is_asked_for_and_given_up_where_a_server_knows_none(complaint: str) -> None:
    replies: Iterator[list[Part]] = iter([[Refuse(400, complaint)], ["Fine."]])
    with ModelServer(lambda _: next(replies)) as server:
        config = Config(base_url=server.url)
        pieces = stream_chat(config, "small", QUESTION, HURRY, Wishes(form=FORM))
        assert list(pieces) == ["Fine."]
    asked = server.requests[0]["response_format"]["json_schema"]
    assert (asked["name"], asked["schema"]) == ("mood", FORM)
    assert "response_format" not in server.requests[1]


LASTING: dict[str, list[Part]] = {
    "quota": [Refuse(429, "quota")],
    "key": [Refuse(401)],
    "begun": ["The ", Fault.DROP],
}


@pytest.mark.parametrize("name", LASTING)
def test_what_will_not_pass_is_not_tried_again(name: str) -> None:
    with ModelServer(lambda _: LASTING[name]) as server:
        patience = Patience(pauses=(0.0, 0.0))
        with pytest.raises(ModelError):
            list(stream_chat(Config(base_url=server.url), "small", QUESTION, patience))
    assert len(server.requests) == 1


def test_a_reply_that_nobody_reads_on_is_stopped() -> None:
    with ModelServer(lambda _: repeat("more ")) as server:
        pieces = stream_chat(Config(base_url=server.url), "small", QUESTION)
        assert next(pieces) == "more "
        pieces.close()  # type: ignore[attr-defined] # an Iterator for callers, a generator here
        assert server.abandoned.wait(10)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.binary(max_size=40) | st.sampled_from([b"data: ", b"\n\n", b'{"choices": [']), max_size=8
    )
)
def test_no_stream_of_bytes_raises_anything_but_model_errors(junk: list[bytes]) -> None:
    data = b"".join(junk)
    talk("The ", Raw(data)) if data else talk()


ODD = [b"5", b"[]", b'"text"', b"null", b'{"choices": null}', b'{"choices": {"a": 1}}']
ODD += [b'{"choices": [5]}', b'{"choices": [{"delta": null}]}']
ODD += [b'{"choices": [{"delta": {"content": ["list"]}}]}', b'{"choices": [{"finish_reason": []}]}']


@pytest.mark.parametrize("chunk", ODD)
def test_a_chunk_of_an_odd_shape_is_passed_over(chunk: bytes) -> None:
    assert talk("The ", Raw(b"data: " + chunk + b"\n\n"), "end.") == ("The end.", None)


def test_models_are_listed_in_the_order_of_the_server() -> None:
    with ModelServer(models=["small", "large"]) as server:
        assert list_models(Config(base_url=server.url), HURRY) == ["small", "large"]


def test_listing_models_at_a_wrong_address_fails_in_words() -> None:
    with ModelServer() as server, pytest.raises(ModelError, match="lists no models"):
        list_models(Config(base_url=f"http://{server.address}"), HURRY)


@pytest.mark.parametrize("act", [list_models, partial(embed_texts, model="m", texts=["Egypt"])])
def test_an_answer_in_one_piece_that_drips_is_given_up(act: Callable[..., object]) -> None:
    """Each byte comes in time, and the last one never."""
    hurry = Patience(connect=2.0, silence=5.0, pauses=(), limits=Limits(deadline=0.3))
    begun = time.monotonic()
    with FAULTS["a dripping head"].serve() as url, pytest.raises(ModelError, match="in time"):
        act(Config(base_url=url), patience=hurry)
    assert time.monotonic() - begun < 3.0


def test_a_web_page_lists_no_models() -> None:
    with ModelServer(page="<html>Log in to this network</html>") as server:
        assert list_models(Config(base_url=server.url), HURRY) == []


def test_a_web_page_is_no_reply() -> None:
    with ModelServer(page="<html>Log in to this network</html>") as server:
        said, error = collect(Config(base_url=server.url))
    assert (said, type(error)) == ("", ModelError)


def test_vectors_come_in_the_order_of_the_texts() -> None:
    texts = [f"sentence number {number}" for number in range(230)]
    with ModelServer() as server:
        vectors = embed_texts(Config(base_url=server.url), "small", texts, HURRY)
    assert vectors == [pytest.approx(server.embed(text)) for text in texts]
    assert [len(body["input"]) for body in server.requests] == [100, 100, 30]


def test_vectors_are_asked_for_as_numbers() -> None:
    with ModelServer() as server:
        embed_texts(Config(base_url=server.url), "small", ["talks"], HURRY)
    assert server.requests[0]["encoding_format"] == "float"


def test_no_texts_have_no_vectors_and_no_request() -> None:
    with ModelServer() as server:
        assert embed_texts(Config(base_url=server.url), "small", [], HURRY) == []
    assert server.paths == []


def test_an_unknown_embedding_model_names_its_own_variable() -> None:
    with ModelServer() as server, pytest.raises(ModelUnknown, match=r"RAG_EMBEDDING.*small, large"):
        embed_texts(Config(base_url=server.url), "none", ["talks"], HURRY)


BAD_VECTORS: dict[str, Callable[[str], list[Any]]] = {
    "empty": lambda _: [],
    "not-finite": lambda _: [1.0, float("nan")],
    "not-numbers": lambda _: ["a"],
    "two-lengths": lambda text: [1.0] * len(text),
}


@pytest.mark.parametrize("name", BAD_VECTORS)
def test_vectors_that_are_none_are_an_embedding_error(name: str) -> None:
    with ModelServer(embed=BAD_VECTORS[name]) as server, pytest.raises(EmbeddingError):
        embed_texts(Config(base_url=server.url), "small", ["one", "three"], HURRY)


@pytest.fixture(scope="module")
def reply_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The reply server of the neighbouring folder: its address, and the folder of its replies."""
    if not REPLY_SERVER.exists():
        pytest.skip(f"there is no {REPLY_SERVER}")
    folder = tmp_path_factory.mktemp("replies")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(REPLY_SERVER), "--dir", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        with httpx.HTTPTransport(retries=5) as patient:  # it names its address, then listens
            patient.handle_request(httpx.Request("GET", f"{url}/models")).close()
        yield url, folder
        process.terminate()


def test_the_reply_server_streams_four_characters_at_a_time(
    reply_server: tuple[str, Path],
) -> None:
    url, folder = reply_server
    config = Config(base_url=url)
    _, error = collect(config)
    assert "pending" in str(error)
    (pending,) = (folder / "pending").glob("*.json")
    (folder / "replies" / f"{pending.stem}.txt").write_text("They ended on Sunday [A3].")
    pieces = list(stream_chat(config, "any", QUESTION, HURRY))
    assert pieces == ["They", " end", "ed o", "n Su", "nday", " [A3", "]."]


REPLY_FAULTS = {
    "fault-429": ("", ModelBusy),
    "fault-500": ("", ModelError),
    "fault-cut": ("The reply is", ModelCut),
    "fault-garbage": ("The reply is", ModelCut),
    "fault-empty": ("", ModelError),
}


@pytest.mark.parametrize("fault", REPLY_FAULTS)
def test_the_faults_of_the_reply_server_are_told_apart(
    fault: str, reply_server: tuple[str, Path]
) -> None:
    url, _ = reply_server
    said, error = collect(Config(base_url=url), fault)
    assert (said, type(error)) == REPLY_FAULTS[fault]
