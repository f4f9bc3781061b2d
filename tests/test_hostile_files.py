"""A folder with what is no document, and names that nobody means well with."""

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.documents import FoundFile, find_files
from rag.documents.folder import read_bytes
from rag.errors import DocumentError
from rag.ingest import ingest
from rag.rendering import printable
from tests.small import small_library

READABLE = {
    "markup": "<img src=x onerror=alert(1)>.txt",
    "a script": "<script>alert(1)<∕script>.md",
    "an image in Markdown": "![a](https:⧸⧸example.org⧸a.png).md",
    "a link in Markdown": "[click](javascript:alert(1)).md",
    "maths": "$5 and $6.txt",
    "a directive": ":red[warning].md",
    "an entity": "&lt;b&gt;&amp;.txt",
    "quotation marks": "\"quoted\" and 'quoted'.txt",
    "a citation": "[A3] [^1].txt",
    "a percent sign": "100%25 %s %(name)s {name}.txt",
    "a template": "{{7*7}} ${7*7}.txt",
    "SQL": "x'); DROP TABLE documents;--.txt",
    "a pattern": "*.txt",
    "question marks": "what??.txt",
    "brackets of a pattern": "[a-z].txt",
    "a dash": "-rf.txt",
    "two dashes": "--help.txt",
    "a dash alone": "-.txt",
    "spaces around": "  spaces  .txt",
    "a space that does not break": "a\u00a0b.txt",
    "many spaces": f"a{' ' * 100}b.txt",
    "a tilde": "~.txt",
    "a tilde and a name": "~root.txt",
    "a variable": "$HOME.txt",
    "a command": "$(touch owned).txt",
    "backquotes": "`id`.txt",
    "a pipe": "a|b;c&&d>e.txt",
    "a device of Windows": "CON.txt",
    "another device of Windows": "aux.md",
    "a drive of Windows": "C:\\Windows\\win.txt",
    "steps up with backslashes": "a\\..\\..\\secret.txt",
    "dots": "a..b...txt",
    "two suffixes": "report.pdf.txt",
    "a suffix in capitals": "REPORT.TXT",
    "a backslash at the end": "back\\.txt",
    "a colon": "a:b.txt",
    "a hash": "a#b.txt",
    "emoji": "🙂👩‍👩‍👧‍👦🏳️‍🌈.txt",
    "Hebrew": "שלום.txt",
    "Arabic": "محادثات.md",
    "Chinese": "会谈.txt",
    "letters of two alphabets": "pаypаl.txt",
    "a letter in two signs": "cafe\u0301.txt",
    "many signs on a letter": "z" + "\u0301" * 60 + ".txt",
    "very long": f"{'long' * 62}.txt",
    "very long in Unicode": f"{'会' * 83}.txt",
    "deep": "/".join(["d" * 100] * 6) + "/deep.txt",
    "steps up that stay inside": "inside/a..b/a.txt",
    "no width": "a\u200bb.txt",
}
NOT_SHOWN = {
    "a line break": "one\ntwo.txt",
    "a carriage return": "one\rtwo.txt",
    "a tab": "one\ttwo.txt",
    "an escape sequence": "\x1b[31mred\x1b[0m.txt",
    "a title for the terminal": "\x1b]0;owned\x07.txt",
    "a bell": "\a.txt",
    "a deleted sign": "\x7f.txt",
    "a control sign of the second set": "\x9b31m.txt",
    "text turned round": "\u202etxt.exe.txt",
    "text turned round, isolated": "\u2067txt\u2069.md",
    "a line separator": "one\u2028two.txt",
    "a byte order mark": "\ufeffa.txt",
}


def write(folder: Path, name: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"The file {len(name)} tells of a ferry.\n")


def test_fifty_hostile_names_are_fifty() -> None:
    assert len({*READABLE.values(), *NOT_SHOWN.values()}) >= 50


def test_a_hostile_name_is_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    for name in READABLE.values():
        write(folder, name)
    with small_library(tmp_path / "data") as library:
        first, second = ingest(library, [folder]), ingest(library, [folder])
        assert sorted(first.added) == sorted(READABLE.values()) == sorted(second.unchanged)
        assert first.failed == second.failed == []
        for name in READABLE.values():
            document = library.document(name)
            assert document is not None
            assert "tells of a ferry" in document.text


@pytest.mark.parametrize("name", NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_a_name_that_cannot_be_shown_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "documents"
    write(folder, name)
    write(folder, "talks.md")
    with small_library(tmp_path / "data") as library:
        done = ingest(library, [folder])
    ((shown, reason),) = done.failed
    assert "has signs in its name that nobody sees; rename it" in reason
    assert reason.startswith(shown)
    assert printable(reason) == reason
    assert len(reason.splitlines()) == 1
    assert done.added == ["talks.md"]


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    write(folder, "talks.md")
    try:
        (folder / os.fsdecode(b"caf\xe9.txt")).write_text("text")
    except OSError:
        pytest.skip("this file system takes no such names")
    with small_library(tmp_path / "data") as library:
        done = ingest(library, [folder])
    assert [reason for _, reason in done.failed] == [
        "caf?.txt has a name that is not UTF-8; rename it."
    ]
    assert done.added == ["talks.md"]


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    where = Path.cwd()
    os.chdir(path.parent)  # the path of a socket may have about a hundred bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)
    os.chdir(where)


def make_device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # as /dev/zero
    except PermissionError:
        pytest.skip("only the administrator makes device files")


def link_to_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_outside(path: Path) -> None:
    outside = path.parent.parent / "private.txt"
    outside.write_text("The secret is 4711.")
    path.symlink_to(outside)


def link_up_and_outside(path: Path) -> None:
    link_outside(path.with_name("first.hidden"))
    path.symlink_to("../documents/first.hidden")


def link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere.txt")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (make_pipe, "is no ordinary file"),
        (make_socket, "is no ordinary file"),
        (make_device, "is no ordinary file"),
        (link_to_device, "leaves the folder"),
        (link_outside, "leaves the folder"),
        (link_up_and_outside, "leaves the folder"),
        (link_to_nothing, "link"),
        (link_to_itself, "link"),
    ],
)
def test_what_is_no_file_of_the_folder_is_named_and_the_rest_is_read(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    folder = tmp_path / "documents"
    write(folder, "talks.md")
    make(folder / "odd.txt")
    with small_library(tmp_path / "data") as library:
        done = ingest(library, [folder])
        held = [library.document(entry.id) for entry in library.documents()]
    ((name, reason),) = done.failed
    assert (name, done.added) == ("odd.txt", ["talks.md"])
    assert reason.startswith("odd.txt")
    assert words in reason
    assert not any("4711" in document.text for document in held if document)


def test_a_folder_that_is_linked_is_not_entered(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    write(folder, "talks.md")
    write(tmp_path / "private", "diary.txt")
    (folder / "linked").symlink_to(tmp_path / "private")
    (folder / "round").symlink_to(folder)
    assert [found.name for found in find_files(folder)] == ["talks.md"]


def test_a_file_that_has_become_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    make_pipe(tmp_path / "late.txt")
    with pytest.raises(DocumentError, match=r"^late\.txt is no ordinary file"):
        read_bytes(FoundFile(tmp_path, "late.txt"), "late.txt")


def test_a_pipe_that_is_named_itself_is_refused(tmp_path: Path) -> None:
    make_pipe(tmp_path / "pipe.txt")
    with pytest.raises(DocumentError, match="neither a folder nor an ordinary file"):
        find_files(tmp_path / "pipe.txt")
