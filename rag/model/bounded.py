"""A response of bounded size, and none that unpacks to more than was sent."""

from collections.abc import Iterator

import httpx

MAX_BYTES = 8_000_000
"""Of one response: a reply of the allowed length in its wrapping, long thoughts, and room."""


def bound(response: httpx.Response) -> None:
    """Have the response break off where it gets too large; for an httpx hook.

    Raises httpx.DecodingError for one that is packed, which we never ask for.
    """
    packing = response.headers.get("Content-Encoding", "identity")
    if packing.lower() != "identity":
        raise httpx.DecodingError(f"it is packed ({packing})", request=response.request)
    if isinstance(response.stream, httpx.SyncByteStream):
        response.stream = _Bounded(response.stream)


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = MAX_BYTES
        for data in self._stream:
            left -= len(data)
            if left < 0:
                raise httpx.DecodingError(f"it sent more than {MAX_BYTES:,} bytes")
            yield data

    def close(self) -> None:
        self._stream.close()
