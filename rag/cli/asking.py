"""``rag ask``, ``rag retrieve`` and ``rag app``."""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.cli import Json, app, config_of, errors_named, installation_of, refuse_other_names, say
from rag.cli.searching import (
    AsOf,
    Documents,
    Folders,
    Since,
    Tags,
    Until,
    narrowed,
    scope_of,
)
from rag.errors import ModelError, QuestionError
from rag.rendering import printable
from rag.rendering.json_form import to_json
from rag.rendering.markdown import Streamed, footnotes
from rag.scope import Search
from rag.types import Answer, AnswerEvent, AnswerFinished, MarkAdded, Message, TextAdded, Waiting

WAITED = 5  # seconds
Question = Annotated[str, typer.Argument(help="The question; - reads it from stdin.")]


@app.command()
def ask(  # noqa: PLR0913 - typer wants a parameter for every flag
    context: typer.Context,
    question: Question,
    *,
    as_json: Json = False,
    history: Annotated[
        Path | None, typer.Option(help='Earlier turns: [{"role": …, "content": …}, …].')
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Write the answer to a file.md or file.json too.")
    ] = None,
    document: Documents = None,
    folder: Folders = None,
    tag: Tags = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
) -> None:
    """Answer a question; every sentence with the sentence it rests on."""
    refuse_other_names(save)
    with errors_named():
        from rag.answering import FOR_ANSWERS, answer_events
        from rag.libraries import opened
        from rag.model import open_model

        config = config_of(context)
        turns = read_history(history)
        search = narrowed(FOR_ANSWERS, scope_of(document, folder, tag, since, until), as_of)
        with opened(config, say) as library:
            _warn_if_empty(len(library.documents()))
            tell = _told_as_json if as_json else _told
            text = _text(question)
            try:
                answer = tell(answer_events(library, open_model(config), text, turns, search))
            except ModelError as error:
                say(f"rag: {error} Until then, the documents in their own words:")
                tell(answer_events(library, None, text, turns, search))
                raise typer.Exit(1) from None
        if answer.incomplete:
            say("rag: the reply stopped in the middle, so this is not all of it; ask again.")
        if save is not None:
            _save(answer, save, search)
        raise typer.Exit(1 if answer.incomplete else 0)


def _told(events: Iterable[AnswerEvent]) -> Answer:
    """Print an answer as it comes, and below it what belongs to it; return it."""
    words = Streamed()
    for event in events:
        _tell_silence(event)
        typer.echo(_shown(event, words), nl=False)
        if isinstance(event, AnswerFinished):
            answer = event.answer
    typer.echo(("\n\n" if answer.text else "") + footnotes(answer))
    return answer


def _tell_silence(event: AnswerEvent) -> None:
    """Say every few seconds that the language model is waited for."""
    if isinstance(event, Waiting) and round(event.seconds) % WAITED == 0:
        say(f"rag: the language model has not answered for {event.seconds:.0f} seconds …")


def _told_as_json(events: Iterable[AnswerEvent]) -> Answer:
    """Print an answer as one object when it is finished; return it."""
    (answer,) = (event.answer for event in events if isinstance(event, AnswerFinished))
    typer.echo(_json(answer))
    return answer


@app.command()
def retrieve(  # noqa: PLR0913 - typer wants a parameter for every flag
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="The question; - reads stdin.")] = "",
    *,
    characters: Annotated[int, typer.Option(help="Budget of evidence.", min=1)] = 3_000,
    as_json: Json = False,
    questions: Annotated[Path | None, typer.Option(help="Many: JSON lines.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the answers to many go.")] = None,
    document: Documents = None,
    folder: Folders = None,
    tag: Tags = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
) -> None:
    """Show the evidence sentences for a question, best first."""
    if (questions is None) == (not question) or (questions is None) != (out is None):
        raise typer.BadParameter("give either a QUESTION, or both --questions and --out")
    with errors_named():
        from rag.libraries import opened

        scope = scope_of(document, folder, tag, since, until)
        search = narrowed(Search(characters=characters), scope, as_of)
        with opened(config_of(context), say) as library:
            from rag.evidence import retrieve_many, retrieve_rows

            if questions is not None and out is not None:
                count = retrieve_many(library, questions, out, search)
                say(f"{count} questions answered in {out}")
                return
            question = _text(question)
            rows = retrieve_rows(library, question, search)
        if as_json:
            typer.echo(json.dumps({"question": question, "evidence": rows}, ensure_ascii=False))
        for row in [] if as_json else rows:
            text = " ".join(str(row["text"]).split())
            typer.echo(printable(f"{row['score']:.2f}  {row['document']}  {text}"))


@app.command("app")
def open_app(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Where it listens.", min=1, max=65_535)] = 8501,
    address: Annotated[
        str, typer.Option(help="Where others reach it; needs a login (RAG_ADDRESS, 127.0.0.1).")
    ] = "",
    *,
    without_login: Annotated[
        bool,
        typer.Option(
            "--without-login", help="Let everybody who reaches the address read the documents."
        ),
    ] = False,
) -> None:
    """Open the chat in the browser."""
    from rag.ui.launch import launch

    with errors_named():
        config = installation_of(context)
        is_open = without_login or config.without_login
        at = replace(config, address=address or config.address, without_login=is_open)
        raise typer.Exit(launch(at, port))


def read_history(path: Path | None) -> list[Message]:
    """Read earlier turns of a conversation from a JSON file; raises QuestionError."""
    if path is None:
        return []
    try:
        turns: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return [Message(str(turn["role"]), str(turn["content"])) for turn in turns]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise QuestionError(
            f"{path} holds no history that can be read; it looks like "
            '[{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}].'
        ) from error


def _json(answer: Answer) -> str:
    return json.dumps(to_json(answer), ensure_ascii=False, indent=2)


def _save(answer: Answer, path: Path, search: Search) -> None:
    from rag.rendering.export import to_document
    from rag.saved.files import write_saved

    assert search.asked is not None  # `narrowed` gave it a day
    is_json = path.suffix.lower() == ".json"
    text = _json(answer) + "\n" if is_json else to_document(answer, search.asked)
    write_saved(path, text)
    say(f"saved in {path}; see later whether it still stands: rag check --saved {path}")


def _text(question: str) -> str:
    return sys.stdin.read() if question == "-" else question


def _warn_if_empty(documents: int) -> None:
    if documents == 0:
        say("rag: no documents are indexed yet; run: rag ingest FOLDER")


def _shown(event: AnswerEvent, words: Streamed) -> str:
    if isinstance(event, TextAdded):
        return words.add(event.text)
    if isinstance(event, Waiting):
        return ""
    return words.rest() + (f"[{event.citation.number}]" if isinstance(event, MarkAdded) else "")
