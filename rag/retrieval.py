"""A question finds its evidence: single sentences, chosen by what they and their passages say.

Passages are retrieved by vector (the index, or exactly) and by words; every sentence in them is
then scored by its signals (rag.signals), summed with their weights. docs/retrieval.md has the
measurements; reciprocal rank fusion was worse everywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.errors import QuestionError
from rag.scope import ANY_EVIDENCE, DEFAULT_CHARACTERS, EVERYWHERE, Scope, Search
from rag.signals import (
    WEIGHTS,
    Numbers,
    Vector,
    candidates_of,
    read_signals,
    union_of_ranges,
    weighed,
)
from rag.snapshot import Snapshot
from rag.timeliness import Timing
from rag.types import Evidence
from rag.vocabulary import content_stems

CANDIDATES = 100  # passages by vector, passages by words, and sentences by words
HEADING_PENALTY = 5.0
FAIR_SHARE = 0.5  # of the budget for one document, while others have something near to offer
NEAR = 0.6  # of the best score
FEW_PASSAGES = 20_000  # so many are compared one by one rather than asked for and sorted out

Nearest = Callable[[NDArray[np.float32], int], Sequence[tuple[int, int, int]]]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Candidate sentences by number, best first, with the raw signals behind their scores.

    ``signals`` is (n, 7) in the order of WEIGHTS, unscaled; ``scores`` (n,) is what counts.
    """

    sentences: Numbers
    scores: Vector
    signals: Vector


def tidy_question(question: str) -> str:
    """Return a question without white space around it; raises QuestionError for an empty one.

    Half characters, which a terminal passes on for bytes that are no UTF-8, become U+FFFD:
    neither the ledger nor a model takes them.
    """
    if not question.strip():
        raise QuestionError("The question is empty; type what you want to know.")
    return question.strip().encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def check_question(question: str) -> str:
    """Return a tidy question; raises QuestionError when it is empty or has no word to look for."""
    question = tidy_question(question)
    if not content_stems(question):
        raise QuestionError(
            f"There is no word to search for in “{question[:80]}”; "
            "name a person, a place or a thing."
        )
    return question


def score_sentences(
    snapshot: Snapshot,
    question: str,
    vector: Vector,
    nearest: Nearest | None = None,
    search: Search = ANY_EVIDENCE,
) -> Scored:
    """Score the candidate sentences of a question; ``vector`` is the question's unit vector.

    ``nearest`` asks the index for passages; without it all passages are compared exactly. Of
    ``search`` the scope and the day count.
    """
    words = snapshot.known_stems(question)
    allowed = _allowed(snapshot, search.scope)
    passage_words = snapshot.passage_words.scores(words)
    sentence_words = snapshot.sentence_words.scores(words)
    if allowed is not None:
        passage_words = np.where(allowed[snapshot.passage_owner], passage_words, 0.0)
        sentence_words = np.where(allowed[snapshot.owner], sentence_words, 0.0)
    close = _close_passages(snapshot, vector, nearest, allowed)
    passages = np.union1d(close, _top(passage_words, CANDIDATES))
    sentences = np.union1d(_inside(snapshot, passages), _top(sentence_words, CANDIDATES))
    candidates = candidates_of(snapshot, sentences)
    signals = read_signals(snapshot, candidates, list(dict.fromkeys(words)), vector, passage_words)
    scores = weighed(signals, WEIGHTS)
    scores -= HEADING_PENALTY * snapshot.is_heading[sentences]
    scores += _timely(snapshot, sentences, Timing(question, search.asked))
    order = np.argsort(-scores, kind="stable")
    return Scored(sentences[order], scores[order], signals[order])


def choose(
    snapshot: Snapshot, scored: Scored, characters: int = DEFAULT_CHARACTERS, share: float = 1.0
) -> list[Evidence]:
    """Take sentences best first until they reach the budget, which the last one may exceed.

    With a ``share`` below 1, a document that has had its share of the budget waits while
    others have sentences that come near to the best one.
    """
    lengths = np.diff(snapshot.bounds[scored.sentences], axis=1)[:, 0].tolist()
    order: Sequence[int] = range(len(lengths))
    if share < 1.0:
        order = _fair_order(snapshot, scored, lengths, characters * share)
    chosen: list[int] = []
    left = characters
    for place in order:
        if left <= 0:
            break
        left -= lengths[place]
        chosen.append(place)
    return [_evidence(snapshot, scored, place) for place in sorted(chosen)]


def _fair_order(
    snapshot: Snapshot, scored: Scored, lengths: Sequence[int], limit: float
) -> list[int]:
    """The places of ``scored`` with those moved back that may wait, each group best first."""
    used: dict[int, int] = {}
    waiting: list[int] = []
    order: list[int] = []
    near = NEAR * scored.scores[0] if len(scored.scores) else 0.0
    for place, owner in enumerate(snapshot.owner[scored.sentences].tolist()):
        if used.get(owner, 0) >= limit or scored.scores[place] < near:
            waiting.append(place)
        else:
            used[owner] = used.get(owner, 0) + lengths[place]
            order.append(place)
    return order + waiting


def _evidence(snapshot: Snapshot, scored: Scored, place: int) -> Evidence:
    number = int(scored.sentences[place])
    document = snapshot.documents[snapshot.owner[number]]
    score = float(scored.scores[place])
    return Evidence(snapshot.sentence(number), document.title, document.date, score)


def check_scope(snapshot: Snapshot, scope: Scope) -> None:
    """Raise QuestionError when no document is in the scope, though there are documents."""
    allowed = _allowed(snapshot, scope)
    if allowed is not None and len(allowed) and not allowed.any():
        raise QuestionError(
            "No document has the name, folder, tag or date that was asked for; "
            "rag documents list shows what there is."
        )


def _allowed(snapshot: Snapshot, scope: Scope) -> NDArray[np.bool_] | None:
    """Whether each document is in the scope: (n,); None when all of them are."""
    if scope == EVERYWHERE:
        return None
    return np.array([scope.holds(it.id, it.date, it.tags) for it in snapshot.documents], np.bool_)


def _timely(snapshot: Snapshot, sentences: Numbers, timing: Timing) -> Vector:
    """What the date of its document adds to each sentence: (n,)."""
    worth = np.zeros(len(snapshot.documents), np.float32)
    for owner in np.unique(snapshot.owner[sentences]).tolist() if timing.matters else []:
        worth[owner] = timing.worth(snapshot.documents[owner].date)
    return worth[snapshot.owner[sentences]]


def _close_passages(
    snapshot: Snapshot,
    vector: Vector,
    nearest: Nearest | None,
    allowed: NDArray[np.bool_] | None,
) -> Numbers:
    """The passages nearest to a vector, at most CANDIDATES of them, in no order."""
    if allowed is not None:
        inside = np.flatnonzero(allowed[snapshot.passage_owner])
        if nearest is None or len(inside) <= FEW_PASSAGES:
            best = _top(snapshot.vectors_of(inside) @ vector + 2.0, CANDIDATES)
            return inside[best]
    elif nearest is None:
        return _top(snapshot.passage_vectors.dot(vector) + 2.0, CANDIDATES)
    known = snapshot.passage_number
    wider = CANDIDATES if allowed is None else min(10 * CANDIDATES, len(snapshot.windows))
    found = [known[name] for name in nearest(vector, wider) if name in known]
    close = np.array(found, np.int64)
    return close if allowed is None else close[allowed[snapshot.passage_owner[close]]][:CANDIDATES]


def _top(scores: Vector, count: int) -> Numbers:
    """The numbers of the best scores above 0, in no order."""
    best = (
        np.argpartition(-scores, count)[:count] if len(scores) > count else np.arange(len(scores))
    )
    return best[scores[best] > 0]


def _inside(snapshot: Snapshot, passages: Numbers) -> Numbers:
    windows = snapshot.windows[passages]
    return union_of_ranges(windows[:, 0], windows[:, 1] + 1)
