"""``.eml``: who wrote to whom, about what, and the letter. Attachments are named and not read."""

from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from rag.documents.blocks import Block, paragraph, text_of
from rag.documents.content import Content
from rag.documents.markup import blocks_of, parse_html

HEADERS = ("From", "To", "Cc", "Subject")
FAULTS = (LookupError, UnicodeError, ValueError, TypeError, AttributeError, IndexError)
"""What the standard library raises on headers and parts that are not as they should be."""


def read_mail(data: bytes, name: str) -> Content:  # noqa: ARG001 - as every reader
    """Read an e-mail, however broken: what cannot be read of it is left out."""
    message = message_from_bytes(data, policy=policy.default)
    headers = {name: _header(message, name) for name in HEADERS}
    lines = [paragraph(f"{name}: {value}") for name, value in headers.items() if value]
    return Content(
        text=text_of([*lines, *_letter(message)]),
        title=headers["Subject"],
        date=_day(_header(message, "Date")),
        author=headers["From"],
        note=_left_out(message),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except FAULTS:
        return ""


def _day(value: str) -> date | None:
    try:
        return parsedate_to_datetime(value).date()
    except FAULTS:
        return None


def _letter(message: EmailMessage) -> Iterator[Block]:
    try:
        body = message.get_body(("plain", "html"))
        words = body.get_content() if body is not None else ""
    except FAULTS:
        words, body = _raw(message), None
    if body is not None and body.get_content_subtype() == "html":
        tree = parse_html(words)
        yield from blocks_of(tree) if tree is not None else ()
        return
    for part in words.replace("\r\n", "\n").split("\n\n"):
        yield paragraph(part)


def _raw(message: EmailMessage) -> str:
    """The words of a letter in a character set that nobody knows."""
    payload = message.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _left_out(message: EmailMessage) -> str:
    try:
        names = [part.get_filename() or "one without a name" for part in message.iter_attachments()]
    except FAULTS:
        return ""
    return f"its attachments were not read: {', '.join(names)}" if names else ""
