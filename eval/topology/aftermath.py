"""What became of it all: what the ledger and the index hold once everything is quiet."""

from collections.abc import Iterator
from contextlib import closing
from time import monotonic, sleep

import numpy as np

from eval.topology.layout import Layout
from eval.topology.papers import Papers
from rag.ledger import open_ledger
from rag.libraries import opened

SETTLED = 120.0  # seconds that everything begun may take to be acknowledged
NEAR = 100  # what an approximate search does not put first, it has among so many


def settle(papers: Papers) -> list[str]:
    """Wait until everything that was begun is acknowledged; returns what never was."""
    until = monotonic() + SETTLED
    while papers.unsettled() and monotonic() < until:
        sleep(0.1)
    return papers.unsettled()


def generation_of(layout: Layout) -> int:
    """The number of the index that the ledger names."""
    with closing(open_ledger(layout.config.data, layout.config.ledger_url)) as ledger:
        return int(ledger.state()["generation"])


def held_otherwise(layout: Layout, papers: Papers) -> Iterator[str]:
    """Documents that the ledger does not hold as they were written last."""
    with closing(open_ledger(layout.config.data, layout.config.ledger_url)) as ledger:
        held = {record.document.id: record.document.text for record in ledger.records()}
    for name in papers.history:
        if held.get(name, "") != papers.latest(name).text:
            yield f"{name} is not held as it was written last"


def index_faults(layout: Layout) -> Iterator[str]:
    """What is wrong with the index once all is quiet; it is looked at and not mended."""
    with opened(layout.config) as library:
        sharing, snapshot = library.sharing, library.snapshot()
        store = library.store
        if sharing is None or store is None:
            yield f"there is no index: {library.trouble}"
            return
        if store.count() != len(snapshot.windows):
            yield f"the index has {store.count()} passages, not {len(snapshot.windows)}"
        for passage in range(0, len(snapshot.windows), max(1, len(snapshot.windows) // 200)):
            near = store.nearest(snapshot.vectors_of(np.array([passage]))[0], NEAR)
            if snapshot.name_of(passage) not in near:
                yield f"passage {snapshot.name_of(passage)} is not its own neighbour"
