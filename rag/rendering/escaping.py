"""Text as Markdown that shows its characters and does nothing else, and the way back.

Punctuation that means something to a viewer gets a backslash: CommonMark's, and that of the
common additions (footnotes, tables, maths, marks, ``:names:``, addresses that become links by
themselves). What a person cannot see in the source is written as a character reference, line
breaks too; so the text stays on one line, and a program that wraps lines does it no harm.
"""

import re
from urllib.parse import quote, unquote

_SPECIAL = re.compile(
    r"(?P<escaped>[\\`*_\[\]<>&~|$^{}@#]|%(?=%)|=(?==)"
    r"|:(?=[^\s0-9]|[0-9]+:)|(?<=\w)\.(?=[A-Za-z]{2}))"  # 10:30 is a time, :100: a picture
    r"|(?P<coded>(?<=” )—|\A | (?= |\Z))"  # the dash, because it ends a quotation in a footnote
    r"|[^ -~]"
)
_REFERENCE = re.compile(r"\\([!-/:-@\[-`{-~])|&#([0-9]{1,7});")
_BLOCK = re.compile(r"\A([0-9]{0,9})([-+=:.)])")
_IN_CODE = re.compile(r"[`%]|\[(?=\^)|\A | (?= |\Z)|[^ -~]")


def as_text(text: str) -> str:
    """The text as Markdown of one line; ``from_text`` gives it back."""
    return _SPECIAL.sub(_shown, text)


def as_lines(text: str) -> str:
    """The text as Markdown, line by line: none of them begins a heading, a list or a rule."""
    return "\n".join(map(_as_line, text.split("\n")))


def from_text(markdown: str) -> str:
    """The text that ``as_text`` made this of; other Markdown is left as it is."""
    return _REFERENCE.sub(lambda found: found[1] or _character(int(found[2])), markdown)


def as_code(name: str) -> str:
    """The name to stand between two backticks; ``from_code`` gives it back.

    No escapes count there, so the few characters that cannot stand there are written in per cent.
    """
    return _IN_CODE.sub(_in_per_cent, name)


def from_code(code: str) -> str:
    """The name that ``as_code`` made this of."""
    return unquote(code)


def _as_line(line: str) -> str:
    """The line as text; white space around it is one space, which indents nothing."""
    shown = _BLOCK.sub(r"\1\\\2", as_text(line.strip()))
    return " " * line[:1].isspace() + shown + " " * line[-1:].isspace()


def _shown(found: re.Match[str]) -> str:
    character = found[0]
    if found["escaped"]:
        return "\\" + character
    return f"&#{ord(character)};" if found["coded"] or _is_hidden(character) else character


def _in_per_cent(found: re.Match[str]) -> str:
    character = found[0]
    is_kept = not character.isascii() and not _is_hidden(character)
    return character if is_kept else quote(character, safe="", errors="replace")


def _is_hidden(character: str) -> bool:
    """Whether nobody sees it in the source: white space, control and format characters."""
    return not character.isprintable()


def _character(number: int) -> str:
    is_one = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF  # noqa: PLR2004 - of Unicode
    return chr(number) if is_one else "\ufffd"
