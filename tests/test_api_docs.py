"""docs/api.md says what is so: its programs run, its addresses and settings are the real ones."""

import re
from pathlib import Path

import httpx
import pytest

from rag.ingest import ingest
from tests.api import api_over
from tests.small import write_folder

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
JSON = {"Content-Type": "application/json"}
MINUTES = """---
date: 2024-08-20
---
It was agreed this week that the roof of the hall is mended in August.
"""


def test_its_programs_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    programs = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    with api_over(tmp_path) as api:
        ingest(api.open_library, [write_folder(tmp_path / "more", {"minutes/august.md": MINUTES})])
        code = "\n".join(programs).replace("http://127.0.0.1:8502", api.url)
        exec(compile(code, "docs/api.md", "exec"), {})
    said = capsys.readouterr().out
    assert "acted as mediators.[2]" in said
    assert f"Cairo talks close {api.url}/source?doc=talks.md&s=" in said


def test_every_setting_of_the_code_is_on_it() -> None:
    code = (ROOT / "rag" / "api" / "settings.py").read_text(encoding="utf-8")
    settings = set(re.findall(r'"(RAG_\w+)"', code))
    assert len(settings) == 7
    assert settings <= set(re.findall(r"RAG_\w+", PAGE))


def test_every_address_is_on_it(tmp_path: Path) -> None:
    with api_over(tmp_path) as api:
        paths = set(api.get("/openapi.json").json()["paths"])
    assert {path for path in paths if path not in PAGE} == {"/v1/models/{name}"}


def test_what_curl_sends_is_taken(tmp_path: Path) -> None:
    bodies = re.findall(r"-d '(.*?)'", PAGE)
    with api_over(tmp_path) as api:
        sent = [
            httpx.post(api.url + path, content=body, headers=JSON, timeout=30)
            for path, body in zip(["/v1/chat/completions", "/ask"], bodies, strict=True)
        ]
    assert [response.status_code for response in sent] == [200, 200]
