"""A conversation to take away: as Markdown with footnotes, or as JSON."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence

from rag.conversations.since import since
from rag.conversations.turns import Conversation, KeptTurn, turn_json
from rag.ledger import Ledger
from rag.rendering import one_line
from rag.rendering.escaping import as_text
from rag.rendering.export import answer_parts, origin
from rag.rendering.footnote_lines import footnote_line
from rag.rendering.markdown import literal_line, to_markdown
from rag.rendering.numbering import last_number, shifted
from rag.rendering.since import since_line
from rag.types import Answer


def to_document(title: str, turns: Sequence[KeptTurn]) -> str:
    """The Markdown of a conversation: its footnotes are numbered through, and stand at the end.

    ``rag check --saved FILE`` takes it, like the document of a single answer.
    """
    answers = list(_numbered_through(turn.answer for turn in turns))
    parts = [f"# {as_text(one_line(title))}"]
    for turn, answer in zip(turns, answers, strict=True):
        error = [as_text(one_line(turn.error))] * bool(turn.error)
        parts += [f"## {as_text(one_line(turn.question))}", *answer_parts(answer), *error]
        parts += [origin(answer, day_of(turn))]
    parts += [footnote_line(citation) for answer in answers for citation in answer.citations]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def to_json(conversation: Conversation, turns: Sequence[KeptTurn]) -> dict[str, object]:
    """A conversation as JSON shows it: only what ``json.dumps`` takes."""
    return entry_json(conversation) | {"turns": [turn_json(turn) for turn in turns]}


def entry_json(conversation: Conversation) -> dict[str, object]:
    """A conversation in the list as JSON shows it."""
    return {
        "id": conversation.id,
        "title": conversation.title,
        "created": conversation.created.isoformat(),
        "changed": conversation.changed.isoformat(),
    }


def json_text(conversation: Conversation, turns: Sequence[KeptTurn]) -> str:
    """The same as the text of a file."""
    return json.dumps(to_json(conversation, turns), ensure_ascii=False, indent=2) + "\n"


def to_terminal(ledger: Ledger, turn: KeptTurn) -> str:
    """A turn as the terminal shows it, and below it what has become of its sources."""
    gone = since_line(since(ledger, turn.answer.citations))
    below = [f"{literal_line(line)}\n" for line in (turn.error, gone) if line]
    return "\n".join([f"> {literal_line(turn.question)}\n", to_markdown(turn.answer), *below])


def day_of(turn: KeptTurn) -> dt.date:
    """The day on which a question was asked, where the program runs."""
    return turn.asked.astimezone().date()


def _numbered_through(answers: Iterable[Answer]) -> Iterable[Answer]:
    last = 0
    for answer in answers:
        yield shifted(answer, last)
        last += last_number(answer)
