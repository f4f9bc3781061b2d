"""The pages beside the chat, run without a browser over a real library."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from streamlit.testing.v1 import AppTest

from rag.config import Config, environment, read_config
from rag.ingest import ingest
from rag.ui.engine import Engine
from rag.ui.opening import LibraryEngine
from tests.small import small_library, write_folder


@contextmanager
def small_engine(folder: Path, config: Config | None = None) -> Iterator[LibraryEngine]:
    """Open the engine over the three small documents, with other settings where they are given."""
    with small_library(folder / "data") as library:
        ingest(library, [write_folder(folder / "documents")])
        library.prepare_index()
        library.config = replace(
            config or Config(), data=folder / "data", documents=folder / "documents"
        )
        yield LibraryEngine(library)


def visit_page(page: Callable[[Engine], None], engine: Engine) -> AppTest:
    """Run a page as it is shown to a visitor."""
    return _visit(page, engine)


def visit_state(engine: Callable[[], Engine]) -> AppTest:
    """Run the page that opens its engine itself."""
    from rag.ui.state import state_page

    return _visit(partial(state_page, settings=_settings), engine)


def _settings() -> Config:
    return read_config(environment(Path.cwd()))


def _visit(page: object, engine: object) -> AppTest:
    def script(page: "Callable[[object], None]", engine: object) -> None:
        page(engine)

    return AppTest.from_function(script, default_timeout=60, args=(page, engine)).run()


def everything(app: AppTest) -> str:
    """All that the page sends to the browser."""
    return "\n".join(str(getattr(piece, "proto", "")) for piece in app.main)
