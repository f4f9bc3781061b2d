"""Books as a program binds them: chapters, a package that gives their order, a container."""

import io
import zipfile
from collections.abc import Mapping

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
ABOUT = (
    "<dc:title>The harbour of Vik</dc:title><dc:creator>Anna Holm</dc:creator>"
    "<dc:date>2024-08-26</dc:date>"
)


def page(body: str) -> str:
    """A chapter as XHTML."""
    return f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{body}</body></html>'


def bound(
    chapters: Mapping[str, str],
    spine: str = "",
    more: Mapping[str, str] | None = None,
    missing: str = "",
) -> bytes:
    """The bytes of a book; ``spine`` names chapters in reading order, in their own if not given.

    The file of the chapter ``missing`` is left out.
    """
    items = "".join(
        f'<item id="{name}" href="text/{name}%20.xhtml" media-type="application/xhtml+xml"/>'
        for name in chapters
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in spine.split() or chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{ABOUT}</metadata><manifest>{items}"
        '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        f'</manifest><spine><itemref idref="nav"/>{order}</spine></package>'
    )
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/content.opf": package,
        "OEBPS/nav.xhtml": page("<p>Contents</p>"),
        **{
            f"OEBPS/text/{name} .xhtml": page(body)
            for name, body in chapters.items()
            if name != missing
        },
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
