"""Claim or connective: does a sentence of a reply say something about the world?"""

import re

_CLOSERS = "\"'”’»)]*_ \t\r\n"
_TRANSITION = re.compile(
    r"(?:\W*\b(?:a|additionally|all|also|although|and|answer|as|besides|but|conclude|conclusion|"
    r"consequently|contrast|example|finally|first|firstly|follows|for|furthermore|hand|hence|"
    r"however|in|indeed|instance|it|lastly|likewise|meanwhile|moreover|next|no|nonetheless|now|of|"
    r"ok|okay|on|one|other|overall|result|second|secondly|short|similarly|so|still|sum|summarise|"
    r"summarize|summary|sure|that|the|then|therefore|third|thirdly|thus|to|yes)\b)*+\W*\Z",
    re.IGNORECASE,
)
_TO_THE_READER = re.compile(
    r"(?:(?:sure|certainly|of course|okay|great|thanks|thank you|sorry)\b[,.! ]*)?"
    r"(?:let me know|feel free|please\b|i hope|hope this|would you|if you (?:want|need|would|have)|"
    r"here(?:['’]s| is| are) (?:what|an?|the|some|my)\b|below (?:is|are) (?:what|an?|the|some)\b|"
    r"i (?:can|could|will|would|was|am|have|do|did|found|find|see)\b|i['’](?:m|ve|ll|d)\b|\Z)",
    re.IGNORECASE,
)
_DOCUMENTS = (
    r"(?:the|these|those|this|your|any|any of the|other)(?: \w+){0,2} "
    r"(?:documents?|sources?|excerpts?|passages?|texts?|articles?|materials?|sentences?|"
    r"evidence|context|files?|information)"
    r"(?: (?:provided|available|above|given|here|offered|supplied))?"
)
_SAYS = (
    r"(?:say|said|mention|state|specif|give|contain|include|provide|address|describe|explain|"
    r"name|tell|discuss|cover|report|indicate|reveal|clarif|show|answer|identif|record|offer)\w*"
)
_DOES_NOT = r"(?:also |still )?(?:(?:do|does|did)(?: not|n['’]t)|can ?not|never)"
_REMARKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_DOCUMENTS} {_DOES_NOT} (?:\w+ )?{_SAYS}",
        rf"\b(?:none|nothing|neither) (?:of|in) {_DOCUMENTS}",
        rf"\bno (?:document|source|excerpt|passage|sentence|article)s? {_SAYS}",
        rf"\bno \w+(?: \w+){{0,12}} (?:in|from|by) {_DOCUMENTS}",
        rf"\bnot (?:\w+ )?{_SAYS} (?:in|by) {_DOCUMENTS}",
        r"\bno (?:further |more |other )?(?:information|details?) (?:on|about|is|are|was|were)\b",
    )
)
_TELLERS = (
    r"accounts|reports|sources|figures|estimates|versions|documents|sides|numbers|counts|views"
)
_ANNOUNCEMENT = re.compile(
    rf"\W*(?:but |however,? )?(?:(?:(?:the|these|those|both|two|three|various) )*(?:{_TELLERS})"
    r"(?: (?:of|on|about|for)(?: [a-z]+){1,6})? (?:differ|disagree|vary|conflict|diverge|"
    r"are at odds|contradict each other|do not agree)(?: [a-z]+){0,8}"
    r"|there (?:are|is)(?: [a-z]+){1,2} (?:accounts|figures|versions|numbers|dates|estimates|"
    r"reports|views|answers|disagreement)(?: (?:on|of|about|for) (?:the|this|that|its?|their|how|"
    r"what|which|who|when|where|whether)\b(?: [a-z]+){0,6})?"
    r"|(?:this|that|it|the (?:matter|point)) is (?:disputed|contested|in dispute|not agreed))\W*\Z",
    re.IGNORECASE,
)
_CONTRAST = re.compile(r"\b(?:but|although|though|while|whereas|except|yet)\b", re.IGNORECASE)
_OPENING = re.compile(r"\W*(?:but|however|unfortunately|still|yet)\b\W*", re.IGNORECASE)


def is_connective(sentence: str, *, listed: bool = False) -> bool:
    """Whether a sentence only connects claims, speaks to the reader or of the documents.

    To announce that accounts differ is to connect the claims of both sides, which follow.

    In a list (``listed``) even *Yes* says something. English only: in other languages all is a
    claim that does not end in a colon or a question mark.
    """
    plain = sentence.strip(_CLOSERS)
    return (
        plain.endswith((":", "?", "：", "？", "؟"))
        or not any(map(str.isalnum, plain))
        or (not listed and bool(_TRANSITION.match(plain)))
        or bool(_TO_THE_READER.match(plain))
        or bool(_ANNOUNCEMENT.match(plain))
        or is_remark(plain)
    )


def is_remark(sentence: str) -> bool:
    """Whether it says what the documents do not say, and nothing besides."""
    opening = _OPENING.match(sentence)
    rest = sentence[opening.end() :] if opening else sentence
    return not _CONTRAST.search(rest) and any(pattern.search(rest) for pattern in _REMARKS)
