"""Files become documents: the right text, title and date, and no byte dropped."""

import datetime as dt
from pathlib import Path

import pytest

from rag.documents import document_from_text, find_files, read_document
from rag.documents.folder import refuse_unreadable
from rag.errors import DocumentError
from rag.types import Document


def read(text: str | bytes, name: str = "talks.md") -> Document:
    data = text.encode() if isinstance(text, str) else text
    return read_document(data, name, Path("/documents") / name)


FRONT = "---\ntitle: Cairo talks end\ndate: 2024-08-26\n---\nThe talks ended on Sunday.\n"


@pytest.mark.parametrize(
    ("text", "name", "title", "date", "kept"),
    [
        pytest.param(
            FRONT,
            "a.md",
            "Cairo talks end",
            dt.date(2024, 8, 26),
            "The talks ended on Sunday.\n",
            id="front matter",
        ),
        pytest.param(
            FRONT.replace("\n", "\r\n"),
            "a.md",
            "Cairo talks end",
            dt.date(2024, 8, 26),
            "The talks ended on Sunday.\r\n",
            id="front matter with Windows line ends",
        ),
        pytest.param(
            'date 2024-08-26 A camp in Khan Younis. The "constructive" talks went on.',
            "000_24045d.txt",
            "000 24045d",
            dt.date(2024, 8, 26),
            'A camp in Khan Younis. The "constructive" talks went on.',
            id="a news dump's dated line, the rest stays text",
        ),
        pytest.param(
            "date 2025-08-28\nCity plans new bridge ...\n\nThe council met.",
            "0000.txt",
            "City plans new bridge",
            dt.date(2025, 8, 28),
            "City plans new bridge ...\n\nThe council met.",
            id="the date on a line of its own, then a headline",
        ),
        pytest.param(
            "Some words first.\n\n## The *Doha* round\n\nText.",
            "a.md",
            "The Doha round",
            None,
            "Some words first.\n\n## The *Doha* round\n\nText.",
            id="a Markdown heading",
        ),
        pytest.param(
            "```\n# not a heading\n```\n\n# Yes\n",
            "a.md",
            "Yes",
            None,
            "```\n# not a heading\n```\n\n# Yes\n",
            id="a comment in a code block is no heading",
        ),
        pytest.param(
            "Two teams stayed in Cairo. They meet on Monday.",
            "folder/2024-08-27-working_teams.txt",
            "2024 08 27 working teams",
            dt.date(2024, 8, 27),
            "Two teams stayed in Cairo. They meet on Monday.",
            id="only the file name is left",
        ),
        pytest.param(
            "---\ntitle: [unclosed\n---\n# Heading\n",
            "a.md",
            "Heading",
            None,
            "# Heading\n",
            id="broken front matter",
        ),
        pytest.param(
            "date of the meeting: unknown", "m.txt", "m", None, "date of the meeting: unknown",
            id="the word date alone is no date",
        ),
        pytest.param(
            "date 2024-13-45 Nonsense.", "m.txt", "m", None, "date 2024-13-45 Nonsense.",
            id="no such day",
        ),
    ],
)  # fmt: skip
def test_title_date_and_text_are_found(
    text: str, name: str, title: str, date: dt.date | None, kept: str
) -> None:
    document = read(text, name)
    assert (document.title, document.date, document.text) == (title, date, kept)


@pytest.mark.parametrize(
    ("encoding", "is_guess"),
    [
        ("utf-8", False),
        ("utf-8-sig", False),
        ("utf-16", False),
        ("utf-32", False),
        ("cp1252", True),
    ],
)
def test_every_encoding_gives_the_same_text_and_a_guess_is_reported(
    encoding: str, is_guess: bool
) -> None:
    text = (
        "Les ministres se sont réunis à Genève pendant l’été ; après trois journées très "
        "difficiles, ils ont déclaré que les pourparlers étaient « constructifs » et qu’une "
        "équipe resterait là-bas. Où et quand ? Personne ne l’a précisé, même à la télévision. "
    )
    document = read(text.encode(encoding), "note.txt")
    assert document.text == text
    assert ("guess" in document.note) is is_guess


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Café déjà vu, à Genève.", "cp1252"),
        ("El niño comió en Málaga.", "cp1252"),
        ("Переговоры в Каире закончились без соглашения.", "cp1251"),
        ("Οι συνομιλίες στο Κάιρο τελείωσαν.", "cp1253"),
    ],
)
def test_a_short_text_in_an_old_encoding_is_read_rightly(text: str, encoding: str) -> None:
    assert read(text.encode(encoding), "note.txt").text == text


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        pytest.param(b"", "empty.txt", "empty.txt is empty", id="empty"),
        pytest.param(b" \n\t\n", "blank.txt", "blank.txt is empty", id="only white space"),
        pytest.param(
            b"\x89PNG\r\n\x1a\n\x00\x00", "photo.txt", "photo.txt is no text", id="picture"
        ),
        pytest.param(b"\xff\xfea", "odd.txt", "broken", id="a byte order mark and half a sign"),
        pytest.param(b"text", "sheet.xyz", "kind that is not read", id="unknown kind"),
        pytest.param(b"---\ntitle: A\n---\n", "only.md", "only.md is empty", id="only a header"),
    ],
)
def test_what_cannot_be_read_is_named(data: bytes, name: str, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read(data, name)


def test_text_from_elsewhere_is_kept_as_it_is() -> None:
    document = document_from_text("note-1", "One. Two.", title="Note", source="a database")
    assert document == Document("note-1", "Note", "One. Two.", None, "a database")


def test_text_that_no_file_could_hold_is_refused() -> None:
    with pytest.raises(DocumentError, match="note-1"):
        document_from_text("note-1", "half a sign: \ud83d")


def test_a_folder_gives_its_readable_files_in_order(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "sub/c.TXT", "photo.jpg", "README", ".hidden.md", ".git/d.md"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("text")
    assert [found.name for found in find_files(tmp_path)] == ["a.txt", "b.md", "sub/c.TXT"]


def test_links_are_followed_inside_the_folder_only(tmp_path: Path) -> None:
    inside, outside = tmp_path / "documents", tmp_path / "private.txt"
    inside.mkdir()
    outside.write_text("secret")
    (inside / "real.txt").write_text("text")
    (inside / "again.txt").symlink_to(inside / "real.txt")
    (inside / "leak.txt").symlink_to(outside)
    (inside / "broken.txt").symlink_to(tmp_path / "nowhere.txt")
    (inside / "circle.txt").symlink_to(inside / "circle.txt")
    assert [found.name for found in find_files(inside)] == ["again.txt", "real.txt"]


def test_a_folder_inside_that_may_not_be_read_is_named_and_not_taken_for_gone() -> None:
    # the call that os.walk makes; a test that runs as root could read any folder
    with pytest.raises(DocumentError, match="private may not be read"):
        refuse_unreadable(PermissionError(13, "Permission denied", "/documents/private"))
    refuse_unreadable(FileNotFoundError(2, "No such file or directory", "/documents/old"))


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="nowhere does not exist"):
        find_files(tmp_path / "nowhere")
