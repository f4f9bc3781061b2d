"""``rag check``."""

import datetime as dt
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from rag.cli import Json, app, config_of, errors_named, refuse_other_names, say
from rag.cli.searching import Documents, Folders, Since, Tags, Until, scope_of
from rag.config import Config
from rag.drafts import MOST_BYTES, read_draft
from rag.errors import DocumentError
from rag.scope import Scope, Search
from rag.types import CheckedText

STDIN = Path("-")

File = Annotated[Path | None, typer.Argument(help="The text; - or nothing reads stdin.")]


@app.command()
def check(  # noqa: PLR0913 - typer wants a parameter for every flag
    context: typer.Context,
    file: File = None,
    *,
    saved: Annotated[
        Path | None, typer.Option(help="An answer saved by ask --save, instead of a text.")
    ] = None,
    as_json: Json = False,
    save: Annotated[
        Path | None, typer.Option(help="Write what was found to a file.md or file.json too.")
    ] = None,
    document: Documents = None,
    folder: Folders = None,
    tag: Tags = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Check a text that somebody else wrote, claim by claim, against the documents.

    Exit status 0: every claim is supported, at least in part, or could not be checked; 1: a
    claim is unsupported or contradicted, or the text could not be read; 2: wrong usage.

    With --saved it says of every cited sentence whether the documents still have it: the same,
    moved, changed, gone, or altered in the saved file itself. 0: all are the same or moved.
    """
    scope = scope_of(document, folder, tag, since, until)
    refuse_other_names(save)
    if saved is not None:
        if file is not None or save is not None or scope != Scope():
            raise typer.BadParameter("--saved stands alone: without a text, and of all documents")
        with errors_named():
            raise typer.Exit(_check_saved(config_of(context), saved, as_json=as_json))
    with errors_named():
        text = read_text(file or STDIN)

        from rag.libraries import opened
        from rag.rendering.checked import summary, to_markdown
        from rag.verifying import verify

        with opened(config_of(context), say) as library:
            checked = verify(library, text, Search(scope=scope))
        if as_json:
            typer.echo(_json(checked))
        else:
            typer.echo(to_markdown(checked))
        if save is not None:
            _save(checked, save)
        counts = summary(checked)
        raise typer.Exit(1 if counts["unsupported"] or counts["contradicted"] else 0)


def _json(checked: CheckedText) -> str:
    from rag.rendering.checked import to_json

    return json.dumps(to_json(checked), ensure_ascii=False, indent=2)


def _save(checked: CheckedText, path: Path) -> None:
    from rag.rendering.checked_export import to_document
    from rag.saved.files import write_saved

    is_json = path.suffix.lower() == ".json"
    today = dt.datetime.now().astimezone().date()
    write_saved(path, _json(checked) + "\n" if is_json else to_document(checked, today))
    say(f"saved in {path}; see later whether it still stands: rag check --saved {path}")


def _check_saved(config: Config, path: Path, *, as_json: bool) -> int:
    """Print how the citations of a saved answer stand; return the exit status."""
    from rag.ledger import open_ledger
    from rag.rendering.compared import to_json, to_markdown
    from rag.saved import STANDS, recheck
    from rag.saved.files import read_saved

    answer = read_saved(path)
    with closing(open_ledger(config.data, config.ledger_url)) as ledger:
        compared = recheck(ledger, answer)
    if as_json:
        typer.echo(json.dumps(to_json(answer, compared), ensure_ascii=False, indent=2))
    else:
        typer.echo(to_markdown(compared))
    return 0 if all(one.standing in STANDS for one in compared) else 1


def read_text(path: Path) -> str:
    """Read the text to check; ``-`` is stdin. Raises DocumentError.

    Offsets count in what this returns: all of the file but a byte order mark.
    """
    name = "the text on stdin" if path == STDIN else str(path)
    text, note = read_draft(_read(path), name)
    if note:
        say(f"rag: {name}: {note}")
    return text


def _read(path: Path) -> bytes:
    """As many bytes as may be checked, and one more where there are more."""
    if path == STDIN:
        if sys.stdin.isatty():
            say("rag: type or paste the text; end it with Ctrl-D on a line of its own.")
        return typer.get_binary_stream("stdin").read(MOST_BYTES + 1)
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DocumentError(
            f"{path} cannot be read ({error.strerror}); name a text file, or - for stdin."
        ) from error
