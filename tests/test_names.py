"""A name from anywhere becomes one that any file system takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.names import DEVICES, MAX_NAME_BYTES, safe_name

NAMES = [
    pytest.param("notes.md", "notes.md", id="a safe name stays"),
    pytest.param("Zürich 2024.txt", "Zürich 2024.txt", id="letters and spaces stay"),
    pytest.param("../../etc/passwd.txt", "passwd.txt", id="folders"),
    pytest.param("C:\\notes\\a.md", "a.md", id="folders of Windows"),
    pytest.param("..", "document", id="the folder above"),
    pytest.param("", "document", id="nothing"),
    pytest.param(".md", "document.md", id="an ending alone"),
    pytest.param(".hidden.md", "hidden.md", id="a hidden file"),
    pytest.param("a\x00b\x1b[31m\nc.md", "ab[31m c.md", id="controls"),
    pytest.param("\u202egpj.md", "gpj.md", id="turned direction"),
    pytest.param("a\ud800b.md", "ab.md", id="half a character"),
    pytest.param("con.txt", "con_.txt", id="a device"),
    pytest.param("a:b?.md", "a-b-.md", id="signs that a file system keeps for itself"),
    pytest.param("notes. ", "notes", id="dots and spaces at the end"),
    pytest.param("a" * 400 + ".md", "a" * 197 + ".md", id="too long"),
    pytest.param("ü" * 300 + ".md", "ü" * 98 + ".md", id="too long in bytes"),
]


@pytest.mark.parametrize(("given_name", "safe"), NAMES)
def test_a_file_is_saved_under(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


@given(st.text(max_size=300))
def test_every_name_becomes_a_plain_one(name: str) -> None:
    safe = safe_name(name)
    assert safe == safe_name(safe)
    assert 0 < len(safe.encode()) <= MAX_NAME_BYTES
    assert not safe.startswith((".", " "))
    assert not safe.endswith((".", " "))
    assert not set(safe) & set('/\\<>:"|?*')
    assert safe.isprintable()
    assert safe.partition(".")[0].strip().upper() not in DEVICES
