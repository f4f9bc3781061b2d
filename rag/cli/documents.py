"""``rag ingest``, ``rag documents``, ``rag rebuild``, ``rag transfer`` and ``rag doctor``."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.cli import Json, app, config_of, documents_app, errors_named, say
from rag.ownership import check_free
from rag.rendering import printable

Paths = Annotated[list[Path] | None, typer.Argument(help="Folders or files (RAG_DOCUMENTS).")]
Name = Annotated[str, typer.Argument(help="A document's name, as `rag documents list` shows it.")]


Watching = Annotated[bool, typer.Option("--watch", help="Go on following the folder.")]


@app.command()
def ingest(
    context: typer.Context, paths: Paths = None, *, watch: Watching = False, as_json: Json = False
) -> None:
    """Bring the index into step with folders or files."""
    with errors_named():
        config = config_of(context)
        check_free(config.data)
        from rag.cli.following import follow_folder, tell_report
        from rag.cli.progress import progress_shown
        from rag.ingest import ingest as bring_into_step
        from rag.libraries import opened

        if watch:
            follow_folder(config, paths or [config.documents], as_json=as_json)
            return
        with opened(config, say, change=True) as library, progress_shown() as (report, shown):
            done = bring_into_step(library, paths or [config.documents], report, shown)
            trouble = library.trouble
        tell_report(done, as_json=as_json)
        if trouble:
            say(f"rag: {trouble}")
        raise typer.Exit(1 if done.failed else 0)


@documents_app.command("list")
def list_documents(context: typer.Context, *, as_json: Json = False) -> None:
    """List the documents that are indexed."""
    with errors_named():
        from rag.doctor import held_documents

        rows = held_documents(config_of(context))
        if as_json:
            typer.echo(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            date = row["date"] or "–"
            cells = [str(row["id"]), str(date), f"{row['sentences']} sentences", str(row["title"])]
            typer.echo(printable("\t".join(" ".join(cell.split()) for cell in cells)))
        if not rows:
            say("rag: no documents are indexed yet; run: rag ingest FOLDER")


@documents_app.command("show")
def show_document(context: typer.Context, name: Name) -> None:
    """Print the text of a document as it is kept."""
    with errors_named():
        from rag.doctor import document_text

        text = document_text(config_of(context), name)
        # to a file or a pipe it goes character for character: offsets are counted in it
        sys.stdout.write(printable(text) if sys.stdout.isatty() else text)


@documents_app.command("remove")
def remove(
    context: typer.Context, names: Annotated[list[str], typer.Argument(help="Their names.")]
) -> None:
    """Remove documents from the index; their files go from the folder to RAG_DATA/removed."""
    with errors_named():
        config = config_of(context)
        check_free(config.data)
        from rag.libraries import opened
        from rag.removals import remove as take_out

        with opened(config, say, change=True) as library:
            done = take_out(library, names)
        for name in done.unknown:
            say(f"rag: no document is named {name}; see: rag documents list")
        for _, reason in done.failed:
            say(f"rag: {reason}")
        for one in done.removed:
            say(f"rag: {one.name}: {one.where}.")
        typer.echo(f"removed {len(done.removed)}")
        raise typer.Exit(1 if done.unknown or done.failed else 0)


@app.command()
def rebuild(context: typer.Context) -> None:
    """Build the index anew; embed again only where the settings have changed."""
    with errors_named():
        config = config_of(context)
        check_free(config.data)
        from rag.cli.progress import progress_shown
        from rag.rebuilding import rebuild as build_anew

        with progress_shown() as (report, watch):
            done = build_anew(config, report, watch)
        typer.echo(done)


@app.command()
def transfer(context: typer.Context) -> None:
    """Copy all that RAG_DATA holds to the PostgreSQL that RAG_LEDGER_URL names; embeds nothing."""
    with errors_named():
        from rag.transferring import take_over

        typer.echo(take_over(config_of(context)))
        say("rag: the data folder is as it was; the index is built by the next: rag ingest")


@app.command()
def doctor(context: typer.Context) -> None:
    """Say what is set up, what is not, and what to do about it."""
    with errors_named():
        from rag.doctor import examine

        findings = examine(config_of(context))
        for finding in findings:
            typer.echo(printable(f"{'ok  ' if finding.is_well else 'FIX '} {finding.text}"))
        raise typer.Exit(0 if all(finding.is_well for finding in findings) else 1)
