"""``rag collections``: several document sets side by side."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from rag.cli import Json, app, errors_named, installation_of, say
from rag.rendering import printable

collections_app = typer.Typer(
    help="List, make, change and remove collections: document sets side by side.",
    invoke_without_command=True,
)
app.add_typer(collections_app, name="collections")

Name = Annotated[str, typer.Argument(help="Small letters, digits, - and _.")]
Folder = Annotated[Path, typer.Option(help="The folder of its documents.")]
Model = Annotated[str, typer.Option(help="minilm or openai:MODEL (RAG_EMBEDDING).")]


@collections_app.callback()
def collections(context: typer.Context) -> None:
    """List the collections, unless something is to be done with one."""
    if context.invoked_subcommand is None:
        list_collections(context)


@collections_app.command("list")
def list_collections(context: typer.Context, *, as_json: Json = False) -> None:
    """List the collections: documents, sentences, embedding, folder."""
    with errors_named():
        from rag.collections.listing import held

        found = held(installation_of(context))
        if as_json:
            rows = [asdict(one) | {"folder": str(one.folder)} for one in found]
            typer.echo(json.dumps(rows, ensure_ascii=False))
            return
        for one in found:
            counts = f"{one.documents} documents\t{one.sentences} sentences"
            typer.echo(printable(f"{one.name}\t{counts}\t{one.embedding}\t{one.folder}"))


@collections_app.command("new")
def new(context: typer.Context, name: Name, documents: Folder, embedding: Model = "") -> None:
    """Make an empty collection; rag --collection NAME ingest fills it."""
    with errors_named():
        from rag.collections import make
        from rag.config import known_embedding

        config = installation_of(context)
        made = make(config, name, documents, known_embedding(embedding or config.embedding))
        say(f"rag: fill it with: rag --collection {made.name} ingest")
        typer.echo(printable(f"made {made.name}: {made.documents}, {made.embedding}"))


@collections_app.command("change")
def change(
    context: typer.Context,
    name: Name,
    documents: Annotated[Path | None, typer.Option(help="Another folder.")] = None,
    embedding: Model = "",
) -> None:
    """Give a collection another documents folder, or another embedding."""
    with errors_named():
        from rag.collections import change as change_to
        from rag.config import known_embedding

        chosen = known_embedding(embedding) if embedding else ""
        made = change_to(installation_of(context), name, documents, chosen)
        if embedding:
            say(f"rag: embed its documents anew with: rag --collection {made.name} rebuild")
        typer.echo(printable(f"changed {made.name}: {made.documents}, {made.embedding}"))


@collections_app.command("remove")
def remove(
    context: typer.Context,
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a collection with its conversations; its documents folder stays."""
    with errors_named():
        from rag.collections.removing import remove as take_away

        config = installation_of(context)
        if not yes:
            typer.confirm(f"Remove {name!r} with its conversations?", abort=True, err=True)
        typer.echo(printable(f"removed {name}: {take_away(config, name)}"))
