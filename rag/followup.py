"""A follow-up becomes a question that stands alone: by the model, or by a rule without one."""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

from rag.context import standalone_messages
from rag.errors import ModelError
from rag.model import Model, reply
from rag.relative_dates import with_dates
from rag.types import Message
from rag.vocabulary import content_stems

LEANS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|these|those|former|latter|ones)\b"
    r"|^(?:and|but|so|or|what about|how about|since when)\b",
    re.IGNORECASE,
)
MAY_LEAN_BACK = re.compile(r"\b(?:this|that|there|then|one)\b", re.IGNORECASE)
FEW_WORDS = 2
MAX_BACK = 3  # earlier questions that one may lean on, each on the one before it
MAX_SECONDS = 5.0  # the rule is nearly as good, and somebody waits
MAX_QUESTION = 500  # characters; a longer reply is no question


def make_standalone(
    model: Model | None,
    prompts: Path,
    question: str,
    history: Sequence[Message],
    today: dt.date | None = None,
) -> str:
    """Return the question as it will be searched for; without a history that is the question.

    With the day given, words such as *yesterday* become dates. When the model fails here the
    rule takes its place: the answer itself may still succeed.
    """
    if not has_questions(history):
        return question
    text = _by_model(model, prompts, question, history, today) if model else ""
    return text or by_rule(question, history, today)


def has_questions(history: Sequence[Message]) -> bool:
    """Whether something was asked before."""
    return any(message.role == "user" for message in history)


def _by_model(
    model: Model,
    prompts: Path,
    question: str,
    history: Sequence[Message],
    today: dt.date | None,
) -> str:
    """What the model makes of it; "" when it fails or says what is no question."""
    try:
        messages = standalone_messages(prompts, question, history, today)
        text = reply(model, messages, MAX_SECONDS).strip()
    except ModelError:
        return ""
    is_question = bool(content_stems(text)) and len(text) <= MAX_QUESTION and "\n" not in text
    return text if is_question else ""


def by_rule(question: str, history: Sequence[Message], today: dt.date | None = None) -> str:
    """Put the question before in front of one that leans back on it, and so on back from there."""
    asked = [turn.content.strip() for turn in history if turn.role == "user"][-MAX_BACK:]
    chain = [question]
    while asked and leans_back(chain[0]):
        chain.insert(0, asked.pop()[:MAX_QUESTION])
    whole = " ".join(chain)
    return with_dates(whole, today) if today else whole


def leans_back(question: str) -> bool:
    """Whether a question needs the one before: by a pronoun, or for want of words and names."""
    if LEANS_BACK.search(question):
        return True
    is_short = len(content_stems(question)) <= FEW_WORDS
    return is_short and (bool(MAY_LEAN_BACK.search(question)) or not _has_name(question))


def _has_name(question: str) -> bool:
    return any(word.lstrip("\"'“‘«(")[:1].isupper() for word in question.split()[1:])
