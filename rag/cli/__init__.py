"""The terminal: answers go to stdout, progress and warnings to stderr.

Exit status 0: done; 1: something failed and was named; 2: the command was not understood.
Everything slow is imported inside the commands, so that ``--help`` answers at once.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from rag.config import Config, environment, read_config
from rag.errors import FootnoteError
from rag.mishaps import guard_logs, secrets_of
from rag.rendering import printable

app = typer.Typer(
    help="Ask your documents: every sentence of the answer carries the sentence it rests on.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
documents_app = typer.Typer(help="List, show and remove documents.", no_args_is_help=True)
app.add_typer(documents_app, name="documents")

FLAGS = {
    "data": "RAG_DATA",
    "documents": "RAG_DOCUMENTS",
    "model": "RAG_MODEL",
    "base_url": "OPENAI_BASE_URL",
    "embedding": "RAG_EMBEDDING",
    "collection": "RAG_COLLECTION",
}
SAVED_AS = (".md", ".json")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.callback()
def settings(  # noqa: PLR0913, PLR0917 - typer wants a parameter for every flag
    context: typer.Context,
    data: Annotated[str, typer.Option(help="Data folder (RAG_DATA, .rag).")] = "",
    documents: Annotated[str, typer.Option(help="Documents (RAG_DOCUMENTS, seeds).")] = "",
    model: Annotated[str, typer.Option(help="Language model (RAG_MODEL).")] = "",
    base_url: Annotated[str, typer.Option(help="Its server (OPENAI_BASE_URL).")] = "",
    embedding: Annotated[str, typer.Option(help="minilm or openai:MODEL (RAG_EMBEDDING).")] = "",
    collection: Annotated[str, typer.Option(help="The collection (RAG_COLLECTION).")] = "",
) -> None:
    """Read the settings: flags win over the environment, the environment over .env."""
    if collection and (documents or embedding):
        raise typer.BadParameter(
            "a collection has a documents folder and an embedding of its own; "
            "rag collections change NAME gives it others"
        )
    given = [data, documents, model, base_url, embedding, collection]
    flags = {FLAGS[name]: value for name, value in zip(FLAGS, given, strict=True) if value}
    context.obj = lambda: read_config({**environment(Path()), **flags})


def refuse_other_names(save: Path | None) -> None:
    """Raise BadParameter for a file that --save could not tell the form of."""
    if save is not None and save.suffix.lower() not in SAVED_AS:
        raise typer.BadParameter("the file that --save names has to end in .md or .json")


def config_of(context: typer.Context) -> Config:
    """Return the settings of this command: those of the collection that is chosen."""
    from rag.collections import chosen

    return chosen(installation_of(context))


def installation_of(context: typer.Context) -> Config:
    """Return the settings as they were read, for commands about all collections."""
    found: Config = context.obj()
    return found


def say(line: str) -> None:
    """Write progress or a warning to stderr."""
    typer.echo(printable(line), err=True)


@contextmanager
def errors_named() -> Iterator[None]:
    """Turn every error that a person can mend into its sentence and exit status 1."""
    try:
        yield
    except FootnoteError as error:
        say(f"rag: {error}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        say("rag: stopped; what was acknowledged is kept.")
        raise typer.Exit(1) from None
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


def main() -> None:
    """Run the command line."""
    from rag.cli import (  # noqa: F401 - they add commands
        asking,
        checking,
        collections,
        conversations,
        documents,
        serving,
    )

    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a sign shows a ? for it
            stream.reconfigure(errors="replace")
    guard_logs(secrets_of(_config_of_main()))
    app(prog_name="rag")


def _config_of_main() -> Config:
    """The settings as far as they can be read; what is wrong with them is said by the command."""
    try:
        return read_config(environment(Path()))
    except FootnoteError:
        return Config()
