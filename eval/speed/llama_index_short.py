"""The llama-index pipeline with chunks as short as the model can read, so that no word is lost.

Everything else is as in ``llama_index``. 200 of the splitter's tokens are about 220 of
the model's; the file's name goes before them, as llama-index does it.
"""

from collections.abc import Mapping

from llama_index.core.node_parser import SentenceSplitter, TokenTextSplitter

from eval.speed.llama_index import default_splitter, search, take_in
from eval.speed.steps import Task, run_step

CHUNK, OVERLAP = 200, 20  # in tokens of the splitter


def ingest(task: Task) -> Mapping[str, object]:
    """Take the documents in, in short chunks."""
    stock, name = default_splitter()
    kind = SentenceSplitter if isinstance(stock, SentenceSplitter) else TokenTextSplitter
    return take_in(task, kind(chunk_size=CHUNK, chunk_overlap=OVERLAP), name)


if __name__ == "__main__":
    run_step(ingest, search)
