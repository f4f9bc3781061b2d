"""A stock VectorStoreIndex reads the passages in our Chroma collection.

Reading only: the collection is derived from the ledger, which knows nothing of other writers.
"""

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from llama_index.core import VectorStoreIndex
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
from llama_index.vector_stores.chroma import ChromaVectorStore

from rag.config import read_config
from rag.ingest import ingest
from rag.interchange import FootnoteEmbedding
from rag.libraries import opened

SINCE_AUGUST = MetadataFilter(key="date", value=20240801, operator=FilterOperator.GTE)

with TemporaryDirectory() as folder:
    config = replace(read_config(os.environ), data=Path(folder))
    with opened(config, change=True) as library:
        ingest(library, [Path("seeds")])
        index = VectorStoreIndex.from_vector_store(
            ChromaVectorStore(chroma_collection=library.prepare_index().collection),
            embed_model=FootnoteEmbedding(library.embedding),
        )
        filters = MetadataFilters(filters=[SINCE_AUGUST])
        retriever = index.as_retriever(similarity_top_k=2, filters=filters)
        for found in retriever.retrieve("Who mediated the Cairo talks?"):
            about = found.node.metadata
            print(f"{about['document']}, {about['date']}: {about['title']}")
            print(f"  sentences {about['first_sentence']} to {about['last_sentence']}:", end=" ")
            print(found.node.text[:160])
