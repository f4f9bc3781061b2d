"""Bytes become text without a byte dropped: UTF-8, then a byte order mark, then a named guess."""

import codecs

from charset_normalizer import from_bytes

from rag.errors import DocumentError

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


COMMONEST = "cp1252"  # taken where several old encodings fit about equally well
ABOUT = 0.1  # of coherence: how like a language the letters are, which a short text hardly tells


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text and a note, which is empty unless the encoding was guessed.

    Raises DocumentError, naming the file, when the bytes are no text at all.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, name), ""
    if b"\x00" in data:
        raise DocumentError(_no_text(name))
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return _guess(data, name)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{name} begins like {encoding} text but is broken at byte {error.start}; "
            "save it again as UTF-8."
        ) from error
    if "\x00" in text:
        raise DocumentError(_no_text(name))
    return text


def _guess(data: bytes, name: str) -> tuple[str, str]:
    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        raise DocumentError(_no_text(name))
    equals = [
        match.encoding
        for match in matches
        if match.chaos <= best.chaos and match.coherence >= best.coherence - ABOUT
    ]
    encoding = COMMONEST if COMMONEST in equals else best.encoding
    text = data.decode(encoding)
    return text, f"read as {encoding}, which is a guess; save it as UTF-8 to be sure"


def _no_text(name: str) -> str:
    return f"{name} is no text file; remove it, or save its words as plain text (UTF-8)."
