"""Whether an answer cites only what was allowed when it was asked for, and what it should."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.topology.papers import Papers

Shown = Mapping[str, Any]


def shown_in(answer: Mapping[str, Any]) -> list[Shown]:
    """Every sentence that an answer shows as a document's."""
    return [*answer["citations"], *answer["nearest"]]


def wrong_sentences(
    papers: Papers, answer: Mapping[str, Any], asked: float, answered: float
) -> Iterator[str]:
    """Sentences that no version which was allowed then has at that place."""
    for one in shown_in(answer):
        editions = [*papers.allowed(one["document"], asked, answered)]
        if not any(edition.text[one["start"] : one["end"]] == one["text"] for edition in editions):
            versions = [edition.version for edition in editions]
            age = papers.age(one["document"], one["text"], asked)
            yield (
                f"{one['document']}: {one['text'][:80]!r} is in none of the versions {versions} "
                f"that were allowed; a newer one was held for {age:.1f} s"
            )


def is_missed(papers: Papers, answer: Mapping[str, Any], about: str, asked: float) -> bool:
    """Whether an answer does not show the document it was asked about, which stood there.

    Some of the made-up words are refused, in peace as well: then it is the nearest that is shown.
    """
    is_shown = about in {one["document"] for one in shown_in(answer)}
    return papers.steady(about, asked) and not is_shown


def oldest(papers: Papers, shown: Sequence[Shown], asked: float) -> float:
    """How long the ledger had held something newer than what is shown, at most."""
    return max((papers.age(one["document"], one["text"], asked) for one in shown), default=0.0)
