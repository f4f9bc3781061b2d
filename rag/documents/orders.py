"""Does a document give orders to a language model? A warning for whoever reads its answers.

Nothing in a document is obeyed, whether it is noticed here or not: what is offered to a model is
numbered, fenced and made harmless, and what it replies is checked. A document that speaks to the
model all the same was written to mislead somebody.
"""

import re
import unicodedata
from collections.abc import Sequence

SHOWN = 80
"""Characters of the order that are repeated."""

_ORDERS_TO_IGNORE = (
    (
        "ignore disregard forget override bypass",
        "instruction prompt guideline directive",
    ),  # English
    ("ignorier vergiss vergessen missachte", "anweisung instruktion"),  # German
    ("ignore oublie", "instruction consigne"),  # French
    ("ignora ignore olvida olvide", "instruccion indicaciones"),  # Spanish
    ("ignora dimentica", "istruzion indicazion"),  # Italian
    ("ignore ignora esqueça desconsidere", "instruç instruc"),  # Portuguese
    ("negeer vergeet", "instructie aanwijzing"),  # Dutch
    ("ignorera bortse glöm", "instruktion anvisning"),  # Swedish
    ("ignorer glem", "instruks instruktion anvisning"),  # Danish and Norwegian
    ("ohita unohda", "ohjee ohjei"),  # Finnish
    ("ignoruj zignoruj zapomnij pomiń", "instrukcj polece"),  # Polish
    ("ignoruj zapomeň zapomen", "pokyn instrukc"),  # Czech and Slovak
    ("felejtsd hagyd", "utasítás"),  # Hungarian
    ("ignor uită uita", "instrucțiun instrucţiun instructiun"),  # Romanian
    ("yoksay görmezden unut", "talimat yönerge"),  # Turkish
    ("игнорируй проигнорируй забудь", "инструкци указани"),  # Russian
    ("ігноруй проігноруй забудь", "інструкці вказівк"),  # Ukrainian
    ("αγνοήσ αγνόησ ξέχασ ξεχάσ", "οδηγί οδηγι"),  # Greek
    ("تجاهل", "تعليمات الأوامر"),  # Arabic
    ("התעלם התעלמו שכח", "הוראות הנחיות"),  # Hebrew
    ("अनदेखा नज़रअंदाज़ भूल", "निर्देश"),  # Hindi
    ("abaikan lupakan", "instruksi perintah"),  # Indonesian and Malay
    ("bỏ_qua phớt_lờ", "hướng_dẫn chỉ_dẫn chỉ_thị"),  # Vietnamese
    ("忽略 无视 無視 忘记 忘記", "指令 指示 提示"),  # Chinese
    ("無視 忘れ", "指示 命令 プロンプト"),  # Japanese
    ("무시 잊", "지시 명령 프롬프트"),  # Korean
)
"""How one says *ignore* and *instructions*: the beginnings of both, by language."""

_WORDS = tuple(
    tuple([word.replace("_", " ") for word in words.split()] for words in both)
    for both in _ORDERS_TO_IGNORE
)
_VERBS_LAST = frozenset(
    "felejtsd hagyd yoksay görmezden unut अनदेखा नज़रअंदाज़ भूल 無視 忘れ 무시 잊 忽略 无视".split()
)
NEAR = 80
"""Characters between the two."""

LAST_SPACED = "\u2fff"
"""Behind it come the scripts that put no spaces between words."""

_SPEAKS = (
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?INST\]|<</?SYS>>"
    r"|</?(?:documents|system|system_prompt|instructions)>"
    r"|(?m:^===\s*[A-Z]{1,2}\s*·)|(?m:^NOT IN THE DOCUMENTS\b)"
    r"|(?m:^(?:###\s*)?(?:system|assistant)\s*:\s)"
    r"|\byou are now (?:a|an|in|the|no longer)\b|\byour new (?:instructions?|task|role)\b"
    r"|\b(?:reveal|print|repeat|output|show|send)\b[^.!?\n]{0,30}\b(?:system prompt|api key)"
)
_SPEAKING = re.compile(_SPEAKS, re.IGNORECASE)
_SIGNS: tuple[str, ...] = (
    *("<|", "[inst]", "[/inst]", "sys>", "<documents", "</", "<system", "<instr", "==="),
    *("not in the documents", "system", "assistant", "you are now", "your new", "api key"),
)
"""One of these stands in every text that _SPEAKING can find something in."""

_END = re.compile(r"[.!?。！？।\n]")
_STARTS = re.compile(
    r"(?:\A|[\n.!?:;>\"'“«„*#$\[(\]。！？।，,-]\s*|\b(?:and|please|now|then|must|should)\s+)\Z"
)
_LOOKALIKE = str.maketrans("асеорхуіјѕԁԛԝ", "aceopxyijsdqw")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_UNSEEN = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]"
)
_HIDDEN = re.compile(
    "[\u202d\u202e]|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0020-\U000e007e]{4}"
)
"""Turned around, or in invisible tag characters, which only flags need."""

_MIXED = re.compile(r"[a-z]*[асеорхуіјѕԁԛԝ][a-zасеорхуіјѕԁԛԝ]*", re.IGNORECASE)


def orders_in(text: str) -> str:
    """The first words of the text that speak to a language model; "" if there are none."""
    plain = text if text.isascii() else _plain(text)
    words = _order(text) or ("" if plain == text else _order(plain) or _hidden(text))
    return words if len(words) <= SHOWN else f"{words[:SHOWN].rstrip()}…"


def _hidden(text: str) -> str:
    """What is said of words that no reader sees as a program reads them."""
    return "words that are hidden or run backwards" if _HIDDEN.search(text) else ""


def _order(text: str) -> str:
    lowered = text.casefold()
    if any(sign in lowered for sign in _SIGNS) and (found := _SPEAKING.search(text)):
        return " ".join(found[0].split())
    orders = (_to_ignore(lowered, *words) for words in _WORDS)
    return " ".join(next(filter(None, orders), "").split())


def _to_ignore(text: str, verbs: Sequence[str], nouns: Sequence[str]) -> str:
    """The first place where words of both kinds stand near each other, as in an order."""
    for noun in nouns:
        for found in re.finditer(re.escape(noun), text):
            at = found.start()
            for verb in verbs:
                before = text.rfind(verb, max(0, at - NEAR), at)
                if before >= 0 and _is_order(text, before, at):
                    return text[before : at + len(noun)]
                behind = text.find(verb, at, at + NEAR)
                if behind >= 0 and verb in _VERBS_LAST and not _END.search(text, at, behind):
                    return text[at : behind + len(verb)]
    return ""


def _is_order(text: str, verb: int, noun: int) -> bool:
    """Whether a verb begins a sentence or what is said in it, and the noun is still in that."""
    begins = _STARTS.search(text[max(0, verb - 12) : verb]) or text[verb] > LAST_SPACED
    return bool(begins) and not _END.search(text, verb, noun)


def warning_of(text: str) -> str:
    """The warning for a document with such words; "" for any other."""
    order = orders_in(text)
    return (
        f"it seems to give orders to a language model (“{order}”); nothing of it is obeyed, but "
        "read with care what rests on it"
        if order
        else ""
    )


def _plain(text: str) -> str:
    """The text without what cannot be seen, and Latin letters in place of those that look so."""
    compatible = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return _MIXED.sub(_latin, compatible) if _CYRILLIC.search(compatible) else compatible


def _latin(word: re.Match[str]) -> str:
    """A word of letters from two alphabets in one of them; one that is all Cyrillic stays."""
    is_mixed = any(sign.isascii() and sign.isalpha() for sign in word[0])
    return word[0].lower().translate(_LOOKALIKE) if is_mixed else word[0]
