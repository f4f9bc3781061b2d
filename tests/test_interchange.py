"""llama-index in both directions: its documents and models go in, our sentences come out."""

import asyncio
import datetime as dt
import gc
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from llama_index.core import VectorStoreIndex
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
)
from llama_index.core.llms import CustomLLM, MockLLM
from llama_index.core.readers import SimpleDirectoryReader, StringIterableReader
from llama_index.core.schema import Document as Read
from llama_index.core.schema import MetadataMode, NodeWithScore, TextNode
from llama_index.llms.openai import OpenAI
from llama_index.llms.openai_like import OpenAILike
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag.embedding import Embedding
from rag.errors import (
    ModelBusy,
    ModelCut,
    ModelDenied,
    ModelError,
    ModelUnknown,
    ModelUnreachable,
    QuestionError,
)
from rag.ingest import ingest, ingest_documents
from rag.interchange import (
    FootnoteEmbedding,
    FootnoteRetriever,
    documents_from_llama_index,
    model_from_llama_index,
)
from rag.libraries import Library
from rag.model import reply
from rag.scope import Search
from rag.types import Message
from tests.model_server import Fault, ModelServer, Part, Refuse
from tests.small import DIMENSION, embed_words, small_embedding, small_library, write_folder

MEDIATORS = "Who acted as mediators in Cairo?"
QUESTION = [Message("system", "Answer briefly."), Message("user", "Who mediated?")]


# --- documents of any reader -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "document_id"),
    [
        pytest.param({"metadata": {"file_path": "/home/ada/talks.md"}}, "/home/ada/talks.md"),
        pytest.param({"metadata": {"file_path": "C:\\ada\\talks.md"}}, "C:/ada/talks.md"),
        pytest.param({"metadata": {"file_path": Path("a/talks.md")}}, "a/talks.md"),
        pytest.param({"metadata": {"file_name": "talks.md"}, "id_": "x"}, "talks.md"),
        pytest.param({"id_": "https://example.org/talks"}, "https://example.org/talks"),
        pytest.param(
            {"metadata": {"file_path": "talks.pdf", "page_label": "iv"}}, "talks.pdf, page iv"
        ),
        pytest.param({"metadata": {"file_path": "talks.pdf", "page": 3}}, "talks.pdf, page 3"),
        pytest.param(
            {
                "id_": "8b0f2f5e-6f0a-4c0e-9f39-0d1a1c7f8f11",
                "metadata": {"page_id": "8b0f2f5e-6f0a-4c0e-9f39-0d1a1c7f8f11"},
            },
            "8b0f2f5e-6f0a-4c0e-9f39-0d1a1c7f8f11",
        ),
    ],
    ids=[
        "the path of the file",
        "a path of another system",
        "a path as an object",
        "its name, before the reader's own id",
        "the reader's own id",
        "with its page",
        "with a page that is a number",
        "a random id that the source knows too",
    ],
)
def test_a_document_is_named_by_what_stays_the_same(read: dict[str, Any], document_id: str) -> None:
    (document,) = documents_from_llama_index([Read(text="They met.", **read)])

    assert document.id == document_id


def test_a_document_without_a_name_has_the_same_id_in_every_run() -> None:
    texts = ["They met in Cairo.", "The oven was built in 1921."]
    first, again = (
        documents_from_llama_index(StringIterableReader().load_data(texts)) for _ in range(2)
    )

    assert [document.id for document in first] == [document.id for document in again]
    assert len({document.id for document in first}) == 2


def test_parts_of_one_file_do_not_collide() -> None:
    rows = [
        Read(text=text, metadata={"file_name": "staff.csv"}) for text in ("Ann.", "Bo.", "Ann.")
    ]
    pages = [
        Read(text=text, metadata={"file_name": "a.pdf", "page_label": label})
        for text, label in (("One.", "1"), ("Two.", "2"), ("Appendix.", "1"))
    ]

    documents = documents_from_llama_index([*rows, *pages])

    assert [document.id for document in documents] == [
        "staff.csv",
        "staff.csv, part 2",
        "staff.csv, part 3",
        "a.pdf, page 1",
        "a.pdf, page 2",
        "a.pdf, page 1, part 2",
    ]


def test_a_numbered_part_does_not_take_the_name_of_another_document() -> None:
    names = ("a", "a, part 2", "a")

    documents = documents_from_llama_index([Read(text="Words.", id_=name) for name in names])

    assert [document.id for document in documents] == ["a", "a, part 2", "a, part 3"]


def test_the_text_is_kept_as_it_is() -> None:
    text = "  They met \r\n in Cairo.\t\n\n“Well”, he said. 🕊️ \n"

    (document,) = documents_from_llama_index([Read(text=text, metadata={"title": "Talks"})])

    assert document.text == text


@pytest.mark.parametrize(
    ("metadata", "date"),
    [
        pytest.param({"date": "2024-08-26"}, dt.date(2024, 8, 26), id="a day"),
        pytest.param({"date": "2024-08-26T23:30:00+02:00"}, dt.date(2024, 8, 26), id="a moment"),
        pytest.param({"date": dt.date(2024, 8, 26)}, dt.date(2024, 8, 26), id="an object"),
        pytest.param(
            {"published": "2024-08-27", "date": "2024-08-26"},
            dt.date(2024, 8, 26),
            id="date before other words for it",
        ),
        pytest.param({"published": "2024-08-27"}, dt.date(2024, 8, 27), id="another word for it"),
        pytest.param(
            {"date": "last week", "published": "2024-08-27"},
            dt.date(2024, 8, 27),
            id="words that are no date",
        ),
        pytest.param(
            {"file_name": "2024-08-26-talks.pdf", "page_label": "2"},
            dt.date(2024, 8, 26),
            id="in the file's name",
        ),
        pytest.param(
            {"creation_date": "2026-01-02", "last_modified_date": "2026-01-02"},
            None,
            id="the date of the copy is not the document's",
        ),
    ],
)
def test_a_document_has_the_date_that_its_reader_names(
    metadata: dict[str, Any], date: dt.date | None
) -> None:
    (document,) = documents_from_llama_index([Read(text="They met.", metadata=metadata)])

    assert document.date == date


@pytest.mark.parametrize(
    ("metadata", "title"),
    [
        pytest.param({"title": " The \n talks ", "file_name": "x.md"}, "The talks", id="its own"),
        pytest.param({"document_title": "The talks"}, "The talks", id="an extractor's"),
        pytest.param({"file_path": "/a/cairo-talks.pdf"}, "cairo talks", id="the file's name"),
        pytest.param(
            {"file_name": "cairo-talks.pdf", "page_label": "2"}, "cairo talks, page 2", id="a page"
        ),
        pytest.param({}, "They met in Cairo.", id="the opening words"),
        pytest.param({"title": ["a", "list"]}, "They met in Cairo.", id="a title that is none"),
    ],
)
def test_a_document_has_a_title(metadata: dict[str, Any], title: str) -> None:
    (document,) = documents_from_llama_index([Read(text="They met\nin Cairo.", metadata=metadata)])

    assert document.title == title


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "is empty"), (" \n", "is empty"), ("half \ud83d", "holds half a character")],
    ids=["nothing", "a blank page", "half a character"],
)
def test_what_cannot_be_kept_is_left_out_and_told(text: str, words: str) -> None:
    told: list[str] = []
    pages = [
        Read(text=content, metadata={"file_name": "a.pdf", "page_label": str(number)})
        for number, content in enumerate(["One.", text, "Three."], start=1)
    ]

    documents = documents_from_llama_index(pages, told.append)

    assert [document.id for document in documents] == ["a.pdf, page 1", "a.pdf, page 3"]
    assert [line for line in told if line.startswith("a.pdf, page 2 " + words)] == told != []


def test_documents_of_a_reader_are_ingested_once(tmp_path: Path) -> None:
    texts = ["They met in Cairo. Egypt mediated.", "The oven was built in 1921."]
    with small_library(tmp_path / "data") as library:
        first, again = (
            ingest_documents(
                library, documents_from_llama_index(StringIterableReader().load_data(texts))
            )
            for _ in range(2)
        )
        held = library.documents()

    assert len(first.added) == len(held) == 2
    assert sorted(again.unchanged) == sorted(first.added)


def test_a_file_name_that_is_no_utf8_can_be_kept(tmp_path: Path) -> None:
    read = Read(text="They met.", metadata={"file_name": "caf\udce9.txt", "title": "Caf\udce9"})
    with small_library(tmp_path / "data") as library:
        ingest_documents(library, documents_from_llama_index([read]))

        assert [entry.id for entry in library.documents()] == ["caf?.txt"]


def test_ingesting_a_folder_keeps_what_a_reader_took_from_it(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "home", {"talks.md": "They met.", "staff.log": "Ann, cook."})
    read = SimpleDirectoryReader(input_files=[folder / "staff.log"]).load_data()
    with small_library(tmp_path / "data") as library:
        ingest_documents(library, documents_from_llama_index(read))
        done = ingest(library, [folder])

        assert done.removed == []
        assert [entry.id for entry in library.documents()] == [f"{folder}/staff.log", "talks.md"]


# --- any language model ------------------------------------------------------------------------


class Scripted(CustomLLM):
    """An LLM that says what it was made with, in the way that the test wants."""

    chunks: list[ChatResponse] = []  # noqa: RUF012 - a pydantic field, copied for every instance
    failure: Any = None
    streams: bool = True
    heard: list[ChatMessage] = []  # noqa: RUF012 - the same

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata()

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        raise NotImplementedError  # the base class wants it; an answer is asked of chat only

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        raise NotImplementedError  # the same

    def chat(self, messages: Sequence[ChatMessage], **_: Any) -> ChatResponse:
        self.heard = list(messages)
        return whole("".join(chunk.delta or "" for chunk in self.chunks))

    def stream_chat(self, messages: Sequence[ChatMessage], **_: Any) -> ChatResponseGen:
        self.heard = list(messages)
        if not self.streams:
            raise NotImplementedError("no streaming")  # as llama-index's own LLMs say it
        return self._stream()

    def _stream(self) -> ChatResponseGen:
        yield from self.chunks
        if self.failure:
            raise self.failure


def piece(text: str) -> ChatResponse:
    return ChatResponse(message=ChatMessage(content=text), delta=text)


def whole(text: str) -> ChatResponse:
    return ChatResponse(message=ChatMessage(content=text))


def test_a_model_hears_the_turns_with_their_roles() -> None:
    llm = Scripted(chunks=[piece("Egypt.")])
    history = [*QUESTION, Message("assistant", "Egypt [A1]."), Message("user", "Who else?")]

    reply(model_from_llama_index(llm), history)

    assert [(turn.role.value, turn.content) for turn in llm.heard] == [
        (turn.role, turn.content) for turn in history
    ]


@pytest.mark.parametrize(
    ("llm", "pieces"),
    [
        (Scripted(chunks=[piece("Egypt"), piece(""), piece(" did.")]), ["Egypt", " did."]),
        (Scripted(chunks=[whole("Egypt"), whole("Egypt did.")]), ["Egypt", " did."]),
        (Scripted(chunks=[piece("Egypt"), piece(" did.")], streams=False), ["Egypt did."]),
        (Scripted(chunks=[piece("<think>Hm. "), piece("So?</think>\nEgypt.")]), ["Egypt."]),
        (MockLLM(max_tokens=3), ["text ", "text ", "text"]),
    ],
    ids=["pieces", "the whole so far each time", "no streaming", "thoughts first", "a mock"],
)
def test_a_reply_comes_in_pieces(llm: CustomLLM, pieces: list[str]) -> None:
    assert list(model_from_llama_index(llm).stream(QUESTION)) == pieces


def test_a_mock_that_echoes_says_what_it_was_asked() -> None:
    assert "Who mediated?" in reply(model_from_llama_index(MockLLM()), QUESTION)


@pytest.mark.parametrize(
    ("llm", "name"),
    [
        (OpenAILike(model="qwen3:8b", api_base="http://127.0.0.1:9/v1", api_key="k"), "qwen3:8b"),
        (MockLLM(), "MockLLM"),
    ],
    ids=["by itself", "by its class"],
)
def test_a_model_has_a_name(llm: Any, name: str) -> None:
    assert model_from_llama_index(llm).name == name


def test_an_llm_that_refuses_its_own_settings_is_told_at_once() -> None:
    with pytest.raises(ModelError, match=r"'.*' failed; check how it was set up.*'qwen3:8b'"):
        model_from_llama_index(OpenAI(model="qwen3:8b", api_key="k"))


class VendorError(Exception):
    """Derives from nothing that we could know."""


@pytest.mark.parametrize(
    ("failure", "kind", "words"),
    [
        (ValueError("no credentials"), ModelError, "failed; .*no credentials"),
        (KeyError("choices"), ModelError, "failed; .*choices"),
        (TypeError("None is no text"), ModelError, "failed; .*None is no text"),
        (RuntimeError(), ModelError, "failed; .*RuntimeError"),
        (ConnectionRefusedError(), ModelUnreachable, "cannot be reached; .*nothing answers"),
        (TimeoutError(), ModelUnreachable, "cannot be reached; .*no word from it in time"),
        (socket.gaierror(-2, "?"), ModelUnreachable, "cannot be reached; .*no such host"),
        (VendorError("quota"), ModelError, "failed; .*quota"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_failure_becomes_one_sentence(
    failure: Exception, kind: type[ModelError], words: str
) -> None:
    model = model_from_llama_index(Scripted(failure=failure), failures=(VendorError,))

    with pytest.raises(ModelError, match=f"^The language model 'custom_llm' {words}") as told:
        reply(model, QUESTION)

    assert type(told.value) is kind


def test_a_failure_in_the_middle_is_told_as_a_cut() -> None:
    model = model_from_llama_index(Scripted(chunks=[piece("Egy")], failure=ValueError("bad JSON")))

    with pytest.raises(ModelCut, match="stopped in the middle"):
        reply(model, QUESTION)


def test_a_reply_without_a_word_is_an_error() -> None:
    with pytest.raises(ModelError, match="ended without a word"):
        reply(model_from_llama_index(Scripted()), QUESTION)


def served(server: ModelServer, key: str = "key-of-ada") -> OpenAILike:
    """An OpenAI client of llama-index for a server of ours."""
    return OpenAILike(
        model="small", api_base=server.url, api_key=key, is_chat_model=True, max_retries=0
    )


def answering(parts: Sequence[Part]) -> Callable[[list[dict[str, str]]], Sequence[Part]]:
    return lambda _messages: parts


def test_a_server_is_asked_through_llama_index() -> None:
    with ModelServer(answering(["Egypt", " did [A1]."])) as server:
        pieces = list(model_from_llama_index(served(server)).stream(QUESTION))

    assert pieces == ["Egypt", " did [A1]."]
    assert server.requests[0]["messages"] == [
        {"role": "system", "content": "Answer briefly."},
        {"role": "user", "content": "Who mediated?"},
    ]


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        pytest.param([Refuse(401, "no such key: key-of-ada")], ModelDenied, id="a wrong key"),
        pytest.param([Refuse(403, "not for you")], ModelDenied, id="not allowed"),
        pytest.param([Refuse(404, "no model small")], ModelUnknown, id="no such model"),
        pytest.param([Refuse(429, "slow down")], ModelBusy, id="too many requests"),
        pytest.param([Refuse(500, "boom")], ModelError, id="a broken server"),
        pytest.param([Fault.CUT], ModelError, id="closed before a word"),
        pytest.param(["Egypt ", Fault.CUT], ModelCut, id="closed in good order"),
        pytest.param(["Egypt ", Fault.DROP], ModelCut, id="broken in a chunk"),
        pytest.param(["Egypt ", Fault.GARBAGE], ModelCut, id="no JSON"),
        pytest.param(["Egypt ", Fault.LENGTH], ModelCut, id="out of room"),
        pytest.param(["Egypt ", Fault.FILTER], ModelCut, id="held back"),
        pytest.param([Fault.FILTER], ModelError, id="held back before a word"),
    ],
)
def test_a_servers_fault_is_told_without_the_key(parts: list[Part], kind: type[ModelError]) -> None:
    with ModelServer(answering(parts)) as server:
        model = model_from_llama_index(served(server))
        with pytest.raises(ModelError) as told:
            reply(model, QUESTION)

    assert type(told.value) is kind
    assert str(told.value).startswith("The language model 'small' ")
    assert "key-of-ada" not in str(told.value)


def test_a_server_that_is_not_there_is_told() -> None:
    with ModelServer() as server:
        model = model_from_llama_index(served(server))

    with pytest.raises(ModelUnreachable, match=r"cannot be reached.*nothing answers"):
        reply(model, QUESTION)


@pytest.mark.filterwarnings(  # the vendor's stream refers to itself: a collection may take its
    "ignore::pytest.PytestUnraisableExceptionWarning"  # socket first, which then complains
)
def test_nothing_of_ours_holds_a_stream_that_was_left() -> None:
    def endless(_messages: list[dict[str, str]]) -> Iterator[str]:
        while True:
            yield "words " * 1_000

    with ModelServer(endless) as server:
        stream = model_from_llama_index(served(server)).stream(QUESTION)
        assert isinstance(stream, Iterator)
        next(stream)
        del stream
        gc.collect()  # the vendor's stream refers to itself

        assert server.abandoned.wait(10)


# --- our sentences in other people's programs --------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with small_library(tmp_path / "data") as library:
        ingest(library, [write_folder(tmp_path / "documents")])
        yield library


def test_a_node_is_a_sentence_with_its_place(library: Library) -> None:
    nodes = FootnoteRetriever(library).retrieve(MEDIATORS)

    best = nodes[0].node
    assert isinstance(best, TextNode)
    document = library.document("talks.md")
    assert document is not None
    assert best.text.strip() == "The United States, Qatar and Egypt\nacted as mediators."
    assert document.text[best.start_char_idx : best.end_char_idx] == best.text
    assert (best.node_id, best.ref_doc_id) == ("talks.md#1", "talks.md")
    assert best.metadata == {
        "title": "Cairo talks close",
        "document": "talks.md",
        "sentence": "talks.md#1",
        "date": "2024-08-26",
    }


def test_nodes_come_best_first_and_fill_a_budget(library: Library) -> None:
    many = FootnoteRetriever(library).retrieve(MEDIATORS)
    few = FootnoteRetriever(library, Search(characters=60)).retrieve(MEDIATORS)

    scores = [node.score or 0.0 for node in many]
    assert scores == sorted(scores, reverse=True)
    assert ids_of(few) == ids_of(many)[: len(few)]
    assert len(few) < len(many)
    assert sum(len(node.text) for node in few[:-1]) < 60 <= sum(len(node.text) for node in few)


def test_a_model_reads_title_and_date_and_an_embedding_the_text_alone(library: Library) -> None:
    best = FootnoteRetriever(library).retrieve(MEDIATORS)[0].node

    for_model = best.get_content(MetadataMode.LLM)
    assert "Cairo talks close" in for_model
    assert "2024-08-26" in for_model
    assert "talks.md" not in for_model
    assert best.get_content(MetadataMode.EMBED) == best.get_content(MetadataMode.NONE)


def test_a_node_of_an_undated_document_has_no_date(library: Library) -> None:
    best = FootnoteRetriever(library).retrieve("Who bakes rye bread?")[0].node

    assert best.metadata["document"] == "home/bakery.md"
    assert "date" not in best.metadata


def test_the_retriever_can_be_awaited(library: Library) -> None:
    retriever = FootnoteRetriever(library)

    assert ids_of(asyncio.run(retriever.aretrieve(MEDIATORS))) == ids_of(
        retriever.retrieve(MEDIATORS)
    )


def test_a_query_of_no_words_is_a_question_error(library: Library) -> None:
    with pytest.raises(QuestionError, match="no word to search for"):
        FootnoteRetriever(library).retrieve("the of and")


def ids_of(nodes: Sequence[NodeWithScore]) -> list[str]:
    return [node.node_id for node in nodes]


# --- our embedding, and a stock index over our passages ----------------------------------------


@pytest.mark.parametrize("awaited", [False, True], ids=["called", "awaited"])
def test_queries_and_texts_get_our_vectors(*, awaited: bool) -> None:
    texts = ["They met in Cairo.", "The oven was built in 1921."]
    model = FootnoteEmbedding(small_embedding())
    if awaited:
        query = asyncio.run(model.aget_query_embedding(texts[0]))
        text = asyncio.run(model.aget_text_embedding(texts[0]))
        both = asyncio.run(model.aget_text_embedding_batch(texts))
    else:
        query = model.get_query_embedding(texts[0])
        text = model.get_text_embedding(texts[0])
        both = model.get_text_embedding_batch(texts)

    assert query == text == both[0]
    assert both == embed_words(texts).tolist()


def test_texts_are_embedded_in_large_batches() -> None:
    sizes: list[int] = []

    def embed(texts: Sequence[str]) -> Any:
        sizes.append(len(texts))
        return embed_words(texts)

    model = FootnoteEmbedding(Embedding("counted", DIMENSION, embed))
    model.get_text_embedding_batch([f"Text {number}" for number in range(300)])

    assert sizes == [256, 44]
    assert model.model_name == "counted"


def test_a_stock_index_reads_our_passages(library: Library) -> None:
    store = ChromaVectorStore(chroma_collection=library.prepare_index().collection)
    index = VectorStoreIndex.from_vector_store(
        store, embed_model=FootnoteEmbedding(library.embedding)
    )

    best = index.as_retriever(similarity_top_k=1).retrieve(MEDIATORS)[0].node

    document = library.document("talks.md")
    assert document is not None
    assert "Qatar and Egypt" in best.get_content()
    assert best.get_content() in document.text
    assert best.metadata["document"] == "talks.md"
    assert best.metadata["title"] == "Cairo talks close"
    assert best.metadata["date"] == 20240826


# --- what importing costs ----------------------------------------------------------------------


WATCH = """
import sys
def watch(event, arguments):
    touched = event == "open" and "nltk_data" in str(arguments[0])
    if touched or event in ("socket.connect", "socket.getaddrinfo"):
        raise SystemExit(f"{event} {arguments}")
sys.addaudithook(watch)
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_importing_asks_no_network_and_reads_no_tokenizer_data() -> None:
    done = run(f"{WATCH}\nimport rag.interchange\nprint('nltk' in sys.modules)")

    assert (done.stdout, done.stderr) == ("False\n", "")


def test_nothing_else_of_ours_imports_llama_index() -> None:
    done = run(
        "import sys, rag.cli, rag.answering, rag.ingest\nprint('llama_index' in sys.modules)"
    )

    assert (done.stdout, done.stderr) == ("False\n", "")
