"""Claims that are right, and each of them made wrong in every way that is known here.

The ways are the swaps of ``figures``, ``names``, ``wording``, ``speech`` and ``slips``, a sentence
merged with the next one, and another document cited.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from eval.golden_rules import Page, Pages
from eval.planted import figures, names, slips, speech, wording
from eval.planted.claims import Claim, Stock, Swap
from eval.planted.tables import (
    ITSELF,
    OTHER_WORDS,
    SEED,
    Planted,
)
from eval.questions import Question, Span
from rag.checking import Embed
from rag.sentences import split_sentences
from rag.types import Sentence

MOST = 2  # versions of one claim in one kind
SWAPS: Mapping[str, Swap] = {
    swap.__name__.replace("_", " "): swap
    for swap in (
        figures.number_swapped,
        figures.scale_swapped,
        figures.day_shifted,
        figures.month_or_year_shifted,
        figures.weekday_shifted,
        names.name_swapped,
        names.name_from_beside,
        wording.negation_inserted,
        wording.negation_removed,
        wording.direction_turned,
        wording.quantifier_changed,
        speech.attribution_dropped,
        speech.attribution_moved,
        speech.roles_swapped,
        slips.numbers_exchanged,
        slips.office_changed,
        slips.hedge_dropped,
        slips.plan_done,
    )
}
DOCUMENT_SWAPPED, MERGED = "document swapped", "sentences merged"


def right_claims(questions: Sequence[Question], pages: Pages) -> list[Claim]:
    """Make a claim of every evidence sentence of the dev split, (a) and (b), each once.

    What the set lists as saying the same may carry a claim only in part: it is as good to cite
    for the question, and need not hold all that the sentence holds besides.
    """
    sentences = {name: split_sentences(page.document) for name, page in pages.items()}
    claims: dict[tuple[str, str], Claim] = {}
    for question in questions:
        for need in _needs(question) if question.split == "dev" else ():
            for at, cited in enumerate(need):
                support = OTHER_WORDS if at else ITSELF
                page, owner = pages[cited.document], sentences[cited.document]
                claim = _claim(need[0].text, cited, page, owner, support)
                claims.setdefault((claim.text, claim.cited), claim)
    return list(claims.values())


def _needs(question: Question) -> Iterator[tuple[Span, ...]]:
    yield from question.needs
    for other in question.alternatives:
        yield from other


def _claim(
    text: str, cited: Span, page: Page, sentences: Sequence[Sentence], support: str
) -> Claim:
    document = page.document
    before = [one.text for one in sentences if one.end <= cited.start][-1:]
    after = [one.text for one in sentences if one.start >= cited.end][:1]
    date = document.date.isoformat() if document.date else ""
    return Claim(text, cited.text, (*before, *after, document.title, date), support, cited.document)


def planted_errors(claims: Sequence[Claim], stock: Stock) -> list[Planted]:
    """Make every claim wrong in every way, at most MOST times a way, by chance but the same."""
    return [
        Planted(kind, replace(claim, text=text), claim)
        for kind, swap in SWAPS.items()
        for claim in claims
        for text in _some(sorted(set(swap(claim, stock)) - {claim.text, claim.cited}), claim, kind)
    ]


def sentences_merged(claims: Sequence[Claim], stock: Stock) -> list[Planted]:
    """Cite a sentence with the next one, and give the one's deed to a person of the other."""
    merged = slips.sentences_merged(claims, stock)
    return [Planted(MERGED, claim, source) for claim, source in merged]


def _some(texts: Sequence[str], claim: Claim, kind: str) -> list[str]:
    chance = random.Random(f"{SEED} {kind} {claim.text} {claim.cited}")  # noqa: S311 - a draw, no secret
    return chance.sample(texts, min(MOST, len(texts)))


def documents_swapped(claims: Sequence[Claim], pages: Pages, embed: Embed) -> list[Planted]:
    """Cite the claims of (a) to the most similar sentence that cannot support them.

    It is none of those that the set lists, and it lacks a number or a name of the claim, as do
    the texts beside it.
    """
    offered = [claim for name, page in pages.items() for claim in _offered(name, page)]
    own = [claim for claim in claims if claim.support == ITSELF]
    listed = _listed(claims)
    scores = embed([claim.text for claim in own]) @ embed([one.cited for one in offered]).T
    return [
        Planted(DOCUMENT_SWAPPED, replace(other, text=claim.text), claim)
        for claim, row in zip(own, scores, strict=True)
        if (other := _nearest(claim, offered, row, listed.get(claim.text, set())))
    ]


def _offered(name: str, page: Page) -> Iterator[Claim]:
    sentences = split_sentences(page.document)
    for one in sentences:
        span = Span(name, one.start, one.end, one.text)
        yield _claim(one.text, span, page, sentences, ITSELF)


def _listed(claims: Sequence[Claim]) -> Mapping[str, set[str]]:
    """For every claim the sentences that say the same, at one remove too."""
    near: dict[str, set[str]] = {}
    for claim in claims:
        near.setdefault(claim.text, {claim.text}).add(claim.cited)
        near.setdefault(claim.cited, {claim.cited}).add(claim.text)
    return {text: set().union(*(near[other] for other in group)) for text, group in near.items()}


def _nearest(
    claim: Claim, offered: Sequence[Claim], scores: NDArray[np.float32], listed: set[str]
) -> Claim | None:
    for at in np.argsort(-scores, kind="stable"):
        other = offered[int(at)]
        shown = "\n".join((other.cited, *other.neighbours))
        if other.cited not in listed and names.lacks_particular(claim.text, shown):
            return other
    return None
