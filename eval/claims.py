"""Claims in other words, right and wrong: ``python -m eval.claims [--split dev] [--show N]``.

``eval/claims.jsonl`` holds claims about the briefings in ``seeds/``, each with the sentences cited
for it: half are faithful paraphrases, half have one fault of the kind that language models make
(``kind``), told in other words too, so that likeness of wording does not give the answer away.
The checks see what they see in an answer: the cited sentences, those around them, title and date.
Prints how many right claims are not called supported (false alarms) and how many wrong ones are
not (caught), of every kind. ``--judge N`` takes N of them, half of them wrong, and puts what the
rules let pass to the configured language model as well (``RAG_JUDGE``).
"""

import argparse
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.golden import read_pages
from eval.golden_rules import Pages
from eval.planted.tables import SEED, wilson
from eval.questions import QuestionSetError, read_rows
from rag.checking import Embed, check
from rag.config import read_config
from rag.embedding import open_embedding
from rag.errors import FootnoteError
from rag.grounds import remembering
from rag.judging import Judge, at_once, judged, open_judge
from rag.model import open_model
from rag.sentences import split_sentences
from rag.types import Finding, Sentence, Verdict


@dataclass(frozen=True, slots=True)
class WrittenClaim:
    """A claim with its cited sentences and the texts beside them; ``kind`` names its fault."""

    text: str
    cited: tuple[str, ...]
    beside: tuple[str, ...]
    supported: bool
    kind: str
    split: str


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim and what the checks say of it."""

    claim: WrittenClaim
    finding: Finding

    @property
    def passes(self) -> bool:
        """Whether it is called supported."""
        return self.finding.verdict is Verdict.SUPPORTED


def read_claims(path: Path, pages: Pages) -> Iterator[WrittenClaim]:
    """Read the claims; raises QuestionSetError for a sentence that a document does not have."""
    sentences = {name: split_sentences(page.document) for name, page in pages.items()}
    for row, place in read_rows(path):
        try:
            own = sentences[row["document"]]
            numbers = [int(number) for number in row["sentences"]]
            document = pages[row["document"]].document
            day = document.date.isoformat() if document.date else ""
            yield WrittenClaim(
                text=str(row["claim"]),
                cited=tuple(own[number].text for number in numbers),
                beside=(*_around(own, numbers), document.title, day),
                supported=bool(row["supported"]),
                kind=str(row["kind"]),
                split=str(row["split"]),
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise QuestionSetError(f"{place} names no sentence of the documents.") from error


def _around(sentences: Sequence[Sentence], numbers: Sequence[int]) -> Iterator[str]:
    """The sentences right before and after each cited one."""
    for number in numbers:
        inside = (one for one in (number - 1, number + 1) if 0 <= one < len(sentences))
        yield from (sentences[one].text for one in inside)


def check_all(claims: Iterable[WrittenClaim], embed: Embed | None) -> list[CheckedClaim]:
    """Check every claim as an answer's claims are checked."""
    return [CheckedClaim(one, check(one.text, one.cited, embed, one.beside)) for one in claims]


def judge_all(checked: Sequence[CheckedClaim], judge: Judge) -> tuple[CheckedClaim, ...]:
    """The same claims, with the judge's word on those that the rules let pass."""

    def review(one: CheckedClaim) -> CheckedClaim:
        claim = one.claim
        return CheckedClaim(
            claim, judged(claim.text, claim.cited, claim.beside, one.finding, judge)
        )

    return at_once(review, checked)


def some(claims: Sequence[WrittenClaim], number: int) -> list[WrittenClaim]:
    """So many of the claims, half of them wrong, by chance but the same every time."""
    chance = random.Random(SEED)  # noqa: S311 - a draw, no secret
    right = [claim for claim in claims if claim.supported]
    wrong = [claim for claim in claims if not claim.supported]
    return chance.sample(right, number // 2) + chance.sample(wrong, number // 2)


def table(checked: Sequence[CheckedClaim]) -> Iterator[str]:
    """False alarms, caught in all, and caught by kind, the weakest first."""
    right = [one for one in checked if one.claim.supported]
    wrong = [one for one in checked if not one.claim.supported]
    yield _line("false alarms", right)
    yield _line("caught", wrong)
    kinds = {one.claim.kind for one in wrong}
    by_kind = {kind: [one for one in wrong if one.claim.kind == kind] for kind in kinds}
    for kind in sorted(kinds, key=lambda kind: (_share(by_kind[kind]), kind)):
        yield _line(f"    {kind}", by_kind[kind])


def _line(name: str, checked: Sequence[CheckedClaim]) -> str:
    if not checked:
        return f"{name:26} none"
    low, high = wilson(sum(not one.passes for one in checked), len(checked))
    share = 100 * _share(checked)
    return f"{name:26} {share:5.1f} % of {len(checked):4}   ({low:.0f} to {high:.0f})"


def _share(checked: Sequence[CheckedClaim]) -> float:
    return sum(not one.passes for one in checked) / len(checked)


def mistakes(checked: Iterable[CheckedClaim]) -> Iterator[str]:
    """The claims on which checks and writer differ."""
    for one in checked:
        if one.passes != one.claim.supported:
            yield f"\n{one.claim.kind}: {one.claim.text}"
            yield from (f"    cited: {text}" for text in one.claim.cited)
            yield f"    {one.finding.verdict.value}: {one.finding.reason}"


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Check the claims of one split and print the figures; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        config = read_config(environment)
        model = open_model(config) if asked.judge else None
        claims = list(read_claims(asked.claims, read_pages(asked.documents)))
        embed = remembering(open_embedding(config).embed, {})
    except FootnoteError as error:
        print(f"eval.claims: {error}", file=sys.stderr)
        return 1
    chosen = [one for one in claims if one.split == asked.split]
    checked = check_all(some(chosen, asked.judge) if asked.judge else chosen, embed)
    print("\n".join([*table(checked), *list(mistakes(checked))[: 4 * asked.show]]))
    if model:
        after = judge_all(checked, open_judge(model, config.prompts))
        missing = sum(one.finding.verdict is Verdict.NOT_CHECKED for one in after)
        print(f"\nWith the judge ({missing} not checked):")
        print("\n".join([*table(after), *list(mistakes(after))[: 4 * asked.show]]))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.claims", description=__doc__)
    parser.add_argument("--claims", type=Path, default=Path("eval/claims.jsonl"))
    parser.add_argument("--documents", type=Path, default=Path("seeds"))
    parser.add_argument("--split", default="dev")
    parser.add_argument("--judge", type=int, default=0, metavar="N", help="N claims judged too")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="about N mistakes")
    return parser


if __name__ == "__main__":
    import os

    sys.exit(main(sys.argv[1:], os.environ))
