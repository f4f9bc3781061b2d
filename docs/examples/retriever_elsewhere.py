"""Our retriever in somebody else's llama-index program: here in a stock query engine.

Its nodes are single sentences with their place in the document.
"""

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine

from rag.config import read_config
from rag.ingest import ingest
from rag.interchange import FootnoteRetriever
from rag.libraries import opened
from rag.scope import Search

with TemporaryDirectory() as folder:
    config = replace(read_config(os.environ), data=Path(folder))
    with opened(config, change=True) as library:
        ingest(library, [Path("seeds")])
        retriever = FootnoteRetriever(library, Search(characters=300))
        engine = RetrieverQueryEngine.from_args(retriever, llm=MockLLM())
        response = engine.query("Who mediated the Cairo talks?")
        for found in response.source_nodes:
            node = found.node
            print(f"{found.score:.2f}  {node.metadata['document']}", end="  ")
            print(f"{node.start_char_idx}-{node.end_char_idx}  {node.text.strip()}")
        print("The model was given them:", "Three countries" in str(response))
