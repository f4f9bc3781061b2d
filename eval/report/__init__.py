"""One evaluation run as a page to read and to send: ``report.html``, a single file without network.

    run folder → Run (config, summary, Result*) → figures, charts, questions → page

Whatever documents, questions and models say is escaped where it enters the page, and the page
forbids the browser everything but its own style and its own script.
"""

from pathlib import Path

from eval.report.page import page_html
from eval.report.reading import RunError, read_run

REPORT = "report.html"

__all__ = ["REPORT", "RunError", "write_report"]


def write_report(run: Path) -> Path:
    """Write ``report.html`` into a run folder and return its path.

    Raises RunError when the folder's files cannot be read or the page cannot be written.
    """
    page = page_html(read_run(run))
    path = run / REPORT
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_bytes(page.encode("utf-8", "replace"))  # a lone surrogate becomes "?"
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise RunError(
            f"{path} cannot be written ({error.strerror}); make room for it and give the same "
            "command again."
        ) from error
    return path
