"""The words of an answer, against the wordings and the facts that a right one has.

Exact match and token F1 are those of SQuAD (Rajpurkar et al., 2016, arXiv:1606.05250). They are
made for answers of a few words: a whole sentence around the right words lowers F1 and fails the
exact match. Whether the facts are there is told by ``fact_recall``.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

from eval.metrics import Scores
from eval.questions import Question

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_IN_NUMBERS = ".,:⁄"  # NFKC writes ½ as 1⁄2
_PLAIN = str.maketrans("‘’‚“”„–—‑−", "'''\"\"\"----")


def score_answer(question: Question, text: str) -> Scores:
    """Score the text of one answer; an unanswerable question has no words to compare with."""
    answers = question.answers if question.answerable else ()
    return {
        "exact_match": exact_match(text, answers) if answers else None,
        "token_f1": token_f1(text, answers) if answers else None,
        "fact_recall": fact_recall(text, question.facts) if question.facts else None,
    }


def exact_match(text: str, answers: Sequence[str]) -> float:
    """1 if the text is one of the answers, both normalised, else 0."""
    return float(normalised(text) in map(normalised, answers))


def token_f1(text: str, answers: Sequence[str]) -> float:
    """The harmonic mean of precision and recall of words, for the answer that it is highest for."""
    return max(_f1(normalised(text).split(), normalised(one).split()) for one in answers)


def _f1(said: Sequence[str], wanted: Sequence[str]) -> float:
    if not said or not wanted:
        return float(said == wanted)
    shared = (Counter(said) & Counter(wanted)).total()
    return 2 * shared / (len(said) + len(wanted))


def normalised(text: str) -> str:
    """SQuAD's: lower case, no ASCII punctuation, none of the words a, an, the, single spaces."""
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def fact_recall(text: str, facts: Sequence[Sequence[str]]) -> float:
    """The share of facts of which one alias stands in the text.

    Case, kinds of spaces, quotation marks and dashes do not matter; punctuation does, because
    "14," and "14 km" are told apart by it. An alias begins where a word or a number begins. It may
    end inside a word ("kilomet"), but not inside a number: "August 20" is not in "August 2024",
    nor "14" in "14.5" or "1,140". A letter may follow a number at once: "14km", "20th".
    """
    said = plain(text)
    return sum(any(stands_in(alias, said) for alias in aliases) for aliases in facts) / len(facts)


def stands_in(alias: str, said: str) -> bool:
    """Whether an alias stands in a text that is ``plain`` already."""
    words = plain(alias)
    return bool(re.search(_before(words[:1]) + re.escape(words) + _behind(words[-1:]), said))


def _before(first: str) -> str:
    if first.isdecimal():
        return rf"(?<!\w)(?<!\d[{_IN_NUMBERS}])"
    return r"(?<![^\W\d])" if first.isalpha() else ""


def _behind(last: str) -> str:
    if last.isdecimal():
        return rf"(?!\d|[{_IN_NUMBERS}]\d)"
    return r"(?!\d)" if last and last in _IN_NUMBERS else ""


def plain(text: str) -> str:
    """The text as aliases are looked for in it."""
    spaced = " ".join(unicodedata.normalize("NFKC", text).split())
    return spaced.casefold().translate(_PLAIN)
