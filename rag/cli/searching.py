"""The flags that say which documents a question is asked of, and on what day."""

import datetime as dt
from dataclasses import replace
from typing import Annotated

import typer

from rag.scope import Scope, Search

DAY = ["%Y-%m-%d"]
Documents = Annotated[
    list[str] | None, typer.Option("--document", help="Only this one; * stands for anything.")
]
Folders = Annotated[list[str] | None, typer.Option("--folder", help="Only below this folder.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="Only with this tag.")]
Since = Annotated[dt.datetime | None, typer.Option(formats=DAY, help="Only dated then or later.")]
Until = Annotated[dt.datetime | None, typer.Option(formats=DAY, help="Only dated then or before.")]
AsOf = Annotated[
    dt.datetime | None, typer.Option(formats=DAY, help="The day it is asked on (today).")
]


def scope_of(
    documents: list[str] | None,
    folders: list[str] | None,
    tags: list[str] | None,
    since: dt.datetime | None,
    until: dt.datetime | None,
) -> Scope:
    """Return the scope that the flags describe."""
    return Scope(
        documents=tuple(documents or ()),
        folders=tuple(folders or ()),
        tags=tuple(tags or ()),
        since=since.date() if since else None,
        until=until.date() if until else None,
    )


def narrowed(search: Search, scope: Scope, as_of: dt.datetime | None) -> Search:
    """Return a search of that scope, asked on that day or today."""
    day = as_of.date() if as_of else dt.datetime.now().astimezone().date()
    return replace(search, scope=scope, asked=day)
