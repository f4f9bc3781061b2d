"""``python -m eval.speed.serving``: what people wait who ask the API at the same time.

``rag api`` runs as it always does, over an index of the seeds, with a language model that is
slow: it says its sentence in twenty pieces over so many seconds. So many people ask at once, each a
question of the golden set, and read the answer as it streams. What they wait beyond the model's
own time is ours. Times are by the clock; those of the processor are the server's own.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from eval.questions import read_questions
from eval.speed.tables import table
from tests.model_server import ModelServer, Part

ROOT = Path(__file__).parent.parent.parent
PIECES = 20
RAG = [sys.executable, "-m", "rag"]
_CPU = re.compile(r"^process_cpu_seconds_total (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds until the first words, and until the end."""

    first: float
    whole: float


def measure(people: Sequence[int], seconds: float) -> Iterator[list[str]]:
    """A row for each number of people."""
    questions = [one.text for one in read_questions(ROOT / "eval" / "golden.jsonl")]
    with slow_model(seconds) as model, serving(model) as url:
        asyncio.run(ask_at_once(url, questions[:2]))  # the first one opens what is opened late
        for count in people:
            asked = [questions[at % len(questions)] for at in range(count)]
            before = cpu_seconds(url)
            waited = asyncio.run(ask_at_once(url, asked))
            yield row(waited, (cpu_seconds(url) - before) / count)


def row(waited: Sequence[Waited], cpu: float) -> list[str]:
    """People, first words, the whole, and the processor's time for one question."""
    first, whole = [one.first for one in waited], [one.whole for one in waited]
    times = [median(first), max(first), median(whole), max(whole)]
    return [str(len(waited)), *(f"{time:.2f}" for time in times), f"{cpu * 1000:.0f}"]


async def ask_at_once(url: str, questions: Sequence[str]) -> list[Waited]:
    """Ask them all at the same moment; raises when one of them is not answered."""
    limits = httpx.Limits(max_connections=len(questions))
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        return await asyncio.gather(*[ask_one(client, question) for question in questions])


async def ask_one(client: httpx.AsyncClient, question: str) -> Waited:
    """Read one answer as it streams."""
    body = {
        "model": "footnote",
        "stream": True,
        "messages": [{"role": "user", "content": question}],
    }
    begun, first, last = time.perf_counter(), 0.0, ""
    async with client.stream("POST", "/v1/chat/completions", json=body) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if not first and '"delta":{"content"' in line:
                first = time.perf_counter() - begun
            last = line or last
    assert last == "data: [DONE]", last
    return Waited(first, time.perf_counter() - begun)


def cpu_seconds(url: str) -> float:
    """What the server has used of the processor."""
    found = _CPU.search(httpx.get(f"{url}/metrics", timeout=60).text)
    assert found
    return float(found[1])


@contextmanager
def slow_model(seconds: float) -> Iterator[str]:
    """A language model's server in a process of its own; yields its address."""
    command = [sys.executable, "-m", "eval.speed.serving", "--model", str(seconds)]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def be_the_model(seconds: float) -> None:
    """Say the same sentence to everybody, slowly, until killed."""

    def answer(_: list[dict[str, str]]) -> Iterator[Part]:
        for piece in range(PIECES):
            time.sleep(seconds / PIECES)
            yield f" word {piece}" if piece < PIECES - 1 else " [A1]."

    with ModelServer(answer) as server:
        print(server.url, flush=True)
        time.sleep(3600)


@contextmanager
def serving(model: str) -> Iterator[str]:
    """``rag api`` over the seeds; yields its address."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = {"RAG_DATA": folder, "RAG_DOCUMENTS": str(ROOT / "seeds"), "RAG_MODEL": "small"}
        limits = {"RAG_API_AT_ONCE": "100", "RAG_API_WAITING": "100"}
        environment = {**os.environ, **settings, **limits, "OPENAI_BASE_URL": model}
        subprocess.run(  # noqa: S603 - our own command
            [*RAG, "ingest"], env=environment, check=True, capture_output=True
        )
        command = [*RAG, "api", "--port", "0"]
        with subprocess.Popen(  # noqa: S603 - our own command
            command, env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            yield process.stderr.readline().split()[4].removesuffix("/v1;")
            process.kill()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m eval.speed.serving", description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[1, 5, 20, 50])
    parser.add_argument("--seconds", type=float, default=2.0, help="of the model's reply")
    parser.add_argument("--model", type=float, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.model is not None:
        be_the_model(given.model)
        return
    head = ["people", "first words, s", "slowest", "whole, s", "slowest", "processor, ms each"]
    print(table([head, *measure(given.people, given.seconds)]))


if __name__ == "__main__":
    main()
