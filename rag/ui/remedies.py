"""What is missing or wrong in the settings, how to mend it, and the lines to put into ``.env``.

The key is never among them: a placeholder stands where it belongs.
"""

from dataclasses import dataclass

from rag.config import Config
from rag.errors import FootnoteError, ModelDenied, ModelUnknown, ModelUnreachable
from rag.model.reaching import server_of

KEY_LINE = "OPENAI_API_KEY=PUT-YOUR-KEY-HERE"
LOCAL_SERVER = "OPENAI_BASE_URL=http://127.0.0.1:11434/v1"
A_MODEL = "RAG_MODEL=NAME-OF-A-MODEL-IT-HAS"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do, in words, and the lines of ``.env`` that do it."""

    title: str
    text: str
    lines: tuple[str, ...] = ()


NO_DOCUMENTS = Remedy(
    "No documents yet",
    "Put text files into the folder of documents and read it, on the page Ask or with: rag ingest. "
    "For another folder, say where it is:",
    ("RAG_DOCUMENTS=/path/to/your/folder",),
)
NO_MODEL = Remedy(
    "No language model: answers are quotations",
    "That is complete and needs no network. To have answers in prose, name a server that speaks "
    "the OpenAI protocol, on this machine (Ollama, llama.cpp, vLLM, LM Studio) or elsewhere; for "
    "OpenAI itself a key and a model are enough:",
    (LOCAL_SERVER, "RAG_MODEL=qwen3:8b", KEY_LINE),
)
_OF_ERRORS: tuple[tuple[type[FootnoteError], str, tuple[str, ...]], ...] = (
    (ModelDenied, "The key is refused", (KEY_LINE,)),
    (ModelUnknown, "The server does not have this model", (A_MODEL,)),
    (ModelUnreachable, "The server does not answer", (LOCAL_SERVER,)),
)


def remedy_of(error: FootnoteError) -> Remedy:
    """What an error says, under a title, with the lines that mend it where lines do."""
    for kind, title, lines in _OF_ERRORS:
        if isinstance(error, kind):
            return Remedy(title, str(error), lines)
    return Remedy("This does not work yet", str(error))


def _place(config: Config) -> dict[str, str]:
    """Where the documents are: a collection has its folder and embedding by its name."""
    if config.collection:
        root = config.data.parent.parent
        return {"RAG_DATA": str(root), "RAG_COLLECTION": config.collection}
    return {
        "RAG_DATA": str(config.data),
        "RAG_DOCUMENTS": str(config.documents),
        "RAG_EMBEDDING": config.embedding,
    }


def present_lines(config: Config) -> list[str]:
    """The present settings as lines of ``.env``, without credentials."""
    values = {
        **_place(config),
        "RAG_MODEL": config.model,
        "OPENAI_BASE_URL": server_of(config) if config.base_url else "",
        "RAG_JUDGE": "on" if config.judge else "off",
    }
    lines = [f"{name}={value}" for name, value in values.items() if value]
    return lines + [KEY_LINE] * bool(config.api_key)
