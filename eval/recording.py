"""Replies of a language model, kept: ``python -m eval.recording --golden FILE --documents FOLDER``.

Every question is put to the configured model through the product's own prompts, and what it
replies goes into a file of JSON lines (``--out``): the id of the question, the sentences that were
offered by letter and number, and the reply, character for character. No text of a document and no
question is copied, so a record of a set that may not be passed on holds nothing of it. A question
whose reply the server does not have yet is counted and left out.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.questions import Question, read_questions
from rag.answering import FOR_ANSWERS, answer_events
from rag.config import Config, read_config
from rag.errors import FootnoteError, ModelError
from rag.ingest import ingest
from rag.libraries import Library, opened
from rag.model import Model, open_model
from rag.types import EvidenceFound, Message, Source


class UnansweredError(Exception):
    """The server has no reply to a prompt yet."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was offered for one question and what the model replied; ``replies`` in their order.

    A follow-up has two: the question made to stand alone, and the answer.
    """

    question: str
    sources: tuple[Source, ...]
    replies: tuple[str, ...]


def record(library: Library, model: Model, question: Question) -> Recorded:
    """Ask one question; raises UnansweredError where the server has no reply."""
    replies: list[str] = []

    def listened(messages: Sequence[Message]) -> Iterator[str]:
        try:
            replies.append("".join(model.stream(messages)))
        except ModelError as error:
            raise UnansweredError(question.id) from error
        yield replies[-1]

    search = replace(FOR_ANSWERS, asked=question.day)
    listening = Model(model.name, listened)
    events = list(answer_events(library, listening, question.text, question.history, search))
    *_, found = (event for event in events if isinstance(event, EvidenceFound))
    return Recorded(question.id, found.sources, tuple(replies))


def record_json(recorded: Recorded) -> dict[str, object]:
    """One record as a line of the file."""
    offered = [
        {
            "letter": source.letter,
            "document": source.document_id,
            "sentences": [sentence.number for sentence in source.sentences],
        }
        for source in recorded.sources
    ]
    return {"id": recorded.question, "sources": offered, "replies": list(recorded.replies)}


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Record a question set; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        config = read_config(environment)
        model = _model(config)
        questions = _chosen(read_questions(asked.golden), asked.ids)
        lines, missing = _recorded(config, model, questions, asked.documents)
        asked.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except (FootnoteError, OSError) as error:
        print(f"eval.recording: {error}", file=sys.stderr)
        return 1
    print(f"{len(lines)} replies in {asked.out}, {missing} questions without a reply yet")
    return 0


def _model(config: Config) -> Model:
    model = open_model(config)
    if model is None:
        raise FootnoteError("No language model is configured; set OPENAI_BASE_URL.")
    return model


def _recorded(
    config: Config, model: Model, questions: Sequence[Question], documents: Path
) -> tuple[list[str], int]:
    lines: list[str] = []
    with (
        tempfile.TemporaryDirectory() as data,
        opened(config.apart(Path(data)), change=True) as library,
    ):
        ingest(library, [documents])
        for question in questions:
            try:
                found = record_json(record(library, model, question))
            except UnansweredError:
                continue
            lines.append(json.dumps(found, ensure_ascii=False))
    return lines, len(questions) - len(lines)


def _chosen(questions: Sequence[Question], ids: Path | None) -> list[Question]:
    """The questions whose ids a file names, one a line; all of them without a file."""
    if ids is None:
        return list(questions)
    wanted = set(ids.read_text(encoding="utf-8").split())
    return [question for question in questions if question.id in wanted]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.recording", description=__doc__)
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--documents", type=Path, default=Path("seeds"))
    parser.add_argument("--ids", type=Path, help="a file with the ids to ask, one a line")
    parser.add_argument("--out", type=Path, required=True)
    return parser


if __name__ == "__main__":
    import os

    sys.exit(main(sys.argv[1:], os.environ))
