"""Any llama-index LLM can be the model; its citations are checked like any other model's.

The LLM here needs no server: it repeats the sentence about mediators, with its marker. In its
place could stand Ollama(…), Anthropic(…) or OpenAILike(…).
"""

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata

from rag.answering import ask
from rag.config import read_config
from rag.ingest import ingest
from rag.interchange import model_from_llama_index
from rag.libraries import opened


class Parrot(CustomLLM):
    """Finds the line ``[A2] … mediated …`` among the numbered sentences and says it."""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="parrot")

    def complete(self, prompt: str, **_: object) -> CompletionResponse:
        numbered = (line for line in prompt.splitlines() if line.startswith("[A"))
        marker, _, sentence = next(line for line in numbered if " mediated " in line).partition(" ")
        return CompletionResponse(text=f"{sentence.strip()} {marker}")

    def stream_complete(self, prompt: str, **_: object) -> CompletionResponseGen:
        raise NotImplementedError  # then it is asked for the whole reply at once


with TemporaryDirectory() as folder:
    config = replace(read_config(os.environ), data=Path(folder))
    with opened(config, change=True) as library:
        ingest(library, [Path("seeds")])
        model = model_from_llama_index(Parrot())
        answer = ask(library, model, "Who mediated the Cairo talks?")
        print(f"{answer.model} says: {answer.text}")
        for citation in answer.citations:
            print(f"[{citation.number}] {citation.verdict}: {citation.document}", end=", ")
            print(f"characters {citation.start} to {citation.end}")
