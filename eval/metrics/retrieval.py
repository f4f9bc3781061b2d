"""What was found, best first, against the evidence that people chose.

Everything rests on ranks: for every need of a question the place, counted from 1, of the first
thing found that meets it, or infinity. A need is met by any of the spans that the set lists for
it (``or``), and of several complete sets of evidence (``alternatives``) each measure takes the
one that gives most. A found sentence meets a span when they share at least half of the shorter.

Libraries of information retrieval measures take one list of judged documents a question, in
which every relevant one counts for itself; of three sentences that say the same, two would then
count as missed. The measures below are theirs as soon as every need has one span.
"""

import math
from collections.abc import Collection, Iterable, Sequence

from eval.metrics import Scores
from eval.metrics.citations import same_stretch
from eval.questions import Need, Question, Span
from eval.span_scores import SpanScores, score_spans

Ranks = Sequence[float]
"""For every need the rank at which it is first met, or infinity."""

SENTENCES, DOCUMENTS = 10, 5  # how deep recall and nDCG look
SENTENCE_HITS, DOCUMENT_HITS = (1, 5, 10), (1, 5)


def hit_at(ranks: Ranks, depth: int) -> float:
    """Success: 1 if the first ``depth`` things found meet any need, else 0."""
    return float(any(rank <= depth for rank in ranks))


def recall_at(ranks: Ranks, depth: int) -> float:
    """The share of needs that are met by the first ``depth`` things found."""
    return sum(rank <= depth for rank in ranks) / len(ranks)


def reciprocal_rank(ranks: Ranks) -> float:
    """1 / rank of the first thing that meets a need; its mean is MRR (Voorhees, TREC-8, 1999)."""
    return 1 / min(ranks)


def ndcg_at(ranks: Ranks, depth: int) -> float:
    """Discounted gain over the best possible one (Järvelin and Kekäläinen, 2002), at most 1.

    A need gains 1 / log2(1 + rank) where it is first met and nothing when it is met again, as
    α-nDCG does with α = 1 (Clarke et al., 2008). Best possible is one need met at every rank.
    """
    gain = sum(_discount(rank) for rank in ranks if rank <= depth)
    best = sum(map(_discount, range(1, min(depth, len(ranks)) + 1)))
    return min(1.0, gain / best)


def _discount(rank: float) -> float:
    return 1 / math.log2(1 + rank)


def sentence_ranks(found: Sequence[Span], needs: Sequence[Need]) -> Ranks:
    """The rank at which each need is first met by a sentence."""
    return [
        _first(any(same_stretch(one, span) for span in need) for one in found) for need in needs
    ]


def document_ranks(found: Sequence[str], needs: Iterable[Collection[str]]) -> Ranks:
    """The rank at which each need is first met by a document, by name."""
    return [_first(name in need for name in found) for need in needs]


def _first(meets: Iterable[bool]) -> float:
    return next((rank for rank, met in enumerate(meets, 1) if met), math.inf)


def score_retrieval(question: Question, found: Sequence[Span]) -> Scores:
    """Score what was found for one question, best first; nothing applies to an unanswerable one."""
    sets = [needs for needs in (question.needs, *question.alternatives) if needs]
    sets = sets if question.answerable else []
    named = [[(name,) for name in question.documents]] if question.documents else []
    wanted = [_document_needs(needs) for needs in sets] or (named if question.answerable else [])
    names = list(dict.fromkeys(span.document for span in found))
    return {
        **_ranked("sentence", [sentence_ranks(found, one) for one in sets]),
        **_ranked("document", [document_ranks(names, one) for one in wanted]),
        **_characters(found, [needs for needs in sets if _are_placed(needs)]),
    }


def _document_needs(needs: Sequence[Need]) -> list[frozenset[str]]:
    """The documents that will do for each need; two sentences of one document are one need."""
    return list(dict.fromkeys(frozenset(span.document for span in need) for need in needs))


def _ranked(kind: str, choices: Sequence[Ranks]) -> dict[str, float | None]:
    hits, depth = (SENTENCE_HITS, SENTENCES) if kind == "sentence" else (DOCUMENT_HITS, DOCUMENTS)
    return {
        **{f"{kind}_hit@{k}": _best(hit_at(one, k) for one in choices) for k in hits},
        f"{kind}_recall@{depth}": _best(recall_at(one, depth) for one in choices),
        f"{kind}_mrr": _best(map(reciprocal_rank, choices)),
        f"{kind}_ndcg@{depth}": _best(ndcg_at(one, depth) for one in choices),
    }


def _best(values: Iterable[float]) -> float | None:
    return max(values, default=None)


def _are_placed(needs: Sequence[Need]) -> bool:
    return all(span.is_placed for need in needs for span in need)


def _characters(found: Sequence[Span], sets: Sequence[Sequence[Need]]) -> dict[str, float | None]:
    """Recall, precision and IoU of characters (``eval.span_scores``)."""
    scores = [score_spans([_nearest(need, found) for need in needs], found) for needs in sets]
    best = max(scores, key=_by_recall, default=None)
    return {
        "character_recall": best.recall if best else None,
        "character_precision": best.precision if best else None,
        "character_iou": best.iou if best else None,
    }


def _by_recall(scores: SpanScores) -> tuple[float, float]:
    return scores.recall, scores.iou


def _nearest(need: Need, found: Sequence[Span]) -> Span:
    """Of the spans that will do the one that was found whole, or most of it; else the first."""
    return need[0] if len(need) == 1 else max(need, key=lambda it: score_spans([it], found).recall)
