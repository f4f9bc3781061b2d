"""Documents of any llama-index reader are ingested as they are.

The reader here is a small one of its own; one of the hundreds on LlamaHub goes in the same way.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document

from rag.answering import ask
from rag.config import read_config
from rag.ingest import ingest_documents
from rag.interchange import documents_from_llama_index
from rag.libraries import opened


class LogbookReader(BaseReader):
    """Reads a harbour's logbook; what it knows of an entry goes into the metadata."""

    def lazy_load_data(self, lines: Iterable[str]) -> Iterable[Document]:
        for line in lines:
            day, title, text = line.split(" | ")
            metadata = {"date": day, "title": title}
            yield Document(text=text, id_=f"logbook/{day}", metadata=metadata)


LOGBOOK = [
    "2026-03-02 | The crane | The crane on the north quay broke. Ida Berg repaired it by noon.",
    "2026-03-05 | The ferry | Fog held up the ferry. It sailed two hours late, with 41 aboard.",
]

with TemporaryDirectory() as folder:
    config = replace(read_config(os.environ), data=Path(folder))
    with opened(config, change=True) as library:
        documents = documents_from_llama_index(LogbookReader().load_data(LOGBOOK), print)
        print(ingest_documents(library, documents).summary())
        answer = ask(library, None, "Who repaired the crane?")
        print(answer.text)
        for citation in answer.citations:
            print(f"[{citation.number}] {citation.document} ({citation.title}): {citation.text}")
