"""The API over three small documents, really listening on 127.0.0.1, for the length of a block."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import openai
import uvicorn

from rag.api.application import application
from rag.api.engine import LibraryEngine
from rag.api.serve import address_of, listening, server_settings
from rag.api.settings import ApiSettings
from rag.collections.opened import Opened
from rag.ingest import ingest
from rag.libraries import Library
from tests.model_server import Answer, ModelServer, Part
from tests.scripted import cited
from tests.small import small_library, write_folder

QUESTION = "Who acted as mediators in Cairo?"
SAYS = "The United States, Qatar and Egypt acted as mediators"
TALKS_SENTENCE = "The United States, Qatar and Egypt\nacted as mediators."
SETTINGS = ApiSettings(port=0)


@dataclass(frozen=True)
class Api:
    """A server that listens at ``url``."""

    url: str
    open_library: Library

    def client(self, key: str = "none", **more: Any) -> openai.OpenAI:
        """OpenAI's own client, which tries nothing twice."""
        return openai.OpenAI(base_url=f"{self.url}/v1", api_key=key, max_retries=0, **more)

    def post(self, path: str, body: object, **more: Any) -> httpx.Response:
        """Post JSON."""
        return httpx.post(self.url + path, json=body, timeout=30, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Get an address."""
        return httpx.get(self.url + path, timeout=30, **more)


def replying(script: str) -> Answer:
    """A model that says the script, citing a sentence for every ``{words}``."""

    def answer(messages: list[dict[str, str]]) -> list[Part]:
        return list(cited(script, messages[-1]["content"]))

    return answer


@contextmanager
def api_over(
    folder: Path,
    model: str = "",
    settings: ApiSettings = SETTINGS,
    name: str = "small",
) -> Iterator[Api]:
    """Serve the small documents; ``model`` is the base URL of a language model's server."""
    with small_library(folder / "data") as library:
        ingest(library, [write_folder(folder / "documents")])
        library.config = replace(library.config, base_url=model, model=name if model else "")
        with listening_at(library, settings) as url:
            yield Api(url, library)


@contextmanager
def listening_at(
    library: Library,
    settings: ApiSettings = SETTINGS,
    others: Opened[LibraryEngine] | None = None,
) -> Iterator[str]:
    """Serve a library, and others beside it; yields the address."""
    with listening(settings) as door:
        server = uvicorn.Server(server_settings(application(library, settings, others)))
        thread = Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.005)
            yield address_of(door)
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def api_with(folder: Path, answer: Answer, settings: ApiSettings = SETTINGS) -> Iterator[Api]:
    """Serve the small documents with a language model that answers so."""
    with ModelServer(answer) as server, api_over(folder, server.url, settings) as api:
        yield api


def chat(question: str = QUESTION, **more: Any) -> dict[str, Any]:
    """The body of a chat request."""
    return {"model": "footnote", "messages": [user(question)], **more}


def user(text: object) -> Any:
    """A message of the user."""
    return {"role": "user", "content": text}


def message_of(response: httpx.Response) -> str:
    """The sentence of an error in OpenAI's shape, after a look at that shape."""
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert "Traceback" not in response.text
    return str(error["message"])


def joined(pieces: Sequence[str | None]) -> str:
    """The text of the pieces."""
    return "".join(piece or "" for piece in pieces)
