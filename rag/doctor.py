"""What is set up, what is not, and what to do about it; nothing is changed by looking."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from rag.config import Config
from rag.embedding import open_embedding
from rag.errors import DocumentError, FootnoteError, OwnedError
from rag.fingerprint import check_fingerprint
from rag.ledger import Ledger, ledger_is_there, open_ledger
from rag.ownership import holder_of, take_ownership
from rag.prompts import load_prompt


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing that was looked at, in words, and whether it is well."""

    is_well: bool
    text: str


def examine(config: Config) -> list[Examined]:
    """Look at documents, data folder, embedding, prompts, model and judge, in this order."""
    return [
        found
        for look in (_documents, _data, _embedding, _prompts, _model, _judge)
        for found in _guarded(look(config))
    ]


def held_documents(config: Config) -> list[dict[str, Any]]:
    """List the documents of a data folder as JSON shows them; any process may."""
    if not ledger_is_there(config.data, config.ledger_url):
        return []
    with closing(open_ledger(config.data, config.ledger_url)) as ledger:
        return [
            {
                "id": entry.id,
                "title": entry.title,
                "date": entry.date.isoformat() if entry.date else None,
                "sentences": entry.sentences,
                "source": entry.source,
                "note": entry.note,
                "tags": list(entry.tags),
            }
            for entry in ledger.entries()
        ]


def document_text(config: Config, name: str) -> str:
    """Return the canonical text of a document; raises DocumentError for an unknown name."""
    if any(row["id"] == name for row in held_documents(config)):
        with closing(open_ledger(config.data, config.ledger_url)) as ledger:
            record = ledger.record(name)
        if record is not None:
            return record.document.text
    raise DocumentError(f"No document is named {name}; see: rag documents list")


def _guarded(findings: Iterator[Examined]) -> Iterator[Examined]:
    try:
        yield from findings
    except FootnoteError as error:
        yield Examined(is_well=False, text=str(error))


def _documents(config: Config) -> Iterator[Examined]:
    is_there = config.documents.exists()
    text = f"documents in {config.documents}"
    yield Examined(is_there, text if is_there else f"{text}: missing; set RAG_DOCUMENTS")


def _data(config: Config) -> Iterator[Examined]:
    held = held_documents(config)
    if not held:
        yield Examined(is_well=False, text="no documents are indexed yet; run: rag ingest")
        return
    sentences = sum(int(row["sentences"] or 0) for row in held)
    yield Examined(is_well=True, text=f"{len(held)} documents, {sentences} sentences indexed")
    with closing(open_ledger(config.data, config.ledger_url)) as ledger:
        state = ledger.state()
        yield from _servers(config, ledger)
    is_clean = state["index"] == "clean"
    text = f"vector index gen-{state['generation']}"
    yield Examined(is_clean, text if is_clean else f"{text} is behind; run: rag rebuild")
    yield _owner(config)


def _servers(config: Config, ledger: Ledger) -> Iterator[Examined]:
    megabytes = ledger.size() / 1_000_000
    place = "on the PostgreSQL server" if ledger.is_on_server else f"in {config.data}"
    yield Examined(is_well=True, text=f"ledger {place}, {megabytes:.1f} MB")
    if config.chroma_url:
        from rag.chroma_server import version_of

        version = version_of(config.chroma_url)
        yield Examined(is_well=True, text=f"Chroma server {version} answers")


def _owner(config: Config) -> Examined:
    if config.is_shared:
        return Examined(is_well=True, text="several processes may change the documents")
    try:
        owner = take_ownership(config.data)
    except OwnedError as error:
        is_ours = holder_of(config.data) == os.getpid()
        return Examined(
            is_well=True, text="the data folder is open in this program" if is_ours else str(error)
        )
    owner.release()
    return Examined(is_well=True, text="the data folder is free")


def _embedding(config: Config) -> Iterator[Examined]:
    embedding = open_embedding(config)
    yield Examined(is_well=True, text=f"embedding {embedding.identity}")
    if held_documents(config):
        with closing(open_ledger(config.data, config.ledger_url)) as ledger:
            check_fingerprint(ledger, embedding)
        yield Examined(is_well=True, text="the index was made with this embedding")


def _prompts(config: Config) -> Iterator[Examined]:
    for name in ("answer.system", "answer.user", "standalone", "judge"):
        prompt = load_prompt(config.prompts, name)
        yield Examined(is_well=True, text=f"prompt {prompt.name} {prompt.version}")


def _model(config: Config) -> Iterator[Examined]:
    if not config.has_model:
        yield Examined(
            is_well=True,
            text="no language model: answers are quoted; set OPENAI_BASE_URL or OPENAI_API_KEY",
        )
        return
    from rag.model.reaching import reach

    found = reach(config)
    yield Examined(
        is_well=True, text=f"language model {found.model} on a server with {len(found.models)}"
    )


def _judge(config: Config) -> Iterator[Examined]:
    if not config.judge:
        text = "no judge: claims are checked by rules; RAG_JUDGE=on asks the language model too"
        yield Examined(is_well=True, text=text)
    elif config.has_model:
        yield Examined(is_well=True, text="judge on: one more request for each claim of an answer")
    else:
        text = "RAG_JUDGE is on and has no effect without a language model"
        yield Examined(is_well=False, text=f"{text}; set OPENAI_BASE_URL, or RAG_JUDGE=off")
