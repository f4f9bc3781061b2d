"""One claim and the sentences found for it: what each says of it, and what two say together.

Two sentences that only happen to hold the words of a claim between them do not support it: who
heads what would be shuffled. They must be neighbours that are clearly about the same thing, or
each must carry one clause of the claim.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.checking import Embed, check, closeness
from rag.checking.reading import read_case
from rag.snapshot import Snapshot
from rag.types import Finding, Verdict
from rag.vocabulary import content_stems

SAME_THING = 0.65  # of nearness, from which sentences are clearly about the same thing
SURE = 0.6  # of nearness, from which a sentence that nobody cited can carry a whole claim
UNSURE = Finding(Verdict.PARTLY, "This is near, but worded too differently to be sure.")
MOST_PAIRED = 3  # the nearest sentences, which are also read with those beside them
FEWEST_WORDS = 3  # of meaning in a clause, one of them no name
_JOINT = re.compile(
    r"[;,]?\s+(?:and|but|while|whereas)\s+(?=[A-Z]|(?:an?|the|its|his|her|their|it|he|she|they)\b)"
    r"|;\s+"
)
_SMALL_WORD = re.compile(r"\b[a-z]\w+")

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ground:
    """Sentences by number in the snapshot, rising, and what they say of a claim.

    ``nearness`` is 0 to 1: half of it shared words, half likeness of meaning.
    """

    sentences: tuple[int, ...]
    nearness: float
    finding: Finding


class Hearing:
    """A claim, to be held against sentences; ``searched`` is the claim with what it leans on.

    The vectors of the sentences in ``numbers`` are taken from the snapshot.
    """

    def __init__(
        self, snapshot: Snapshot, claim: str, searched: str, embed: Embed, numbers: Sequence[int]
    ) -> None:
        self._snapshot = snapshot
        self._claim = claim
        self._searched = searched
        self._embed = remembering(embed, _vectors_of(snapshot, numbers))

    def ground(self, *numbers: int) -> Ground:
        """Return what some sentences, taken together, say of the claim."""
        cited = [self._snapshot.sentence(number).text for number in numbers]
        beside = surroundings(self._snapshot, numbers)
        finding = check(self._claim, cited, self._embed, beside)
        nearness = self._nearness(cited)
        if finding.verdict is Verdict.SUPPORTED:
            finding = self._missing_clause(cited, beside) or finding
        if finding.verdict is Verdict.SUPPORTED and nearness < SURE:
            finding = UNSURE
        return Ground(tuple(sorted(numbers)), nearness, finding)

    def _missing_clause(self, cited: Sequence[str], beside: Sequence[str]) -> Finding | None:
        """What to say when the claim as a whole seems supported and a clause of it is not."""
        for clause in (clause for pair in clause_pairs(self._claim) for clause in pair):
            if check(clause, cited, self._embed, beside).verdict is not Verdict.SUPPORTED:
                return Finding(Verdict.PARTLY, f"Nothing there carries “{clause.strip(' .')}”.")
        return None

    def together(self, nearest: Sequence[int]) -> Ground | None:
        """Return the first two sentences that support the claim together, if any do."""
        neighbours = (self.ground(*pair) for pair in self._neighbours(nearest[:MOST_PAIRED]))
        for both in neighbours:
            if both.finding.verdict is Verdict.SUPPORTED and both.nearness >= SAME_THING:
                return both
        return self._by_clauses(nearest)

    def _neighbours(self, nearest: Sequence[int]) -> Iterator[tuple[int, int]]:
        for number in nearest:
            yield from ((number, other) for other in _beside(self._snapshot, number))

    def _by_clauses(self, nearest: Sequence[int]) -> Ground | None:
        for clauses in clause_pairs(self._claim):
            one, other = (self.carrying(clause, nearest) for clause in clauses)
            if one is None or other is None or one == other:
                continue
            both = self.ground(one, other)
            if both.finding.verdict is Verdict.SUPPORTED:
                return both
        return None

    def carrying(self, clause: str, nearest: Sequence[int]) -> int | None:
        """Return the first sentence that supports a clause of the claim by itself, if any does."""
        for number in nearest:
            beside = surroundings(self._snapshot, [number])
            text = self._snapshot.sentence(number).text
            if check(clause, [text], self._embed, beside).verdict is Verdict.SUPPORTED:
                return number
        return None

    def _nearness(self, cited: Sequence[str]) -> float:
        """Closeness as the checks know it.

        "He is 61." shares all its words with any 61, so there the claim before it counts as well.
        """
        cases = (read_case(text, cited, ()) for text in (self._claim, self._searched))
        spoken = next((case for case in cases if case.claim.stems), None)
        return closeness(spoken, self._embed) if spoken else 0.0


def clause_pairs(claim: str) -> list[tuple[str, str]]:
    """Cut a claim in two at each place where a new clause with its own subject may begin."""
    halves = ((claim[: joint.start()], claim[joint.end() :]) for joint in _JOINT.finditer(claim))
    return [pair for pair in halves if all(map(_is_clause, pair))]


def _is_clause(text: str) -> bool:
    says = any(map(content_stems, _SMALL_WORD.findall(text)))
    return says and len(content_stems(text)) >= FEWEST_WORDS


def remembering(embed: Embed, known: dict[str, Vector]) -> Embed:
    """Return an embedding that looks up the texts whose vectors are known, and learns others."""

    def embed_unknown(texts: Sequence[str]) -> Vector:
        unknown = [text for text in dict.fromkeys(texts) if text not in known]
        if unknown:
            known.update(zip(unknown, embed(unknown), strict=True))
        return np.stack([known[text] for text in texts])

    return embed_unknown


def surroundings(snapshot: Snapshot, numbers: Sequence[int]) -> list[str]:
    """Return the sentences around some sentences, and their documents' titles and dates."""
    around = []
    for number in numbers:
        document = snapshot.documents[snapshot.owner[number]]
        around += [snapshot.sentence(one).text for one in _beside(snapshot, number)]
        around += [document.title, document.date.isoformat() if document.date else ""]
    return around


def _beside(snapshot: Snapshot, number: int) -> list[int]:
    """The sentences right before and after one, in the same document."""
    owner = snapshot.owner
    inside = (one for one in (number - 1, number + 1) if 0 <= one < len(owner))
    return [one for one in inside if owner[one] == owner[number]]


def _vectors_of(snapshot: Snapshot, numbers: Sequence[int]) -> dict[str, Vector]:
    vectors = snapshot.vectors[list(numbers)].astype(np.float32)
    texts = [snapshot.sentence(number).text for number in numbers]
    return dict(zip(texts, vectors, strict=True))
