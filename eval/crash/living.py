"""A process that changes a library until it is killed, and one that looks at what is left."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from eval.crash.notes import Versions, text_of, write
from rag.evidence import find_evidence
from rag.index import passage_rows
from rag.ingest import ingest
from rag.libraries import Library
from tests.small import small_library

AT_ONCE = 4  # documents that one round changes
REBUILDS = 0.15  # of the rounds
GOING = 0.2  # of the changes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a library lives, and how large its documents are."""

    data: Path
    documents: Path
    count: int
    sentences: int

    @property
    def names(self) -> list[str]:
        """The documents that there may be."""
        return [f"{number}.txt" for number in range(self.count)]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a restart found: faults as sentences, and how long it took.

    ``seconds`` until the first answer; ``passages`` of an index that was built anew, and the
    seconds until it could be searched and until it was complete.
    """

    faults: list[str]
    seconds: float
    passages: int = 0
    searchable: float = 0.0
    complete: float = 0.0


def live(place: Place, seed: int, held: Versions, tell: Connection) -> None:
    """Change documents for ever; tells what it is about to do, and when that is acknowledged."""
    random = Random(seed)  # noqa: S311 - no secret
    now = dict(held)
    with small_library(place.data) as library:
        while True:
            changes = {} if random.random() < REBUILDS else _drawn(place, now, random)
            tell.send(("begin", changes))
            if changes:
                write(place.documents, changes, place.sentences)
                done = ingest(library, [place.documents])
                assert not done.failed, done.failed
            else:
                library.rebuild_index()
            now |= changes
            tell.send(("done", changes))


def look(place: Place, allowed: Mapping[str, set[int]], tell: Connection) -> None:
    """Open what a killed process left, ask it, build its index, ask again; tells a Looked."""
    start = time.perf_counter()
    with small_library(place.data) as library:
        names = [entry.id for entry in library.documents()]
        faults = list(wrong_answers(library, names[:1], "exact"))
        seconds = time.perf_counter() - start
        faults += wrong_documents(library, place, allowed)
        faults += wrong_answers(library, names, "exact")
        start = time.perf_counter()
        told: list[float] = []
        store = library.prepare_index(lambda _: told.append(time.perf_counter() - start))
        complete = time.perf_counter() - start
        faults += wrong_answers(library, names, "indexed")
        faults += _wrong_neighbours(library)
        passages = store.count()
    if told:
        tell.send(Looked(faults, seconds, passages, told[-1], complete))
    else:
        tell.send(Looked(faults, seconds))


def _drawn(place: Place, now: Versions, random: Random) -> dict[str, int]:
    version = max(now.values(), default=0) + 1
    names = random.sample(place.names, min(AT_ONCE, place.count))
    held = {name for name, at in now.items() if at}
    return {
        name: 0 if name in held and random.random() < GOING and number else version
        for number, name in enumerate(names)
    }


def wrong_documents(
    library: Library, place: Place, allowed: Mapping[str, set[int]]
) -> Iterator[str]:
    """Documents that are lost, came back, or are a mixture; in the ledger and as they are asked."""
    texts = {record.document.id: record.document.text for record in library.ledger.records()}
    asked = {one.id: one.text for one in library.snapshot().documents}
    if asked != texts:
        yield "mixed: what is asked is not what is held"
    for name, versions in allowed.items():
        whole = {text_of(name, version, place.sentences) for version in versions if version}
        if name not in texts and 0 not in versions:
            yield f"lost: {name}"
        if name in texts and texts[name].strip() not in {text.strip() for text in whole}:
            yield f"mixed: {name} is at none of the versions {sorted(versions)}"
    yield from (f"mixed: {name} was never there" for name in texts if name not in allowed)


def wrong_answers(library: Library, names: list[str], how: str) -> Iterator[str]:
    """Documents whose own sentence, asked for, is not found first, as it is where nobody died."""
    missed = _missed(library, names)
    if missed:
        with TemporaryDirectory() as folder, small_library(Path(folder) / "data") as fresh:
            _fill_alike(fresh, library, Path(folder) / "documents")
            missed = [name for name in missed if name not in _missed(fresh, missed)]
    yield from (f"wrong: {name} is not found first ({how})" for name in missed)


def _missed(library: Library, names: list[str]) -> list[str]:
    """Those of which one sentence, asked for, is not the first that is found."""
    snapshot = library.snapshot()
    texts = {one.id: one.text for one in snapshot.documents}
    missed: list[str] = []
    for name in names:
        sentence = texts[name].split("\n")[len(texts[name]) % 5]
        found = find_evidence(library, snapshot, sentence).evidence
        first = found[0].sentence if found else None
        if first is None or (first.document_id, first.text) != (name, sentence):
            missed.append(name)
    return missed


def _fill_alike(fresh: Library, library: Library, documents: Path) -> None:
    """Have a new library hold the same documents as another."""
    documents.mkdir()
    for one in library.snapshot().documents:
        (documents / one.id).write_text(one.text, encoding="utf-8")
    ingest(fresh, [documents])


def _wrong_neighbours(library: Library) -> Iterator[str]:
    """Passages that are not their own nearest, asked of the index alone."""
    store = library.prepare_index()
    for record in library.ledger.records():
        rows, vectors = passage_rows(record)
        near = store.nearest(vectors[0], 3)
        own = {(row.key, row.first, row.last) for row in rows}
        if not own & set(near):
            yield f"wrong: a passage of {record.document.id} is not its own neighbour"
