"""The content security policy: nothing is loaded, run or asked for that is not of this server."""

import re

from rag.ui.safety import headers_of_a_page, policy

OURS = {"'self'", "'none'", "data:", "blob:", "'unsafe-inline'"}


def directives(text: str) -> dict[str, set[str]]:
    """A policy's directives and what they allow."""
    parts = [part.split() for part in text.split(";")]
    return {name: set(allowed) for name, *allowed in parts}


def test_no_directive_lets_anything_in_from_elsewhere() -> None:
    for name, allowed in directives(headers_of_a_page()["content-security-policy"]).items():
        foreign = {one for one in allowed - OURS if not re.fullmatch(r"'sha256-[\w+/=]+'", one)}
        assert not foreign, name


def test_only_styles_may_stand_inline() -> None:
    found = directives(headers_of_a_page()["content-security-policy"])
    assert [name for name, allowed in found.items() if "'unsafe-inline'" in allowed] == [
        "style-src"
    ]


def test_what_no_other_directive_names_is_of_this_server_too() -> None:
    found = directives(policy(""))
    assert found["default-src"] == found["connect-src"] == {"'self'"}
    assert found["object-src"] == found["base-uri"] == found["frame-ancestors"] == {"'none'"}


def test_a_script_of_the_page_is_named_by_what_it_says() -> None:
    one, other = (directives(policy(f"<script>{text}</script>")) for text in ("a()", "b()"))
    assert one["script-src"] != other["script-src"]
