"""Texts as the checks compare them: folded, cut into words, reduced to stems."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from rag.checking.irregular import BASES
from rag.checking.ordinary import FUNCTION_WORDS
from rag.vocabulary import stem_of

_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´ʼ′", "'"),
        **dict.fromkeys("“”„‟«»″〝〞「」『』", '"'),
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
    }
)
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_SEPARATED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u2009\u202f'’]\d{3})+(?!\d)")
_SEPARATOR = re.compile(r"\D")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # scripts without spaces: a sign is a word
    r"|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+(?:'[^\W\d_]+)?"
)
_MARKUP = re.compile(r"\*{1,3}|~~|`+|(?<!\w)_{1,2}|_{1,2}(?!\w)|^\s*#{1,6}\s")
_QUOTED = (
    re.compile(r'"([^"]+)"'),
    re.compile(r"(?<![\w'])'((?:[^']|'(?=\w))+?)'(?![\w'])"),
)
_DETACHED = (  # as corpora write them whose words are set apart by spaces
    (re.compile(r"(?<!`)``(?!`)(?= )|(?<= )\'\'(?!\')"), '"'),
    (re.compile(r"(?<=\w) (?=['’](?:s|re|ve|ll|d|m)\b|n['’]t\b)"), ""),
    (re.compile(r"(?<=\S) +(?=[,.;:!?](?:\s|\Z))"), ""),
)
_OMITTED = re.compile(r"\[[^\]]*\]|\(\s*\.\.\.\s*\)|\.\.\.")


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """One spelling of everything that is not a word: quotes, dashes, spaces, U.S. as US.

    The case stays, Markdown emphasis goes, and so do the spaces of tokenised text.
    """
    unmarked = _MARKUP.sub("", _attached(text))
    spaced = _SEPARATED.sub(lambda found: _SEPARATOR.sub(",", found[0]), unmarked)
    same = unicodedata.normalize("NFKC", spaced.translate(_SAME)).translate(_SAME)
    return _DOTTED.sub(lambda found: found[0].replace(".", ""), same)


def _attached(text: str) -> str:
    """The text with what tokenisers set apart put together again: wo n't, it 's, so ."""
    for pattern, put in _DETACHED if " " in text else ():
        text = pattern.sub(put, text)
    return text


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """The text without the differences that are only typographic: case, accents, quotes."""
    if text.isascii() and text.isalnum():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", plain(text).casefold())
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", decomposed))


@lru_cache(maxsize=20_000)
def words(folded: str) -> tuple[str, ...]:
    """The words of a folded text in order, without possessive endings."""
    return tuple(word.removesuffix("'s") for word in _WORD.findall(folded))


@lru_cache(maxsize=20_000)
def content_stems(folded: str) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in order, numbers left out."""
    return tuple(_stems(words(folded)))


def _stems(found: Iterable[str]) -> Iterator[str]:
    for word in found:
        stem = "" if word[0].isdigit() else _stem(word)
        if stem:
            yield stem


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    small = word in FUNCTION_WORDS or (len(word) == 1 and word.isascii())
    return "" if small else stem_of(BASES.get(word, word))


def quotations(text: str) -> list[str]:
    """What stands in quotation marks in a text, in plain spelling."""
    same = plain(text)
    return [quoted for pattern in _QUOTED for quoted in pattern.findall(same)]


def quoted_parts(quotation: str) -> list[tuple[str, ...]]:
    """The words of a quotation, in parts where it leaves words out or puts in [others]."""
    return [part for piece in _OMITTED.split(quotation) if (part := words(fold(piece)))]


def contains(source: Sequence[str], part: Sequence[str]) -> bool:
    """Whether the words of ``part`` stand together, in this order, in ``source``."""
    return f" {' '.join(part)} " in f" {' '.join(source)} "


def word_pairs(folded: str) -> dict[str, tuple[str, str]]:
    """The neighbouring words written as one, with the two: ceasefire for cease-fire."""
    return {one + other: (one, other) for one, other in pairwise(words(folded))}
