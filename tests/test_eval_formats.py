"""How well files are read is measured: words found against words that a person marked."""

import json
from pathlib import Path

import pytest

from eval.formats import mean, overlap, score_pages, try_folder
from tests.small_files import ARTICLE, ITEMS, plain_text, web_page, word_document

BENCH = Path(__file__).parent.parent.parent / "shared" / "bench"
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def test_the_measure_counts_words_and_words_in_a_row() -> None:
    assert overlap("one two three four", "one two three five").f1 == 0.75
    assert overlap("a b c d e", "x a b c d", 4).precision == 0.5
    assert overlap("a b c d e", "", 4).f1 == 0.0
    both = mean([overlap("a b", "a b"), overlap("a b", "a x")])
    assert (both.precision, both.recall) == (0.75, 0.75)


def test_pages_are_scored_against_their_articles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "talks.html").write_bytes(web_page())
    truth = {"id": "talks", "text": "\n\n".join([*ARTICLE, *ITEMS])}
    (tmp_path / "truth.jsonl").write_text(json.dumps(truth))
    score_pages(tmp_path)
    assert "F1 1.000" in capsys.readouterr().out


def test_a_folder_is_counted_and_what_is_refused_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, data in {"a.txt": plain_text(), "b.docx": word_document()}.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "picture.pdf").write_bytes(PICTURE)
    assert try_folder(tmp_path) == 0
    out = capsys.readouterr().out
    assert "refused  picture.pdf: is no text file" in out
    assert "2 read, 1 refused, 0 FAILED" in out


@pytest.mark.skipif(not BENCH.is_dir(), reason="the public sets are not on this machine")
def test_articles_of_real_pages_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    score_pages(BENCH / "html")
    scores = [line.split("F1 ")[1][:5] for line in capsys.readouterr().out.splitlines()[1:3]]
    assert min(map(float, scores)) >= 0.95


@pytest.mark.skipif(not BENCH.is_dir(), reason="the public sets are not on this machine")
def test_real_odd_and_broken_files_are_read_or_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert try_folder(BENCH / "formats") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 70
    assert all(line.startswith(("read ", "refused ")) for line in lines[:-1])
