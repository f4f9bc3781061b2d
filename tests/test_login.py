"""Who has signed in, by the cookie that Streamlit gives; and whether that one may read."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config as options
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from rag.ui.login import may_read, signed_in

SECRET = "a-secret-of-thirty-two-characters-or-more"
ORIGIN = "https://notes.example.org"
SETTINGS = f"""
[auth]
redirect_uri = "{ORIGIN}/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "a"
client_secret = "b"
server_metadata_url = "https://far.example.org/.well-known/openid-configuration"
"""
ANN = {"is_logged_in": True, "origin": ORIGIN, "email": "Ann@Example.org"}


@pytest.fixture
def login(tmp_path: Path) -> Iterator[None]:
    """A login in a ``secrets.toml``."""
    file = tmp_path / "secrets.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    before = options.get_option("secrets.files")
    options.set_option("secrets.files", [str(file)])
    secrets_singleton._reset()
    yield
    options.set_option("secrets.files", before)
    secrets_singleton._reset()


def cookie(user: dict[str, object], secret: str = SECRET, name: str = USER_COOKIE_NAME) -> str:
    value = create_signed_value(secret, name, json.dumps(user)).decode()
    return f"other=1; {USER_COOKIE_NAME}={value}"


@pytest.mark.usefixtures("login")
def test_a_signed_cookie_says_who_it_is() -> None:
    assert signed_in(cookie(ANN))["email"] == "Ann@Example.org"


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize(
    "given",
    [
        "",
        f"{USER_COOKIE_NAME}=",
        f"{USER_COOKIE_NAME}=nonsense",
        f"{USER_COOKIE_NAME}={json.dumps(ANN)}",
        cookie(ANN, secret="another-secret-of-thirty-two-characters"),
        cookie(ANN, secret=""),
        cookie(ANN, name="_streamlit_xsrf"),
        cookie({**ANN, "origin": "https://far.example.org"}),
        cookie({"is_logged_in": True}),
        cookie(ANN)[:-4] + "AAAA",
        f"{USER_COOKIE_NAME}=ä\x00",
    ],
    ids=lambda _: "cookie",  # its own text holds the time at which it was signed
)
def test_a_forged_cookie_says_nothing(given: str) -> None:
    assert not may_read(signed_in(given), ())


def test_readers_are_named_by_address_or_by_domain() -> None:
    assert may_read(ANN, ("ann@example.org",))
    assert may_read(ANN, ("eve@far.example.org", "@example.org"))
    assert not may_read(ANN, ("eve@example.org",))
    assert not may_read({**ANN, "email": "ann@example.org.far.org"}, ("@example.org",))
    assert not may_read({**ANN, "email_verified": False}, ("@example.org",))
    assert not may_read({**ANN, "is_logged_in": False}, ())
    assert may_read(ANN, ())


def page() -> AppTest:
    def script() -> None:
        import streamlit

        from rag.ui.login import is_let_in as may_come_in

        if may_come_in(()):
            streamlit.write("the documents")

    return AppTest.from_function(script, default_timeout=30).run()


@pytest.mark.usefixtures("login")
def test_a_page_shows_the_way_to_sign_in_and_nothing_else() -> None:
    app = page()
    assert [one.label for one in app.button] == ["Sign in"]
    assert not app.markdown


def test_without_a_login_a_page_is_there_for_whoever_reaches_it() -> None:
    app = page()
    assert not app.exception
    assert [one.value for one in app.markdown] == ["the documents"]
