"""Where the documents do not say the same about what an answer cites.

Of the sentences that were offered for a question only those are compared of which one is cited
and whose vectors are near; then words decide (``differences``). Sentences that speak of a
disagreement themselves are looked for beside the cited ones (``stated``). What was not asked
about is left out (``asked``). No model is asked anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from rag.disagreement.accounts import Account
from rag.disagreement.asked import is_asked, leaves_room
from rag.disagreement.differences import LEAST, Difference, difference, tells_apart
from rag.disagreement.paragraphs import paragraph_of
from rag.disagreement.stated import is_stated, sides_of
from rag.disagreement.wording import STATED, reason
from rag.footnotes import cite
from rag.snapshot import Snapshot
from rag.types import (
    Answer,
    Disagreement,
    DisagreementKind,
    Evidence,
    Mode,
    Outcome,
)

MOST = 3
"""How many disagreements are shown for one answer."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A disagreement by sentence numbers, each side the numbers of neighbouring sentences.

    Without a ``difference`` it is one that the sentences speak of themselves.
    """

    sides: tuple[tuple[int, ...], ...]
    difference: Difference | None = None

    @property
    def kind(self) -> DisagreementKind:
        """In what the sides differ."""
        return self.difference.kind if self.difference else DisagreementKind.STATED


def find_disagreements(
    answer: Answer, snapshot: Snapshot, evidence: Sequence[Evidence]
) -> tuple[Disagreement, ...]:
    """Compare what an answer cites with what was offered for it; the surest first."""
    if answer.outcome is Outcome.NOT_FOUND:
        return ()
    cited = snapshot.numbers_of(name for one in answer.citations for name in one.sentence_ids)
    offered = snapshot.numbers_of(found.sentence.id for found in evidence)
    found = _once([*_stated(snapshot, cited), *_different(snapshot, cited, offered)])
    asked = (one for one in found if _is_asked(answer, snapshot, one, cited))
    return tuple(_shown(snapshot, one) for one in islice(asked, MOST))


def _stated(snapshot: Snapshot, cited: Sequence[int]) -> Iterator[_Found]:
    """The disagreements that the cited sentences, or those beside them, speak of."""
    for number in cited:
        paragraph = paragraph_of(snapshot, number)
        texts = [snapshot.sentence(one).text for one in paragraph]
        places = [at for at, one in enumerate(paragraph) if one in cited]
        for at, text in enumerate(texts):
            sides = sides_of(texts, at, places) if is_stated(text) else ()
            if sides:
                yield _Found(tuple(tuple(paragraph[one] for one in side) for side in sides))


def _different(
    snapshot: Snapshot, cited: Sequence[int], offered: Sequence[int]
) -> Iterator[_Found]:
    """The pairs of a cited sentence and an offered one that differ, the likest first."""
    others = list(dict.fromkeys([*cited, *offered]))
    vectors = snapshot.vectors[others].astype(np.float32)
    cosines = np.triu(vectors[: len(cited)] @ vectors.T, 1)
    pairs = sorted(np.argwhere(cosines >= LEAST).tolist(), key=lambda pair: -cosines[*pair])
    accounts = [_account(snapshot, number) for number in others]
    for at, to in pairs:
        pair = accounts[at], accounts[to]
        differs = difference(*pair, float(cosines[at, to]))
        if differs and not tells_apart(differs, pair, accounts):
            yield _Found(((others[at],), (others[to],)), differs)


def _account(snapshot: Snapshot, number: int) -> Account:
    document = snapshot.documents[snapshot.owner[number]]
    return Account(snapshot.sentence(number).text, document.id, document.title, document.date)


def _once(found: Iterable[_Found]) -> Iterator[_Found]:
    """Each disagreement once: neither the same figures again, nor what a sentence states itself."""
    stated: set[int] = set()
    figures: set[frozenset[str]] = set()
    for one in found:
        sentences = {number for side in one.sides for number in side}
        said = frozenset(one.difference.said) if one.difference else frozenset[str]()
        if not sentences & stated and said not in figures:
            yield one
            stated |= sentences if one.difference is None else set()
            figures |= {said} if said else set()


def _is_asked(answer: Answer, snapshot: Snapshot, found: _Found, cited: Sequence[int]) -> bool:
    """Whether it is about the question: what a model cites is, what is quoted may not be."""
    question = answer.standalone_question
    sentences = [number for side in found.sides for number in side]
    if answer.mode is Mode.MODEL and not set(sentences).isdisjoint(cited):
        return leaves_room(question, found.kind)
    text = "\n".join(snapshot.sentence(number).text for number in sentences)
    return is_asked(question, found.kind, text)


def _shown(snapshot: Snapshot, found: _Found) -> Disagreement:
    sides = tuple(cite(snapshot, 0, [*map(snapshot.sentence, side)]) for side in found.sides)
    why = reason(found.difference, sides) if found.difference else STATED
    return Disagreement(found.kind, why, sides)
