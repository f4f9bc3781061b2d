"""llama-index, in both directions; the one module that knows it.

In: the documents of any of its readers, any of its language models. Out: our sentences as a
retriever, our embedding as an embedding. docs/llama-index.md shows each, and says what is left
to llama-index's own parts and what is not.
"""

import asyncio
import hashlib
import socket
import ssl
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import Any
from uuid import UUID

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms import LLM, ChatMessage, ChatResponse, MessageRole
from llama_index.core.schema import (
    BaseNode,
    MetadataMode,
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from rag.documents import document_from_text
from rag.documents.dates import parse_date
from rag.embedding import Embed, Embedding
from rag.errors import (
    DocumentError,
    ModelBusy,
    ModelCut,
    ModelDenied,
    ModelError,
    ModelUnknown,
    ModelUnreachable,
)
from rag.evidence import find_evidence
from rag.libraries import Library, Report, quiet
from rag.model import Model
from rag.model.characters import whole_characters
from rag.model.refusals import FILTER, LENGTH, Call, reason_of
from rag.model.thoughts import without_thoughts
from rag.retrieval import check_question
from rag.scope import ANY_EVIDENCE, Search
from rag.types import Document, Evidence, Message

FILES = ("file_path", "file_name")
PAGES = ("page_label", "page_number", "page")
TITLES = ("title", "document_title")
DATES = ("date", "published", "published_at", "publication_date", "publish_date")
"""Metadata as readers write it. Dates of files are not among them (``creation_date``,
``last_modified_date``): they tell when the copy was made, and no date is better than a wrong one.
"""

OPENING = 60  # characters of a text that stand for a title where there is none

VENDOR_FAILURES = (OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError)
"""What any LLM may raise, the last three when a server sends a shape that its client did not
expect. Kinds of a vendor's own that are none of these are named by who hands the LLM in."""

NO_CONNECTION = (ConnectionError, TimeoutError, socket.gaierror, ssl.SSLError)
STATUS_ERRORS = {401: ModelDenied, 403: ModelDenied, 404: ModelUnknown, 429: ModelBusy}
REMEDIES: Mapping[type[ModelError], str] = {
    ModelDenied: "refuses the key; give it another one",
    ModelUnknown: "is not there; check its name and its address",
    ModelBusy: "gets too many requests, or its account is empty; wait a minute, ask again",
    ModelUnreachable: "cannot be reached; check that its server runs, and its address",
    ModelCut: "stopped in the middle, so what you see is not all; ask again",
    ModelError: "failed; check how it was set up, and ask again",
}


def documents_from_llama_index(
    documents: Iterable[BaseNode], report: Report = quiet
) -> list[Document]:
    """Make Documents of what a llama-index reader gave, for ``rag.ingest.ingest_documents``.

    The text is kept as it is. The id is the file's path or name, with the page where there is
    one; else the reader's own id; else, for an id made up at random, the hash of the text. Of
    several with the same id the later ones become ``…, part 2`` and so on, so hand in all
    parts of a file at once. What has no words is left out, and ``report`` is told.
    """
    nodes = list(documents)
    kept = []
    for document_id, node in zip(_distinct(map(_name, nodes)), nodes, strict=True):
        try:
            kept.append(_document(document_id, node))
        except DocumentError as error:
            report(str(error))
    return kept


def _document(document_id: str, node: BaseNode) -> Document:
    text = node.get_content(MetadataMode.NONE)
    file = _first(node, FILES)
    title = " ".join(_first(node, TITLES).split())
    opening = "" if file else " ".join(text.split())[:OPENING]
    # in words, and never a bare path: ingesting a folder removes what is said to come from it
    source = f"a llama-index reader: {file or _own_id(node)}"
    made = document_from_text(document_id, text, title=title or opening, source=source)
    return replace(made, title=made.title + _page(node), date=_date(node) or made.date)


def _name(node: BaseNode) -> str:
    file = _first(node, FILES).replace("\\", "/")
    return (file or _own_id(node)) + _page(node)


def _own_id(node: BaseNode) -> str:
    if not _is_made_up(node):
        return node.node_id
    text = node.get_content(MetadataMode.NONE)
    return f"text-{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:16]}"


def _is_made_up(node: BaseNode) -> bool:
    """Whether an id is one of those that llama-index throws dice for, anew in every run."""
    try:
        version = UUID(node.node_id).version
    except ValueError:
        return False
    return version == 4 and node.node_id not in map(str, node.metadata.values())  # noqa: PLR2004 - random


def _page(node: BaseNode) -> str:
    label = _first(node, PAGES)
    return f", page {label}" if label else ""


def _date(node: BaseNode) -> date | None:
    days = (parse_date(node.metadata.get(key)) for key in DATES)
    return next((day for day in days if day), None)


def _first(node: BaseNode, keys: Sequence[str]) -> str:
    """The first of these metadata that says something, as text that can be stored."""
    values = (node.metadata.get(key) for key in keys)
    scalars = (str(value) for value in values if isinstance(value, (str, int, PurePath)))
    found = next(filter(None, scalars), "")
    return found.encode(errors="replace").decode()  # a path can hold bytes that are no UTF-8


def _distinct(names: Iterable[str]) -> Iterator[str]:
    taken: set[str] = set()
    seen: Counter[str] = Counter()
    for name in names:
        own = name
        while own in taken:
            seen[name] += 1
            own = f"{name}, part {seen[name] + 1}"
        taken.add(own)
        yield own


def model_from_llama_index(llm: LLM, failures: tuple[type[Exception], ...] = ()) -> Model:
    """Make a model of any llama-index LLM, asked by ``stream_chat``, or ``chat`` if it must be.

    ``failures`` names exceptions of its vendor that derive from nothing but Exception; those of
    openai and Python's own are known. Leaving a reply early lets go of it; openai's clients then
    close the connection at the next garbage collection. Raises ModelError when the LLM refuses
    its own settings.
    """
    try:
        name = llm.metadata.model_name
    except VENDOR_FAILURES as failure:
        raise _error(ModelError, llm.class_name(), str(failure), _key(llm)) from None
    name = llm.class_name() if name in ("", "unknown") else name

    def stream(messages: Sequence[Message]) -> Iterator[str]:
        from rag.model.connection import FAILURES  # slow to load: not before a question is asked

        turns = [ChatMessage(turn.content, role=MessageRole(turn.role)) for turn in messages]
        pieces = whole_characters(without_thoughts(_pieces(_replies(llm, turns), name)))
        kinds = (*VENDOR_FAILURES, *FAILURES, *failures)
        return _translated(pieces, name, kinds, _key(llm))

    return Model(name, stream)


def _replies(llm: LLM, turns: Sequence[ChatMessage]) -> Iterator[ChatResponse]:
    begun = False
    try:
        for response in llm.stream_chat(turns):
            begun = True
            yield response
    except NotImplementedError:  # what an LLM says that cannot stream
        if begun:
            raise
        yield llm.chat(turns)


def _pieces(replies: Iterator[ChatResponse], name: str) -> Iterator[str]:
    """The text as it grows; raises a ModelError when a server says, or shows, that it is cut."""
    said, finish = "", None
    for response in replies:
        whole = response.message.content or ""
        piece = whole.removeprefix(said) if response.delta is None else response.delta
        if piece:
            said += piece
            yield piece
        finish = finish or _finish(response.raw)
    if finish in ("", LENGTH, FILTER):
        why = {LENGTH: "its reply is longer than its max_tokens", FILTER: "its content filter"}
        raise _error(ModelCut if said else ModelError, name, why.get(finish, "it broke off"))


def _finish(raw: Any) -> str | None:
    """The finish reason in a chunk of OpenAI's form, "" before it comes; None in other forms."""
    choices = getattr(raw, "choices", None)
    if not isinstance(choices, list):
        return None
    return getattr(next(iter(choices), None), "finish_reason", None) or ""


def _translated(
    pieces: Iterator[str], name: str, kinds: tuple[type[Exception], ...], secret: str
) -> Iterator[str]:
    said = False
    try:
        for piece in pieces:
            said = True
            yield piece
    except kinds as failure:
        kind, why = _reading(failure)
        raise _error(ModelCut if said else kind, name, why, secret) from None
    if not said:
        raise _error(ModelError, name, "it ended without a word")


def _reading(failure: Exception) -> tuple[type[ModelError], str]:
    """What kind of failure it is, by its HTTP status or what caused it, and why it happened."""
    response = getattr(failure, "response", None)
    status = getattr(failure, "status_code", None) or getattr(response, "status_code", None)
    lost = next((one for one in _chain(failure) if isinstance(one, NO_CONNECTION)), None)
    if lost and not status:
        return ModelUnreachable, reason_of(lost)
    return STATUS_ERRORS.get(status or 0, ModelError), str(failure) or type(failure).__name__


def _chain(failure: BaseException | None) -> Iterator[BaseException]:
    while failure:
        yield failure
        failure = failure.__cause__ or failure.__context__


def _key(llm: LLM) -> str:
    key = getattr(llm, "api_key", None)
    return key if isinstance(key, str) else ""


def _error(kind: type[ModelError], name: str, why: str, secret: str = "") -> ModelError:
    safe = Call("", name, secret=secret).safe(why)
    return kind(f"The language model {name!r} {REMEDIES[kind]} ({safe}).")


class FootnoteRetriever(BaseRetriever):
    """Our evidence for other people's programs: a node is one sentence, with its offsets.

    As many of the best sentences come as ``search`` allows, of the documents that it names, best
    first. The library stays
    the caller's to close. Raises QuestionError for a query without a word to search for.
    """

    def __init__(self, library: Library, search: Search = ANY_EVIDENCE) -> None:
        super().__init__()
        self._library = library
        self._search = search

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = check_question(query_bundle.query_str)
        found = find_evidence(self._library, self._library.snapshot(), question, self._search)
        return [NodeWithScore(node=_node(one), score=one.score) for one in found.evidence]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(evidence: Evidence) -> TextNode:
    """A sentence as a node; a model reads its title and date too, an embedding its text alone."""
    sentence = evidence.sentence
    metadata = {"title": evidence.title, "document": sentence.document_id, "sentence": sentence.id}
    if evidence.date:
        metadata["date"] = evidence.date.isoformat()
    return TextNode(
        id_=sentence.id,
        text=sentence.text,
        start_char_idx=sentence.start,
        end_char_idx=sentence.end,
        metadata=metadata,
        excluded_llm_metadata_keys=["document", "sentence"],
        excluded_embed_metadata_keys=list(metadata),
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=sentence.document_id)},
    )


class FootnoteEmbedding(BaseEmbedding):
    """Our embedding for other people's programs; queries and texts are embedded alike."""

    _embed: Embed = PrivateAttr()

    def __init__(self, embedding: Embedding) -> None:
        super().__init__(model_name=embedding.identity, embed_batch_size=256)
        self._embed = embedding.embed

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embeddings([query])[0]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._embed(texts).tolist()
        return rows

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)
