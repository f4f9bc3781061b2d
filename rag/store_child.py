"""The process that holds a vector index: ``python -m rag.store_child FOLDER make|open FD FD``.

It opens the index, says on the first line that it is open or why not, and then does what it is
asked on both, changes on the first and questions on the second, until the one who asks is gone.
"""

import logging
import sys
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

from rag.errors import StoreError
from rag.ownership import holding_index
from rag.store import Store, failed, open_store

CALLS = frozenset({"add", "add_bare", "add_texts", "remove", "nearest", "near", "count"})

_LOG = logging.getLogger("rag")


def main(folder: Path, changes: Connection, questions: Connection, *, create: bool) -> None:
    """Serve an index until the other side hangs up."""
    with ExitStack() as held, suppress(EOFError, OSError):
        try:
            held.enter_context(holding_index(folder.parent))
            store = open_store(folder, create=create)
        except StoreError as error:
            changes.send((None, str(error)))
            return
        changes.send((None, ""))
        Thread(target=serve, args=(store, questions), daemon=True).start()
        serve(store, changes)
        store.close()


def serve(store: Store, line: Connection) -> None:
    """Do what is asked on a line, one thing after the other; hang up at the end, however it came.

    Nobody is to wait at a line that nobody serves.
    """
    with line, suppress(EOFError, OSError):
        while True:
            what, given = line.recv()
            line.send(reply_to(store, what, given))


def reply_to(store: Store, what: str, given: tuple[object, ...]) -> tuple[object, str]:
    """Do one thing: what came of it, and a sentence if nothing did, whatever the reason.

    Who asks waits until something comes back.
    """
    assert what in CALLS, what
    try:
        return getattr(store, what)(*given), ""
    except StoreError as error:
        return None, str(error)
    except Exception:  # noqa: BLE001 - the outermost place: others wait for this
        _LOG.exception("the index could not do what it was asked")
        return None, str(failed("read"))


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Connection(int(sys.argv[3])),
        Connection(int(sys.argv[4])),
        create=sys.argv[2] == "make",
    )
