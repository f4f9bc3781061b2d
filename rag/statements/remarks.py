"""Remarks: sentences about the documents, that they do not say something, and nothing besides."""

import re

_KINDS = r"documents?|sources?|excerpts?|passages?|articles?|sentences?|context"
_VAGUE = r"texts?|materials?|evidence|files?|information|reports?"  # may be a thing of the world
_GIVEN = r"provided|available|given|offered|supplied|retrieved|above"
_DOCUMENTS = (
    rf"(?:the|these|those|this|your|any of the|any of these) (?:other )?(?:(?:{_GIVEN}) (?:{_KINDS}"
    rf"|{_VAGUE})|(?:{_KINDS})(?: (?:{_GIVEN}|here))?|(?:{_VAGUE}) (?:{_GIVEN}))"
)
_SAY = (
    r"(?:say|mention|state|specify|give|contain|include|provide|address|describe|explain|name|tell|"
    r"discuss|cover|report|indicate|reveal|clarify|show|answer|identify|record|offer)"
)
_SAYS = (
    r"(?:says|mentions|states|specifies|gives?|contains?|includes?|provides?|addresses|describes|"
    r"explains?|names?|tells?|discusses|covers|reports|indicates?|reveals?|clarifies|shows?|answers|"
    r"identifies|records|offers|say|mention|state|describe)"
)
_SAID = (
    r"(?:said|mentioned|stated|specified|given|contained|included|provided|addressed|described|"
    r"explained|named|told|discussed|covered|reported|indicated|revealed|clear|answered|identified)"
)
_HOW = r"(?:explicitly |directly |clearly |specifically |exactly |further |even )?"
_NOT = rf"(?:also |still )?(?:do|does|did)(?: not|n['’]t) (?:also )?{_HOW}"
_MATTER = (
    r"(?:mention|information|details?|reference|statement|data|answer|figures?|dates?|names?|"
    r"numbers?|explanation|record|account|source|sentence|passage)"
)
_THERE_IS = r"(?:there (?:is|are|was|were) )?"
_IN = rf"(?: (?:in|by|from) {_DOCUMENTS})"
_ABOUT = r"(?:(?!\b(?:by|is|are|was|were|has|have|had)\b)[^,;:()])*?"
_NO = rf"no (?:further |more |other |additional |exact |specific )*{_MATTER}"
_OPENING = re.compile(
    r"\W*(?:(?:but|however|unfortunately|still|yet|also|(?:please )?note that)\b[\s,]*)*",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?:"
    rf"{_DOCUMENTS} (?:{_NOT}{_SAY}\b|(?:give|contain|provide|offer|have|make|name)s? {_NO}\b)"
    rf"|(?:none of|nothing in|neither of) {_DOCUMENTS} {_HOW}{_SAYS}\b"
    rf"|no (?:document|source|excerpt|passage|sentence|article)s? {_SAYS}\b"
    r"|i (?:(?:could|can|did|do)(?: ?not|n?['’]t)|(?:was|am) (?:unable|not able) to) "
    r"(?:(?:say|tell|answer|determine)\b|(?:find|see|locate|know)"
    rf"(?:\Z|(?: this| that| it| any| an answer|(?: (?:the|an?|any))? {_MATTER})\b|.*{_IN}\Z))"
    rf"|i (?:have )?(?:found|find|see) {_NO}\b"
    rf"|{_THERE_IS}{_NO} (?:is|are|was|were) {_SAID}{_IN}?\Z"
    rf"|(?:there (?:is|are) )?no (?:further |more |other )*(?:mention|information|details?) "
    rf"(?:on|about|of|for|regarding) {_ABOUT}(?: (?:is|are|was|were) {_SAID})?"
    rf"{_IN}?\Z"
    rf"|{_THERE_IS}{_NO} (?:on|about|of|for|regarding) {_ABOUT}"
    rf"{_IN}\Z"
    rf"|there (?:is|are) {_NO}{_IN}\Z"
    r"|(?:it|this|that|(?:(?!\b(?:who|which|that|whose|say|says|said)\b)[^,;:()])"
    r"{3,60}?) (?:is|are|was|were)(?: not|n['’]t) "
    rf"{_HOW}{_SAID}{_IN}\Z)",
    re.IGNORECASE,
)
_VERB = (
    r"(?:is|are|was|were|has|have|had|did|does|will|would|can|could|may|must|says?|said|left|took|"
    r"gave|made|met|held|went|came|began|broke|fell|lost|\w{2,}ed)\b"
)
_ASKING = r"(?:who|what|when|where|why|how|which|whose|whether|if)\b"
_NUMBERS = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|"
    r"fifty|sixty|seventy|eighty|ninety|dozens?|hundreds?|thousands?|millions?)\b"
)
_ADDS = re.compile(
    r"[;:–—]|\b(?:but|although|though|while|whereas|except|yet|because|instead|rather)\b"
    rf"|, (?:(?:who|which|whose) |(?!(?:and |or )?{_ASKING}))(?:[\w'’]+ ){{0,5}}{_VERB}"
    rf"|\b(?:and|or|as|since|so) (?!{_ASKING})(?:[\w'’]+ ){{1,4}}{_VERB}"
    r"|[.!?…][\"'”’»)]* +(?-i:[A-Z])"
    rf"|\d|\b{_NUMBERS}"
    r"|\b(?:mention|report|reveal|explain|show)s?,? that \S",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE = re.compile(rf"\b\d{{1,2}} {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b|\b(?:1[89]|20)\d\d\b")
_THING = r"matter|point|question|issue|subject|topic|details?|numbers?|total|dates?|figures?|order"
OF_THIS = (
    r" (?:on|of|about|over|for|as to) (?:this|that|it|them"
    rf"|(?:the|your) (?:{_THING})(?-i:(?: (?:of|in|for) (?:the )?[a-z]+){{0,2}})"
    r"|(?:how (?:many|much|long|far|often|large)|who|which|what|when|where|whether)"
    rf"(?-i: (?!{_NUMBERS}|(?:and|as|because|or|since|so)\b)[a-z]+){{1,5}})"
)
"""The end of a sentence that names a matter in the barest words."""


def is_remark(sentence: str) -> bool:
    """Whether it says what the documents do not say, and nothing besides."""
    opening = _OPENING.match(sentence)
    rest = sentence[opening.end() :] if opening else sentence
    return bool(_REMARK.match(rest)) and not adds(rest)


def adds(sentence: str) -> bool:
    """Whether a clause, a contrast or a number in it may say something of the world."""
    return bool(_ADDS.search(_DATE.sub("", sentence)))
