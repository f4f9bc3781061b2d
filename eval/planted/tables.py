"""What the checks say of planted errors, as Markdown tables and examples."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from eval.planted.claims import Claim
from rag.types import Finding, Verdict

SEED = 5
RIGHT = "right"
ITSELF, OTHER_WORDS = "itself", "other words"
Z = 1.96  # standard deviations that 95 % lie within


@dataclass(frozen=True, slots=True)
class Planted:
    """A claim with one error of a ``kind`` in it, and the claim that it was made from.

    Of the kind ``right`` it is that claim, untouched.
    """

    kind: str
    claim: Claim
    source: Claim


@dataclass(frozen=True, slots=True)
class Checked:
    """A planted error with what the checks say of it."""

    planted: Planted
    finding: Finding

    @property
    def is_supported(self) -> bool:
        """Whether it is called supported."""
        return self.finding.verdict is Verdict.SUPPORTED


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """The 95 % interval of a share, in percent (Wilson, 1927)."""
    if not cases:
        return 0.0, 100.0
    share, spread = hits / cases, Z * Z / cases
    middle = share + spread / 2
    reach = Z * sqrt(share * (1 - share) / cases + spread / (4 * cases))
    return 100 * max(0.0, middle - reach) / (1 + spread), 100 * (middle + reach) / (1 + spread)


def caught_table(checked: Sequence[Checked]) -> Iterator[str]:
    """By kind: cases, the share not called supported, its interval, and the verdicts."""
    yield f"| kind | cases | not called supported | 95 % | {' | '.join(Verdict)} |"
    yield "|---|" + "---:|" * (3 + len(Verdict))
    kinds = dict.fromkeys(one.planted.kind for one in checked)
    for kind in kinds:
        yield _caught(kind, [one for one in checked if one.planted.kind == kind])
    for support in (ITSELF, OTHER_WORDS):
        of_it = [one for one in checked if one.planted.source.support == support]
        yield _caught(f"all, from claims cited to {support}", of_it)
    yield _caught("**all**", checked)


def _caught(name: str, checked: Sequence[Checked]) -> str:
    verdicts = Counter(one.finding.verdict for one in checked)
    caught = _share(len(checked) - verdicts[Verdict.SUPPORTED], len(checked))
    return _row(name, len(checked), caught, verdicts)


def alarm_table(checked: Sequence[Checked]) -> Iterator[str]:
    """The right claims that are not called supported, (a) and (b) apart."""
    yield f"| right claims cited to | cases | false alarms | 95 % | {' | '.join(Verdict)} |"
    yield "|---|" + "---:|" * (3 + len(Verdict))
    for support in (ITSELF, OTHER_WORDS):
        of_it = [one for one in checked if one.planted.source.support == support]
        verdicts = Counter(one.finding.verdict for one in of_it)
        alarms = _share(len(of_it) - verdicts[Verdict.SUPPORTED], len(of_it))
        yield _row(support, len(of_it), alarms, verdicts)


def _row(name: str, cases: int, share: str, verdicts: Counter[Verdict]) -> str:
    counts = (str(verdicts[verdict]) for verdict in Verdict)
    return f"| {name} | {cases} | {share} | {' | '.join(counts)} |"


def _share(hits: int, cases: int) -> str:
    low, high = wilson(hits, cases)
    return f"{100 * hits / max(1, cases):.1f} % | {low:.1f}–{high:.1f}"


def examples(checked: Sequence[Checked], most: int) -> Iterator[str]:
    """Some of the failures of every kind, with what was cited and the reason."""
    for kind in dict.fromkeys(
        f"{one.planted.kind}, {one.planted.source.support}" for one in checked
    ):
        wrong = [
            one
            for one in checked
            if f"{one.planted.kind}, {one.planted.source.support}" == kind
            and one.is_supported is (one.planted.kind != RIGHT)
        ]
        yield f"\n### {kind}: {len(wrong)}"
        for one in random.Random(SEED).sample(wrong, min(most, len(wrong))):  # noqa: S311 - a draw
            yield f"- claim: {one.planted.claim.text}"
            yield f"  - cited: {one.planted.claim.cited}"
            yield f"  - {one.finding.verdict}: {one.finding.reason}"
