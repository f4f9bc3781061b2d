"""Planted errors: ``python -m eval.planted [--golden FILE] [--documents FOLDER] [--show N]``.

Every evidence sentence of the golden set's dev split is a claim that is right: (a) cited to
itself, (b) cited to the sentences that the set lists as saying the same. Each is made wrong in
every way that the modules ``eval.planting…`` and ``documents_swapped`` know. The
checks see the sentences around the cited one, its title and its date, as they do in an answer.
Prints how many of the wrong claims are not called supported, how many of the right ones are not,
and Wilson's 95 % intervals; with ``--show`` also examples of each failure.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval import planting, planting_names, planting_slips, planting_speech, planting_wording
from eval.golden import read_pages
from eval.golden_rules import Page, Pages
from eval.planted_tables import (
    ITSELF,
    OTHER_WORDS,
    RIGHT,
    SEED,
    Checked,
    Planted,
    alarm_table,
    caught_table,
    examples,
)
from eval.planting import Claim, Stock, Swap
from eval.planting_names import stock_of
from eval.questions import Question, Span, read_questions
from rag.checking import Embed, check
from rag.config import read_config
from rag.embedding import open_embedding
from rag.errors import FootnoteError
from rag.sentences import split_sentences
from rag.types import Sentence

MOST = 2  # versions of one claim in one kind
SWAPS: Mapping[str, Swap] = {
    swap.__name__.replace("_", " "): swap
    for swap in (
        planting.number_swapped,
        planting.scale_swapped,
        planting.day_shifted,
        planting.month_or_year_shifted,
        planting.weekday_shifted,
        planting_names.name_swapped,
        planting_names.name_from_beside,
        planting_wording.negation_inserted,
        planting_wording.negation_removed,
        planting_wording.direction_turned,
        planting_wording.quantifier_changed,
        planting_speech.attribution_dropped,
        planting_speech.attribution_moved,
        planting_speech.roles_swapped,
        planting_slips.numbers_exchanged,
        planting_slips.office_changed,
        planting_slips.hedge_dropped,
        planting_slips.plan_done,
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
    merged = planting_slips.sentences_merged(claims, stock)
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
        if other.cited not in listed and planting_names.lacks_particular(claim.text, shown):
            return other
    return None


def remembering(embed: Embed) -> Embed:
    """The same function, which turns no text into a vector twice."""
    known: dict[str, NDArray[np.float32]] = {}

    def recall(texts: Sequence[str]) -> NDArray[np.float32]:
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(fresh, embed(fresh), strict=True) if fresh else ())
        return np.array([known[text] for text in texts])

    return recall


def run(planted: Sequence[Planted], embed: Embed | None) -> list[Checked]:
    """Check every claim as an answer's claims are checked."""
    return [
        Checked(one, check(one.claim.text, [one.claim.cited], embed, one.claim.neighbours))
        for one in planted
    ]


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Plant errors, check them, print the tables; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        pages = read_pages(asked.documents)
        claims = right_claims(read_questions(asked.golden), pages)
        embed = remembering(open_embedding(read_config(environment)).embed)
    except FootnoteError as error:
        print(f"eval.planted: {error}", file=sys.stderr)
        return 1
    stock = stock_of(page.document.text for page in pages.values())
    moved = sentences_merged(claims, stock) + documents_swapped(claims, pages, embed)
    wrong = run(planted_errors(claims, stock) + moved, embed)
    right = run([Planted(RIGHT, claim, claim) for claim in claims], embed)
    shown = examples([*wrong, *right], asked.show) if asked.show else ()
    print("\n".join([*caught_table(wrong), "", *alarm_table(right), *shown]))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.planted", description=__doc__)
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--documents", type=Path, default=Path("seeds"))
    parser.add_argument("--show", type=int, default=0, metavar="N", help="examples of a failure")
    return parser


if __name__ == "__main__":
    import os

    sys.exit(main(sys.argv[1:], os.environ))
