"""What stands below the text of a message: how the answer ended, and its sources with links.

It is for readers whose program knows nothing of annotations. Everything that comes from a
document or a model is shown as characters; the links are ours.
"""

from collections.abc import Iterator

from rag.rendering import disagreement_words, notes, outcome_words, source_words, verdict_words
from rag.rendering.markdown import inert, literal_line
from rag.rendering.marks import Link
from rag.types import Answer, Citation

RULE = "\n\n---\n\n"
"""Before the sources; what follows it in an earlier turn is not part of what was said."""


def below(answer: Answer, link: Link, failure: str = "", *, listed: bool) -> str:
    """What follows the text: the list from its rule on, or nothing where none is wanted.

    An answer without words says at least how it ended. ``failure`` says why it is quoted.
    """
    parts = [_ending(answer, failure), *(_lists(answer, link) if listed else ())]
    if answer.text.strip():
        return RULE + "\n\n".join(parts) if listed else ""
    return "\n\n".join(parts)


def failure_words(failure: str) -> str:
    """Why an answer is quoted, though a language model was asked."""
    return f"{failure} Until then, the documents in their own words." if failure else ""


def _ending(answer: Answer, failure: str) -> str:
    told = [failure_words(failure), outcome_words(answer), *notes(answer)]
    return " ".join(_shown(one) for one in told if one)


def _lists(answer: Answer, link: Link) -> Iterator[str]:
    if answer.citations:
        yield "\n".join(_citation(one, link) for one in answer.citations)
    for one in answer.disagreements:
        sides = "\n".join(f"- {_quoted(side, link)}" for side in one.sides)
        yield f"{_shown(disagreement_words(one))}\n\n{sides}"
    if answer.nearest:
        nearest = "\n".join(f"- {_quoted(one, link)}" for one in answer.nearest)
        yield f"The nearest sentences:\n\n{nearest}"


def _citation(citation: Citation, link: Link) -> str:
    reason = f" · {_shown(citation.reason)}" * bool(citation.reason)
    return f"- [{citation.number}] {verdict_words(citation)}: {_quoted(citation, link)}{reason}"


def _quoted(citation: Citation, link: Link) -> str:
    quotation, source = _shown(citation.text), _shown(source_words(citation))
    return f"“{quotation}” — {source} · [open]({link(citation)})"


def _shown(text: str) -> str:
    return inert(literal_line(text))
