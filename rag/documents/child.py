"""The process that reads files which need more than decoding: ``python -m rag.documents.child``.

It gets files on stdin and answers on stdout (messages.py) until stdin ends. Everything it could
need is loaded before the fences of limits.py go up. Run by hand, it says what is missing of them.
"""

import codecs
import encodings
import os
import pkgutil
import sys
from collections.abc import Callable, Mapping
from typing import BinaryIO

from rag.documents.content import Content
from rag.documents.limits import MEMORY, allow_more_time, confine, wait_without_end
from rag.documents.messages import Broken, pack_content, pack_refusal, receive, send
from rag.documents.readers import PLACES, read_here, reader_for
from rag.errors import DocumentError

MAX_REQUEST = 100_000_000  # bytes
MAX_TEXT = 20_000_000  # characters
PAGE = (
    b"<html><head><title>A page</title></head><body><nav>Home</nav><article><h1>A page</h1>"
    b"<p>By Anna Holm, 2 May 2024.</p><p>" + b"The oven was built in 1921. " * 20 + b"</p>"
    b"</article><script>1</script></body></html>"
)
SHORT = (
    b'<html><head><link rel="canonical" href="https://www.abc.org/note.html"></head>'
    b"<body><nav>Home</nav><p>Back soon.</p></body></html>"
)
LETTER = (
    b"From: a@b.org\r\nTo: c@d.org\r\nDate: Mon, 26 Aug 2024 10:00:00 +0200\r\n\r\nA letter.\r\n"
)
SAMPLES: Mapping[str, bytes] = {
    "page.html": PAGE,
    "short.html": SHORT,
    "letter.eml": LETTER,
    "table.csv": b"a,b\n1,2\n",
    "note.txt": "Où étaient-ils ? Personne ne l’a précisé.".encode("cp1252"),
}
"""What makes the libraries read the files of their own that they read late."""


def main(read: Callable[[bytes, str], Content] = read_here) -> None:
    """Read files until there are no more; a failure of one is an answer and no end."""
    load_everything()
    if sys.stdin.isatty():
        missing = ", ".join(confine())
        sys.stdout.write(f"not limited on this platform: {missing or 'nothing'}\n")
        return
    requests, replies = _own_pipes()
    confine()
    while True:
        try:
            name = receive(requests, MAX_REQUEST).decode()
            data = receive(requests, MAX_REQUEST)
        except Broken:
            return
        send(replies, reply_to(data, name, read))
        wait_without_end()


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Both pipes under numbers of their own, so that what a library prints goes nowhere."""
    pipes = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    return pipes


def reply_to(data: bytes, name: str, read: Callable[[bytes, str], Content] = read_here) -> bytes:
    """Read a file and make a message of it, or of the sentence that says why not."""
    allow_more_time()
    try:
        content = read(data, name)
    except DocumentError as error:
        return pack_refusal(str(error))
    except MemoryError:
        return pack_refusal(too_much_memory(name), is_spent=True)
    except Exception as error:  # noqa: BLE001 - the outermost place: libraries raise what they like
        return pack_refusal(_unreadable(name, error), is_spent=True)
    if len(content.text) > MAX_TEXT:
        return pack_refusal(
            f"{name} has more than {MAX_TEXT:,} characters of text; split it into smaller files."
        )
    return pack_content(content)


def too_much_memory(name: str) -> str:
    """Say that a file takes more memory than any may."""
    return (
        f"{name} takes more than {MEMORY // 1_000_000} MB of memory to read, as no ordinary "
        "document does; it was not read."
    )


def _unreadable(name: str, error: Exception) -> str:
    return f"{name} cannot be read ({type(error).__name__}): it is damaged; save it again."


def load_everything() -> None:
    """Load all libraries, and have them load what they would only load for their first file."""
    for module in pkgutil.iter_modules(encodings.__path__):
        if module.name not in ("mbcs", "oem"):  # of Windows
            __import__(f"encodings.{module.name}")
    for alias in ("shift_jis", "gb18030", "big5", "euc_kr", "iso2022_jp"):
        codecs.lookup(alias)
    for kind in PLACES:
        reader_for(kind)
    for name, data in SAMPLES.items():
        read_here(data, name)


if __name__ == "__main__":
    main()
