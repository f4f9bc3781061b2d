"""``rag api`` and ``rag token``."""

from pathlib import Path
from typing import Annotated

import typer

from rag.cli import app, errors_named, installation_of, say
from rag.config import environment

Address = Annotated[str, typer.Option(help="Where it listens (127.0.0.1: this machine only).")]
Port = Annotated[int, typer.Option(help="The port; 0 takes any that is free.", min=0, max=65_535)]
Unguarded = Annotated[
    bool, typer.Option("--without-tokens", help="Listen elsewhere too, though none are set.")
]


@app.command()
def api(
    context: typer.Context,
    *,
    address: Address = "127.0.0.1",
    port: Port = 8502,
    unguarded: Unguarded = False,
) -> None:
    """Serve the documents over HTTP: OpenAI's protocol, and more (docs/api.md)."""
    with errors_named():
        from rag.api.serve import serve
        from rag.api.settings import read_settings

        settings = read_settings(environment(Path()), address, port, unguarded=unguarded)
        serve(installation_of(context), settings, say)


@app.command()
def token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose it is.")],
    file: Annotated[Path | None, typer.Option(help="Add its hash to this file of tokens.")] = None,
    collection: Annotated[
        list[str] | None, typer.Option(help="It may ask this one only; may be repeated.")
    ] = None,
) -> None:
    """Make a token for the API: shown once, kept as a hash (RAG_API_TOKEN_FILE)."""
    with errors_named():
        from rag.api.tokens import add_line, new_token

        named_before = installation_of(context).collection
        made, line = new_token(name, collection or [named_before] * bool(named_before))
        if named_before and not collection:
            say(f"rag: this token asks the collection {named_before} only.")
        if file is None:
            say(f"rag: the line for RAG_API_TOKEN_FILE is: {line}")
        else:
            add_line(file, line)
        typer.echo(made)
