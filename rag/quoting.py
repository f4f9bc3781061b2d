"""The answer with no language model: the sentences that answer, word for word, or a refusal.

A question of several parts is answered part by part, so that what is missing can be named.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.answerability import can_answer, read_signs
from rag.evidence import Found
from rag.footnotes import cite
from rag.retrieval import Scored
from rag.snapshot import Snapshot
from rag.types import (
    Answer,
    Citation,
    Kind,
    Mark,
    Outcome,
    Sentence,
    Statement,
    Verdict,
)
from rag.vocabulary import content_stems

MAX_QUOTES = 3  # with the shares below: .51 sentence F1 on clapnq, and short to read
SHARE_OF_BEST = 0.7  # of the best score
SHARE_OF_LIKEST = 0.5  # of the highest likeness to the question
VERBATIM = "The sentence itself, word for word."
JOINT = re.compile(
    r"\?\s+(?=\S)|,?\s+and\s+(?=(?:who|whom|whose|what|when|where|which|why|how)\b)", re.IGNORECASE
)
MAX_PARTS = 5  # a text with more question marks than this is no list of questions
PRONOUN = re.compile(r"[^\w]*(?:he|she|it|they|his|her|its|their)\b", re.IGNORECASE)
ASKS = re.compile(r"\?[\s\"'”’»)\]*_]*\Z")
LOOKED_AT = 200  # scored sentences; what comes later is far from the best
LIST_SIGN = re.compile(r"(?:[-*+•‣◦>]|\d{1,3}[.)])\s+")


def split_question(question: str) -> list[str]:
    """Cut a question into its parts: "Who came, and when did they leave?" has two."""
    parts = [part.strip() for part in JOINT.split(question) if part.strip(" ?")]
    return parts if len(parts) <= MAX_PARTS else [question]


def quote(blank: Answer, snapshot: Snapshot, find: Callable[[str], Found]) -> Answer:
    """Fill a blank answer with quotations.

    *Answered* when every part of the question finds an answer, *partly* when some do and
    ``missing`` names the others, *not found* when none does.
    """
    chosen: list[Sentence] = []
    missing = []
    for searched, asked in _searches(blank.question, blank.standalone_question):
        scored = find(searched).scored
        signs = read_signs(snapshot, asked, scored)
        best = best_sentences(snapshot, scored) if can_answer(signs) else []
        chosen += [sentence for sentence in best if sentence not in chosen]
        if not best:
            missing.append(asked)
    if not chosen:
        return blank
    outcome = Outcome.PARTLY if missing else Outcome.ANSWERED
    return _spoken(replace(blank, outcome=outcome, missing="; ".join(missing)), snapshot, chosen)


def _searches(question: str, standalone: str) -> list[tuple[str, str]]:
    """What to search for, and what of it has to be found.

    A follow-up is searched for with what it leans on, but only its own words count as asked:
    else "Why did they quarrel?" would be answered by whatever the question before it found.
    """
    if standalone == question:
        return [(part, part) for part in split_question(question)]
    return [(standalone, question if content_stems(question) else standalone)]


def best_sentences(snapshot: Snapshot, scored: Scored) -> list[Sentence]:
    """The few best sentences that come near to the very best, in reading order by document.

    A heading says nothing of itself, but in a text of bare lines (a list of notes) nothing else
    stands: there the lines are quoted. A sentence that asks answers nothing, however much it is
    like what was asked.
    """
    telling = _telling(snapshot, scored)
    if not len(telling):
        return []
    scores, likeness = scored.scores[telling], scored.signals[telling, 0]
    best = float(scores[0])
    good = scores >= min(best, SHARE_OF_BEST * best)
    good &= likeness >= SHARE_OF_LIKEST * likeness[:MAX_QUOTES].max()
    sentences = scored.sentences[telling]
    prose = good & ~snapshot.is_heading[sentences]
    ranked = sentences[prose if prose.any() else good].tolist()
    numbers = _understandable(snapshot, ranked)
    first_of = {int(snapshot.owner[n]): place for place, n in reversed(list(enumerate(numbers)))}
    numbers.sort(key=lambda n: (first_of[int(snapshot.owner[n])], n))
    return [snapshot.sentence(number) for number in numbers]


def _telling(snapshot: Snapshot, scored: Scored) -> NDArray[np.int64]:
    """The places of the first of the scored sentences that ask nothing: all that may be quoted."""
    places = [
        place
        for place, number in enumerate(scored.sentences[:LOOKED_AT].tolist())
        if not ASKS.search(snapshot.sentence(number).text)
    ]
    return np.array(places, np.int64)


def _understandable(snapshot: Snapshot, ranked: Sequence[int]) -> list[int]:
    """The best few, each that begins with a pronoun behind the sentence that it leans on."""
    chosen: list[int] = []
    for number in ranked:
        lead = number - 1 if _leans_back(snapshot, number) else number
        added = [one for one in dict.fromkeys((lead, number)) if one not in chosen]
        if len(chosen) + len(added) <= MAX_QUOTES:
            chosen += added
    return chosen


def _leans_back(snapshot: Snapshot, number: int) -> bool:
    same_document = number > 0 and snapshot.owner[number - 1] == snapshot.owner[number]
    if not same_document or snapshot.is_heading[number - 1]:
        return False
    return bool(PRONOUN.match(as_prose(snapshot.sentence(number).text)))


def _spoken(answer: Answer, snapshot: Snapshot, sentences: Sequence[Sentence]) -> Answer:
    """The sentences one after the other, each with its footnote."""
    text = ""
    statements: list[Statement] = []
    marks: list[Mark] = []
    citations: list[Citation] = []
    for number, sentence in enumerate(sentences, start=1):
        words = as_prose(sentence.text)
        start = len(text)
        text += words
        statements.append(
            Statement(words, Kind.CLAIM, start, len(text), Verdict.SUPPORTED, VERBATIM, (number,))
        )
        marks.append(Mark(len(text), number))
        citations.append(_citation(snapshot, number, sentence))
        text += "" if number == len(sentences) else " "
    return replace(
        answer,
        text=text,
        statements=tuple(statements),
        marks=tuple(marks),
        citations=tuple(citations),
    )


def as_prose(sentence: str) -> str:
    """A sentence without the sign of the list that it stood in and without line breaks."""
    sign = LIST_SIGN.match(sentence)
    return " ".join(sentence[sign.end() if sign else 0 :].split())


def _citation(snapshot: Snapshot, number: int, sentence: Sentence) -> Citation:
    citation = cite(snapshot, number, [sentence])
    return replace(citation, verdict=Verdict.SUPPORTED, reason=VERBATIM)
