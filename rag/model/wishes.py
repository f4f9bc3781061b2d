"""What a server is asked for beside the text of a reply, and what it may refuse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_TOKENS = 8_192
"""Of one reply, with the thoughts before it; an answer has a few hundred."""

Told = Callable[[int, int], None]
"""Is told the tokens of a prompt and of its reply, if the server counts them."""

Form = Mapping[str, Any]
"""The JSON schema that a reply is asked to have; its ``title`` names it."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a server is asked for beside the text: to count tokens, to keep to a form.

    A server that can do neither leaves both to the reader of the reply.
    """

    told: Told | None = None
    form: Form | None = None


NO_WISHES = Wishes()
REFUSED_AS = {
    "temperature": ("temperature",),
    "max_tokens": ("max_tokens", "max_completion_tokens"),
    "stream_options": ("stream_options",),
    "response_format": ("response_format", "json_schema", "schema", "grammar", "guided"),
}
"""The words by which servers refuse an option; without it they answer."""


def options_of(wishes: Wishes) -> dict[str, Any]:
    """What a reply is asked to be beyond its text: steady, counted, of a form."""
    options: dict[str, Any] = {"temperature": 0, "max_tokens": MAX_TOKENS}
    if wishes.told:
        options["stream_options"] = {"include_usage": True}
    if wishes.form:
        schema = {"name": wishes.form["title"], "schema": wishes.form, "strict": True}
        options["response_format"] = {"type": "json_schema", "json_schema": schema}
    return options


def refused_option(complaint: str, options: Mapping[str, Any]) -> str:
    """The option that a server complains of; "" for another complaint."""
    named = (name for name in options if any(word in complaint for word in REFUSED_AS[name]))
    return next(named, "")
