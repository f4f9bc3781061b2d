"""Disagreements made on purpose: two sentences that say the same, one of them made wrong.

The pairs are those of ``eval.planted``: an evidence sentence and what the golden set lists as
saying the same; there are no disagreements between them as they stand. A number is made wrong by
no more than FARTHEST times, because one that is farther off counts something else.
"""

from collections.abc import Iterator, Mapping, Sequence

from eval.golden_rules import Pages
from eval.planted.claims import Claim
from eval.planted.errors import planted_errors, right_claims
from eval.planted.figures import NUMBER, value_of
from eval.planted.names import stock_of
from eval.planted.tables import OTHER_WORDS, Planted, wilson
from eval.questions import Question
from rag.checking import Embed
from rag.disagreement.accounts import Account
from rag.disagreement.differences import difference
from rag.grounds import remembering

FARTHEST = 3.0
KINDS: Mapping[str, str] = {
    "number swapped": "number",
    "day shifted": "date",
    "month or year shifted": "date",
    "negation inserted": "polarity",
    "negation removed": "polarity",
    "direction turned": "polarity",
}


def pair_table(questions: Sequence[Question], pages: Pages, embed: Embed) -> Iterator[str]:
    """By kind: pairs with one side made wrong, how many are found; and the pairs as they stand."""
    recall = remembering(embed, {})
    claims = [one for one in right_claims(questions, pages) if one.support == OTHER_WORDS]
    planted = planted_errors(claims, stock_of(page.document.text for page in pages.values()))
    yield "\n| one side made wrong | pairs | found | 95 % |"
    yield "|---|---:|---:|---:|"
    for kind in KINDS:
        wrong = [one.claim for one in planted if one.kind == kind and is_near(one)]
        yield _row(kind, wrong, recall)
    yield _row("none: both are right", claims, recall)


def _row(name: str, claims: Sequence[Claim], embed: Embed) -> str:
    found = sum(differs(claim, embed) for claim in claims)
    low, high = wilson(found, len(claims))
    share = 100 * found / max(1, len(claims))
    return f"| {name} | {len(claims)} | {found} ({share:.0f} %) | {low:.0f}–{high:.0f} |"


def differs(claim: Claim, embed: Embed) -> bool:
    """Whether a disagreement is found between a claim and the sentence cited for it."""
    one, other = embed([claim.text, claim.cited])
    return difference(Account(claim.text), Account(claim.cited), float(one @ other)) is not None


def is_near(planted: Planted) -> bool:
    """Whether a number was made wrong by no more than so many times; true of all other kinds."""
    old, new = (
        [value_of(number) for number in NUMBER.findall(claim.text)]
        for claim in (planted.source, planted.claim)
    )
    pairs = zip(old, new, strict=False)
    return all(max(pair) <= FARTHEST * min(pair) for pair in pairs if pair[0] != pair[1])
