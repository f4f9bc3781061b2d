"""What an ingest came to, in words; and ``rag ingest --watch``, which tells it again and again."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Event

import typer

from rag.changes import IngestReport
from rag.cli import say
from rag.config import Config
from rag.keeping import keep_in_step
from rag.libraries import opened
from rag.watching import follow


def tell_report(done: IngestReport, *, as_json: bool) -> None:
    """Print what was done, and name what was guessed and what failed."""
    typer.echo(json.dumps(asdict(done), ensure_ascii=False) if as_json else done.summary())
    for name, note in done.notes:
        say(f"rag: {name}: {note}")
    for _, reason in done.failed:
        say(f"rag: {reason}")


def follow_folder(config: Config, paths: Sequence[Path], *, as_json: bool) -> None:
    """Keep the index in step with one folder until interrupted, which is a good end."""
    if len(paths) > 1:
        raise typer.BadParameter("--watch follows one folder; name one.")

    def tell(done: IngestReport) -> None:
        if done.has_news:
            tell_report(done, as_json=as_json)

    try:
        with opened(config, say, change=True) as library:
            say(f"rag: following {paths[0]}; Ctrl-C ends it.")
            if library.sharing is not None:  # what an index has still to follow is seen to
                keep_in_step(library)
            follow(library, paths[0], tell, Event())
    except KeyboardInterrupt:
        say("rag: no longer following; what was acknowledged is kept.")
