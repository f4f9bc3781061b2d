"""How files go to the process that reads them, and what comes back.

A message is its length (8 bytes) and that many bytes. A request is two of them: the name and the
file. A reply is one: JSON, so that whatever has got into the other process can only send words.
"""

import datetime as dt
import json
import struct
from dataclasses import asdict
from typing import BinaryIO

from rag.documents.content import Content

LENGTH = struct.Struct(">Q")
MAX_REPLY = 250_000_000  # bytes


class Broken(Exception):
    """The other side is gone, or sends what is no message."""


def send(stream: BinaryIO, data: bytes) -> None:
    """Send a message."""
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO, most: int = MAX_REPLY) -> bytes:
    """Wait for a message; raises Broken."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size or LENGTH.unpack(head)[0] > most:
        raise Broken
    data = stream.read(LENGTH.unpack(head)[0])
    if len(data) < LENGTH.unpack(head)[0]:
        raise Broken
    return data


def pack_content(content: Content) -> bytes:
    """Make a message of what was read."""
    row = asdict(content) | {"date": content.date.isoformat() if content.date else None}
    return json.dumps({"content": row}).encode()


def pack_refusal(reason: str, *, is_spent: bool = False) -> bytes:
    """Make a message of why a file was not read; ``is_spent``: a fresh process might."""
    return json.dumps({"refusal": reason, "is_spent": is_spent}).encode()


def unpack(data: bytes) -> Content | tuple[str, bool]:
    """Return the content of a reply, or its refusal; raises Broken when it is neither."""
    try:
        match json.loads(data):
            case {"content": dict(row)}:
                return _content(row)
            case {"refusal": str(reason), "is_spent": bool(is_spent)}:
                return reason, is_spent
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Broken from error
    raise Broken


def _content(row: dict[str, object]) -> Content:
    match row:
        case {
            "text": str(text),
            "title": str(title),
            "date": None | str() as date,
            "note": str(note),
            "tags": list(tags),
            "author": str(author),
            "pages": list(pages),
        } if all(isinstance(page, int) for page in pages):
            return Content(
                text=text,
                title=title,
                date=dt.date.fromisoformat(date) if date else None,
                note=note,
                tags=tuple(map(str, tags)),
                author=author,
                pages=tuple(pages),
            )
    raise Broken
