"""ZIP archives: Word documents and EPUB books are some. No more is unpacked than is allowed."""

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from rag.documents.kinds import Kind
from rag.errors import DocumentError

MAX_UNPACKED = 100_000_000  # bytes of all that is read of an archive
MAX_MEMBERS = 10_000
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)
WORD_MAIN = "word/document.xml"
EPUB_CONTAINER = "META-INF/container.xml"
TELLING: Mapping[str, Kind] = {WORD_MAIN: Kind.DOCX, EPUB_CONTAINER: Kind.EPUB}
LOCKED = 0x1  # the flag of a member that needs a password


class Archive:
    """An opened archive, whose members are read by name."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._room = MAX_UNPACKED
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            self.names = frozenset(self._zip.namelist())
        except BROKEN as error:
            raise self._damaged() from error
        if len(self.names) > MAX_MEMBERS:
            raise DocumentError(f"{name} packs more than {MAX_MEMBERS:,} files; it was not read.")

    def check_size(self) -> None:
        """Raise DocumentError when all members together are more than may be unpacked."""
        if sum(member.file_size for member in self._zip.infolist()) > MAX_UNPACKED:
            raise self._too_large()

    def read(self, member: str) -> bytes:
        """Unpack a member; raises DocumentError when it is too large, damaged or not there."""
        try:
            about = self._zip.getinfo(member)
            if about.flag_bits & LOCKED:
                raise DocumentError(f"{self._name} is locked with a password; save it without one.")
            if about.file_size > self._room:  # of which no more than this is ever unpacked
                raise self._too_large()
            self._room -= about.file_size
            return self._zip.read(about)
        except (KeyError, *BROKEN) as error:
            raise self._damaged() from error

    def _too_large(self) -> DocumentError:
        return DocumentError(
            f"{self._name} unpacks to more than {MAX_UNPACKED // 1_000_000} MB, which no document "
            "needs; it was not read."
        )

    def _damaged(self) -> DocumentError:
        return DocumentError(f"{self._name} is damaged; save or download it again.")


def kind_of_archive(data: bytes, name: str) -> Kind:
    """Tell a Word document from a book by what is in it; raises DocumentError for all else."""
    names = Archive(data, name).names
    for member, kind in TELLING.items():
        if member in names:
            return kind
    raise DocumentError(
        f"{name} is a ZIP archive and neither a Word document nor an EPUB book; unpack it, or save "
        "what it holds as one of them."
    )
