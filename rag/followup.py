"""A follow-up becomes a question that stands alone: by the model, or by a rule without one."""

import re
from collections.abc import Sequence
from pathlib import Path

from rag.context import standalone_messages
from rag.errors import ModelError
from rag.lexical import content_stems
from rag.model import Model, reply
from rag.types import Message

LEANS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then|"
    r"former|latter|one|ones)\b|^(?:and|but|so|or|what about|how about|why|since when)\b",
    re.IGNORECASE,
)
FEW_WORDS = 2
MAX_QUESTION = 500  # characters; a longer reply is no question


def make_standalone(
    model: Model | None, prompts: Path, question: str, history: Sequence[Message]
) -> str:
    """Return the question as it will be searched for; without a history that is the question.

    When the model fails here the rule takes its place: the answer itself may still succeed.
    """
    if not any(message.role == "user" for message in history):
        return question
    if model is None:
        return by_rule(question, history)
    try:
        text = reply(model, standalone_messages(prompts, question, history)).strip()
    except ModelError:
        return by_rule(question, history)
    is_question = bool(content_stems(text)) and len(text) <= MAX_QUESTION and "\n" not in text
    return text if is_question else by_rule(question, history)


def by_rule(question: str, history: Sequence[Message]) -> str:
    """Put the last question before one that leans back on it (a pronoun, or hardly any word)."""
    words = content_stems(question)
    if len(words) > FEW_WORDS and not LEANS_BACK.search(question):
        return question
    before = next((m.content for m in reversed(history) if m.role == "user"), "")
    return f"{before.strip()} {question}".strip()
