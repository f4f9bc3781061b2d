"""Who may ask: tokens, the names it is called by, and where it listens."""

import re
from dataclasses import replace
from pathlib import Path

import httpx
import openai
import pytest

from rag.api.settings import ApiSettings, read_settings
from rag.api.tokens import (
    Caller,
    add_line,
    caller_of,
    new_token,
    tokens_of_file,
    tokens_of_text,
)
from rag.errors import ConfigError
from tests.api import QUESTION, SETTINGS, api_over, chat, message_of, user

ANNA, CI = "anna-has-a-long-token", "ci-has-another-one"
TOKENS = tokens_of_text(f"anna={ANNA}, ci={CI}")
GUARDED = replace(SETTINGS, tokens=TOKENS, hosts=frozenset())


def test_a_token_has_the_name_of_its_holder() -> None:
    assert caller_of(TOKENS, CI) == Caller("ci")
    assert caller_of(TOKENS, CI + " ") is None
    assert caller_of(TOKENS, "") is None


def test_a_token_that_was_made_is_kept_as_a_hash(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    token, line = new_token("ben")
    add_line(file, "# who may ask")
    add_line(file, line)
    assert token not in file.read_text(encoding="utf-8")
    assert caller_of(tokens_of_file(file), token) == Caller("ben")
    assert (file.stat().st_mode & 0o777) == 0o600


@pytest.mark.parametrize("text", ["anna", "=secret-secret-secret", "anna=short", "a b=c"])
def test_tokens_that_cannot_be_used_are_named_without_being_told(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        tokens_of_text(text)
    assert "secret" not in str(caught.value)
    assert "short" not in str(caught.value)


@pytest.mark.parametrize("line", ["ben", "ben 12ab", "ben 1 2", f"b!n {'a' * 64}"])
def test_a_line_that_is_no_token_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "tokens"
    add_line(file, line)
    with pytest.raises(ConfigError, match="line 1 is no token"):
        tokens_of_file(file)


def test_a_file_of_tokens_without_one_opens_nothing(tmp_path: Path) -> None:
    add_line(tmp_path / "tokens", "# nobody yet")
    with pytest.raises(ConfigError, match="holds no token"):
        read_settings({"RAG_API_TOKEN_FILE": str(tmp_path / "tokens")}, "127.0.0.1", 0)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_settings({"RAG_API_TOKEN_FILE": str(tmp_path / "none")}, "127.0.0.1", 0)


def test_without_tokens_only_this_machine_is_served() -> None:
    with pytest.raises(ConfigError, match="has no tokens"):
        read_settings({}, "0.0.0.0", 8502)
    assert read_settings({}, "0.0.0.0", 8502, unguarded=True).tokens == ()
    assert read_settings({}, "::1", 8502).address == "::1"
    assert read_settings({"RAG_API_TOKENS": f"anna={ANNA}"}, "0.0.0.0", 8502).hosts == frozenset()


@pytest.mark.parametrize(
    "setting",
    ["RAG_API_AT_ONCE=0", "RAG_API_WAITING=many", "RAG_APP_URL=8501", "RAG_API_SOURCES=perhaps"],
)
def test_a_setting_that_cannot_be_used_is_named(setting: str) -> None:
    name, _, value = setting.partition("=")
    with pytest.raises(ConfigError, match=name):
        read_settings({name: value}, "127.0.0.1", 8502)


def test_every_setting_has_its_variable() -> None:
    environment = {
        "RAG_API_AT_ONCE": "3",
        "RAG_API_WAITING": "4",
        "RAG_APP_URL": "https://papers.example.org/",
        "RAG_API_SOURCES": "off",
        "RAG_API_HOSTS": "papers, papers.example.org",
    }
    assert read_settings(environment, "127.0.0.1", 1) == ApiSettings(
        port=1,
        hosts=SETTINGS.hosts | {"papers", "papers.example.org"},
        at_once=3,
        waiting=4,
        app_url="https://papers.example.org",
        sources=False,
    )


def test_whoever_has_a_token_is_answered(tmp_path: Path) -> None:
    with api_over(tmp_path, settings=GUARDED) as api:
        reply = api.client(CI).chat.completions.create(model="footnote", messages=[user(QUESTION)])
        assert reply.choices
        with pytest.raises(openai.AuthenticationError, match="wants a token") as caught:
            api.client("wrong").models.list()
    assert caught.value.code == "invalid_api_key"


@pytest.mark.parametrize(
    "header", ["", "Bearer", f"Basic {ANNA}", ANNA, f"Bearer {ANNA}x", "Bearer é\xff"]
)
def test_whoever_has_none_is_not(tmp_path: Path, header: str) -> None:
    headers = {"Authorization": header.encode("latin-1")}
    with api_over(tmp_path, settings=GUARDED) as api:
        for path in ("/documents", "/metrics", "/v1/models", "/source?doc=talks.md", "/nothing"):
            response = api.get(path, headers=headers)
            assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
            assert "Authorization: Bearer" in message_of(response)
        assert api.post("/ask", {"question": QUESTION}, headers=headers).status_code == 401


def test_a_supervisor_is_told_yes_or_no_without_a_token(tmp_path: Path) -> None:
    with api_over(tmp_path, settings=GUARDED) as api:
        assert api.get("/health").json() == {"status": "ok"}
        part = api.get("/ready").json()["parts"]["library"]
        told = api.get("/ready", headers={"Authorization": f"Bearer {ANNA}"}).json()
    assert part == {"well": True}
    assert "3 documents" in told["parts"]["library"]["text"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1", "", "a b"])
def test_a_name_that_some_other_site_made_up_is_refused(tmp_path: Path, host: str) -> None:
    with api_over(tmp_path) as api:
        response = api.get("/documents", headers={"Host": host})
        assert response.status_code in (400, 421)  # 400: no name at all
        assert "bakery" not in response.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:80"])
def test_the_names_of_this_machine_are_answered(tmp_path: Path, host: str) -> None:
    with api_over(tmp_path) as api:
        assert api.get("/documents", headers={"Host": host}).status_code == 200


def test_citations_lead_to_the_application_where_its_address_is_known(tmp_path: Path) -> None:
    settings = replace(SETTINGS, app_url="https://papers.example.org")
    with api_over(tmp_path, settings=settings) as api:
        reply = httpx.post(f"{api.url}/v1/chat/completions", json=chat(), timeout=30).json()
    note = reply["choices"][0]["message"]["annotations"][0]["url_citation"]
    assert re.fullmatch(
        r"https://papers\.example\.org/source\?doc=talks\.md&s=\d+-\d+", note["url"]
    )
