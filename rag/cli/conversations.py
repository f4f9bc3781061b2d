"""``rag conversations``: those that the chat has kept."""

import json
from contextlib import closing
from typing import Annotated

import typer

from rag.cli import Json, app, config_of, errors_named, say
from rag.rendering import printable

conversations_app = typer.Typer(
    help="List, show and delete conversations of the chat.", no_args_is_help=True
)
app.add_typer(conversations_app, name="conversations")

Id = Annotated[str, typer.Argument(help="Its id, as `rag conversations list` shows it.")]


@conversations_app.command("list")
def list_conversations(
    context: typer.Context,
    *,
    search: Annotated[str, typer.Option(help="Only those with all of these words.")] = "",
    as_json: Json = False,
) -> None:
    """List the conversations, the newest first."""
    with errors_named():
        from rag.conversations import Conversations
        from rag.conversations.export import entry_json

        config = config_of(context)
        found = Conversations(config.data, config.ledger_url).entries(search)
        if as_json:
            typer.echo(json.dumps([entry_json(one) for one in found], ensure_ascii=False))
            return
        for one in found:
            when = one.changed.astimezone().strftime("%Y-%m-%d %H:%M")
            typer.echo(printable(f"{one.id}\t{when}\t{one.title}"))
        if not found:
            say(f"rag: no conversation {'has these words' if search else 'is kept yet'}.")


@conversations_app.command("show")
def show_conversation(
    context: typer.Context,
    name: Id,
    *,
    as_json: Json = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown that rag check --saved takes.")
    ] = False,
) -> None:
    """Print a conversation, and which cited sentences have changed since."""
    with errors_named():
        from rag.conversations import Conversations
        from rag.conversations.export import json_text, to_document, to_terminal
        from rag.ledger import open_ledger

        config = config_of(context)
        conversation, turns = Conversations(config.data, config.ledger_url).read(name)
        if as_json:
            typer.echo(json_text(conversation, turns), nl=False)
        elif as_markdown:
            typer.echo(to_document(conversation.title, turns), nl=False)
        else:
            with closing(open_ledger(config.data, config.ledger_url)) as ledger:
                for turn in turns:
                    typer.echo(to_terminal(ledger, turn))


@conversations_app.command("delete")
def delete_conversation(context: typer.Context, name: Id) -> None:
    """Delete a conversation for good."""
    with errors_named():
        from rag.conversations import Conversations

        config = config_of(context)
        kept = Conversations(config.data, config.ledger_url)
        conversation, _ = kept.read(name)
        kept.delete(name)
        typer.echo(printable(f"deleted {conversation.title}"))
