"""Segments as files that are mapped into memory: a cache, made of the ledger and never the truth.

A file is named after the hash of its bytes, and written under another name first; so what is cut
off, changed or half written does not have the name that it should, is not opened, and goes. Which
ledger, fingerprint and way of cutting words it was made with stands in the name of its folder.
"""

import datetime as dt
import hashlib
import json
import mmap
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from rag.packed import Packed
from rag.passages import PASSAGE_CHARACTERS
from rag.postings import Postings
from rag.segment import Described, Segment
from rag.vocabulary import STOP_WORDS, WORD

LAYOUT = 1  # of the file, and of what is reckoned out of a document for it
KIND = ".segment"
HEAD = 8  # bytes that say how long the description is, which stands first
ALIGNED = 64
PLAIN = ("first_sentences first_passages bounds vectors is_heading windows passage_vectors").split()
COMPOSED: dict[str, type[Any]] = {
    "stems": Packed,
    "texts": Packed,
    "sentence_words": Postings,
    "passage_words": Postings,
}

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class SegmentFiles:
    """The files of one ledger and one fingerprint; whatever goes wrong, they are done without."""

    folder: Path

    def keep(self, segment: Segment) -> Segment:
        """Write a segment, and return the same one out of its file; itself where that fails."""
        part = self.folder / f"{token_hex(8)}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = part.rename(self.folder / f"{_write(segment, part)}{KIND}")
            return _mapped(path)
        except OSError:  # a full disk, a folder that is read-only
            with suppress(OSError):
                part.unlink(missing_ok=True)
            return segment

    def segments(self) -> Iterator[Segment]:
        """Open the files that are as they were written; the others are removed."""
        for path in sorted(self.folder.glob(f"*{KIND}")):
            try:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                if digest == path.stem:
                    yield _mapped(path)
                    continue
            except OSError:
                continue
            self.drop(path)

    def drop(self, path: Path) -> None:
        """Remove a file; who has it mapped keeps what is in it."""
        with suppress(OSError):
            path.unlink(missing_ok=True)

    def drop_others(self) -> None:
        """Remove what was made of the same ledger with another fingerprint or other rules."""
        name = self.folder.name.rsplit("-", 1)[0]
        for other in self.folder.parent.glob(f"{name}-*"):
            if other != self.folder:
                shutil.rmtree(other, ignore_errors=True)


def files_of(folder: Path, ledger: str, fingerprint: str) -> SegmentFiles:
    """The files of a ledger, by its name, and of the fingerprint that it has now."""
    rules = json.dumps([LAYOUT, WORD.pattern, sorted(STOP_WORDS), PASSAGE_CHARACTERS, fingerprint])
    digest = hashlib.sha256(rules.encode()).hexdigest()[:12]
    return SegmentFiles(folder / f"{ledger}-{digest}")


def _write(segment: Segment, path: Path) -> str:
    """Write a segment and return the hash of what was written."""
    arrays = _arrays_of(segment)
    tables: dict[str, tuple[str, tuple[int, ...], int]] = {}
    end = 0
    for name, array in arrays.items():
        tables[name] = (array.dtype.str, array.shape, end)
        end += _aligned(array.nbytes)
    documents = [asdict(one) for one in segment.documents]
    text = json.dumps({"documents": documents, "arrays": tables}, default=str).encode()
    head = len(text).to_bytes(HEAD, "little") + text
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for piece in (np.frombuffer(head, np.uint8), *arrays.values()):
            _put(file, digest, piece)
    return digest.hexdigest()


def _put(file: BinaryIO, digest: Any, piece: NDArray[Any]) -> None:
    """Write a piece, and zeros up to where the next one begins."""
    data = piece.tobytes()
    for one in (data, bytes(_aligned(len(data)) - len(data))):
        file.write(one)
        digest.update(one)


def _mapped(path: Path) -> Segment:
    """Map a file into memory; nothing but its description is read."""
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    length = int.from_bytes(data[:HEAD], "little")
    about = json.loads(data[HEAD : HEAD + length])
    start = _aligned(HEAD + length)
    arrays = {
        name: _array(data, kind, shape, start + offset)
        for name, (kind, shape, offset) in about["arrays"].items()
    }
    documents = tuple(map(_described, about["documents"]))
    return replace(_segment_of(documents, arrays), file=path)


def _array(data: mmap.mmap, kind: str, shape: list[int], offset: int) -> NDArray[Any]:
    count = int(np.prod(shape))
    if not count:
        return np.zeros(shape, kind)
    return np.frombuffer(data, kind, count, offset).reshape(shape)


def _arrays_of(segment: Segment) -> Arrays:
    arrays = {name: getattr(segment, name) for name in PLAIN}
    for name, kind in COMPOSED.items():
        for field in (one.name for one in fields(kind)):
            arrays[f"{name}.{field}"] = getattr(getattr(segment, name), field)
    return arrays


def _segment_of(documents: tuple[Described, ...], arrays: Arrays) -> Segment:
    parts: dict[str, Any] = {name: arrays[name] for name in PLAIN}
    for name, kind in COMPOSED.items():
        parts[name] = kind(
            **{field: arrays[f"{name}.{field}"] for field in (one.name for one in fields(kind))}
        )
    return Segment(documents, **parts)


def _described(row: dict[str, Any]) -> Described:
    date = dt.date.fromisoformat(row["date"]) if row["date"] else None
    return Described(
        **row | {"date": date, "tags": tuple(row["tags"]), "pages": tuple(row["pages"])}
    )


def _aligned(size: int) -> int:
    return -(-size // ALIGNED) * ALIGNED
