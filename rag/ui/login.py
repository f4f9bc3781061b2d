"""Signing in, by what Streamlit offers for it: who somebody is, and whether that one may read.

The pages ask Streamlit; the addresses beside them look at the same signed cookie.
"""

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import streamlit as st
from starlette.requests import cookie_parser
from streamlit.auth_util import (
    get_cookie_with_chunks,
    get_origin_from_redirect_uri,
    get_secrets_auth_section,
)
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from rag.config import in_small_letters
from rag.ui import pieces
from rag.ui.signing_in import FAILED

NOT_SIGNED_IN = (
    "Signing in did not work: the service that signs people in did not answer, or refused. "
    "Try again; if it stays so, whoever runs Footnote finds the reason in its log."
)
User = Mapping[str, Any]
NOT_INSTALLED = (
    "The login in secrets.toml needs the package Authlib, which is not installed; "
    "install what requirements/run.txt names, or take [auth] out of secrets.toml."
)


def login_settings() -> Mapping[str, Any]:
    """What ``secrets.toml`` says of a login below ``[auth]``; nothing where there is none."""
    return dict(get_secrets_auth_section())


def is_installed() -> bool:
    """Whether the package is there that Streamlit signs in with."""
    return find_spec("authlib") is not None


def signed_in(cookies: str) -> User:
    """Who the signed cookie among these says that it is; nobody for none, or a forged one.

    As Streamlit reads it for its pages: also whence it was given has to be right.
    """
    given = cookie_parser(cookies)

    def one(name: str) -> bytes | None:
        value = given.get(name, "").encode("latin-1", "replace")
        return decode_signed_value(get_cookie_secret(), name, value) if value else None

    try:
        user: User = json.loads(get_cookie_with_chunks(one, USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    return user if user.get("origin") == get_origin_from_redirect_uri() else {}


def may_read(user: User, readers: Sequence[str]) -> bool:
    """Whether a user who has signed in is among the readers: by e-mail, or by ``@domain``.

    Without readers everybody is whom the provider lets in. An e-mail counts that is not said to be
    unverified.
    """
    return bool(user.get("is_logged_in")) and (not readers or is_among(user, readers))


def is_among(user: User, readers: Sequence[str]) -> bool:
    """Whether a user is one of these, by an e-mail of one's own or by its ``@domain``."""
    email = in_small_letters(str(user.get("email") or ""))
    is_own = user.get("email_verified", True) in (True, "true")
    return is_own and any(
        email == one or (one[:1] == "@" and email.endswith(one)) for one in readers
    )


def visitor() -> User:
    """Who visits this page; nobody where nobody has to sign in."""
    return st.user.to_dict() if login_settings() else {}


def name_of(user: User) -> str:
    """What somebody who has signed in is called: the e-mail, without one what there is."""
    found = (str(user.get(part) or "") for part in ("email", "name", "sub"))
    return next(filter(None, found), "")


def is_let_in(readers: Sequence[str]) -> bool:
    """Whether whoever visits this page may read; if not, the page says what to do instead."""
    if not login_settings() or may_read(st.user.to_dict(), readers):
        return True
    st.html(pieces.masthead())
    if st.user.get("is_logged_in"):
        st.html(pieces.notice("You are signed in, but not among the readers of these documents."))
        offer_sign_out()
    else:
        failed = st.query_params.get("sign-in") == FAILED
        st.html(
            pieces.notice(NOT_SIGNED_IN if failed else "Sign in to read and ask these documents.")
        )
        st.button("Sign in", type="primary", on_click=_sign_in)
    return False


def show_who() -> None:
    """Say in the sidebar who is signed in, with the way out; nothing where there is no login."""
    if login_settings():
        with st.sidebar, st.container(key="signed-in", gap="xsmall"):
            st.html(pieces.quiet(str(st.user.get("email") or st.user.get("name") or "Signed in")))
            st.button("Sign out", key="sign-out", type="tertiary", on_click=st.logout)


def offer_sign_out() -> None:
    """Let somebody come in again as somebody else."""
    st.button("Sign out", on_click=st.logout)


def _sign_in() -> None:
    st.login(*list(_providers())[:1])


def _providers() -> list[str]:
    """The names of the providers that have a section of their own."""
    return [name for name, one in login_settings().items() if isinstance(one, Mapping)]
