"""Work on the documents goes on in threads of its own; what ends one of them is said."""

import logging
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.arrivals import Brought
from rag.embedding import Embedding
from rag.libraries import Library
from rag.shelf import Shelf, Work
from tests.small import DIMENSION, TALKS, embed_words, small_library, write_folder
from tests.waiting import until

UNFORESEEN = r"Something went wrong \(error id ([0-9a-f]{8})\); the log holds the rest\."
PATIENCE = 30.0  # seconds


def embed_until_it_breaks(texts: Sequence[str]) -> NDArray[np.float32]:
    """An embedding with a mistake in it, which texts about Cairo bring to light."""
    if any("Cairo" in text for text in texts):
        raise RuntimeError("a mistake of ours")
    return embed_words(texts)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library in which a mistake of ours waits."""
    embedding = Embedding("words", DIMENSION, embed_until_it_breaks)
    with small_library(tmp_path / "data", embedding, tmp_path / "documents") as opened:
        write_folder(tmp_path / "documents", {"bakery.md": "Anna Holm bakes rye bread."})
        yield opened


def ended(work: Work) -> Work:
    until(lambda: work.is_done)
    return work


def test_work_that_ends_unforeseen_says_so_with_an_id_that_the_log_has_too(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    work = ended(Shelf(library).bring([Brought("talks.md", TALKS.encode())]))
    (said,) = work.failed
    found = re.fullmatch(UNFORESEEN, said)
    assert found
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert record.exc_info
    assert f"error id {found[1]}" in record.exc_info[1].__notes__  # type: ignore[union-attr]


def test_a_folder_is_followed_on_after_something_unforeseen(library: Library) -> None:
    folder = library.config.documents
    (folder / "talks.md").write_text(TALKS)
    shelf = Shelf(library)
    shelf.follow()
    try:
        until(lambda: shelf.is_followed)
        assert re.fullmatch(UNFORESEEN, shelf.troubles()[0])
        (folder / "talks.md").unlink()
        until(lambda: not shelf.troubles())
        assert [entry.id for entry in shelf.entries()] == ["bakery.md"]
    finally:
        shelf.close()
        for thread in threading.enumerate():
            if thread.name == "follow":
                thread.join(PATIENCE)
