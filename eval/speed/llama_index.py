"""The stock llama-index pipeline on Chroma, with the same weights as its users have them.

``SimpleDirectoryReader`` → the default node parser → ``VectorStoreIndex`` over a
``ChromaVectorStore`` → ``as_retriever(similarity_top_k=5)``. The embedding is MiniLM in float32,
ten texts at a time (the default of ``embed_batch_size``), padded to the longest of them.

The default chunks hold 1,024 tokens and the model reads 256, so three quarters of every text are
never embedded. That is how it is used, and it saves time; ``llama_index_short`` has chunks
that are read whole.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import chromadb
from chromadb.config import Settings
from llama_index.core import Settings as Defaults
from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.node_parser import NodeParser, TokenTextSplitter
from llama_index.core.schema import Document
from llama_index.vector_stores.chroma import ChromaVectorStore

from eval.speed.float_graph import Embed, open_float
from eval.speed.floor import FOUND
from eval.speed.steps import Task, run_step

COLLECTION = "nodes"
TEXTS_AT_ONCE = 10
KINDS = [".txt", ".md"]
SAMPLE = "Dr. Who came at once. Nobody else did."


class FloatMiniLM(BaseEmbedding):
    """The float32 network as a llama-index embedding."""

    _embed: Embed = PrivateAttr()

    def __init__(self, graph: Path) -> None:
        super().__init__(model_name="all-MiniLM-L6-v2", embed_batch_size=TEXTS_AT_ONCE)
        self._embed = open_float(graph, TEXTS_AT_ONCE)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._embed(texts).tolist()
        return rows

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embeddings([query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def default_splitter() -> tuple[NodeParser, str]:
    """Return the default node parser and a word on it.

    It cuts with nltk's data, which nltk refuses to read where packages are installed as hard
    links; then the splitter that needs no such data stands in.
    """
    try:
        splitter = Defaults.node_parser
        splitter.get_nodes_from_documents([Document(text=SAMPLE)])
    except (LookupError, OSError, ValueError, RuntimeError) as failure:
        return TokenTextSplitter(), f"TokenTextSplitter, for {type(failure).__name__}"
    return splitter, type(splitter).__name__


def take_in(task: Task, splitter: NodeParser, name: str) -> Mapping[str, object]:
    """Read, cut, embed and store all documents."""
    documents = SimpleDirectoryReader(
        str(task.documents), recursive=True, required_exts=KINDS
    ).load_data()
    store = open_store(task)
    VectorStoreIndex.from_documents(
        documents,
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=FloatMiniLM(task.graph),
        transformations=[splitter],
    )
    return {"note": f"{store.client.count()} chunks by {name}{sizes_of(splitter)}"}


def sizes_of(splitter: NodeParser) -> str:
    """Return the size and the overlap of a splitter's chunks, in brackets."""
    sizes: Sequence[object] = [
        getattr(splitter, name, "?") for name in ("chunk_size", "chunk_overlap")
    ]
    return " ({}/{} tokens)".format(*sizes)


def open_store(task: Task) -> ChromaVectorStore:
    """Open the collection, or make it."""
    client = chromadb.PersistentClient(task.data, Settings(anonymized_telemetry=False))
    return ChromaVectorStore(chroma_collection=client.get_or_create_collection(COLLECTION))


def ingest(task: Task) -> Mapping[str, object]:
    """Take the documents in with everything left at its default."""
    return take_in(task, *default_splitter())


@contextmanager
def search(task: Task) -> Iterator[Callable[[str], object]]:
    """Open the index; a question is a retrieval of the five best chunks."""
    embedding = FloatMiniLM(task.graph)
    index = VectorStoreIndex.from_vector_store(open_store(task), embed_model=embedding)
    yield index.as_retriever(similarity_top_k=FOUND).retrieve


if __name__ == "__main__":
    run_step(ingest, search)
