"""What a server sends is read up to a bound, and not a megabyte further."""

from collections.abc import Iterator

import httpx
import pytest

from rag.model.bounded import MAX_BYTES, bound

MEGABYTE = 1_000_000


class Endless(httpx.SyncByteStream):
    """A body of a gigabyte, which counts how much of it was wanted."""

    def __init__(self) -> None:
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        while self.sent < 1_000 * MEGABYTE:
            self.sent += MEGABYTE
            yield b"a" * MEGABYTE


def client(body: httpx.SyncByteStream, **headers: str) -> httpx.Client:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=body))
    return httpx.Client(transport=transport, event_hooks={"response": [bound]})


def test_a_body_without_end_is_left_at_the_bound() -> None:
    body = Endless()
    with client(body) as asking, pytest.raises(httpx.DecodingError, match="more than 8,000,000"):
        asking.get("http://server.invalid/")
    assert body.sent <= MAX_BYTES + MEGABYTE


def test_a_body_within_the_bound_comes_whole() -> None:
    with client(httpx.ByteStream(b"a" * MAX_BYTES)) as asking:
        assert len(asking.get("http://server.invalid/").content) == MAX_BYTES


def test_a_packed_body_is_not_unpacked() -> None:
    packed = client(Endless(), **{"Content-Encoding": "gzip"})
    with packed as asking, pytest.raises(httpx.DecodingError, match="packed"):
        asking.get("http://server.invalid/")
