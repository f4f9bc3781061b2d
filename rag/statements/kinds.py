"""Claim or connective: does a sentence of a reply say something about the world?

In doubt it is a claim: a connective sentence that is taken for a claim is looked up in vain, but
a claim that is taken for connective would be shown without ever having been checked. So every
pattern here covers its sentence from beginning to end, and what may stand in its gaps is narrow.
"""

import re

from rag.statements.remarks import OF_THIS, adds, is_remark

LONGEST = 500
"""Characters of a connective sentence; whoever says more says something."""

_CLOSERS = "\"'”’»)]*_ \t\r\n"
_TRANSITION = re.compile(
    r"(?:\W*\b(?:yes|no|sure|certainly|of course|ok|okay|so|and|but|also|then|now|still|next|thus|"
    r"additionally|besides|consequently|finally|first(?:ly| of all)?|second(?:ly)?|third(?:ly)?|"
    r"furthermore|hence|however|indeed|lastly|likewise|meanwhile|moreover|nevertheless|nonetheless|"
    r"overall|similarly|therefore|unfortunately|thank you|thanks|sorry|that said|all in all|"
    r"in (?:short|sum|summary|brief|conclusion|contrast|addition|particular|other words)|"
    r"(?:to )?(?:sum(?: it)? up|summari[sz]e|conclude)|(?:for|an) (?:example|instance)|"
    r"as a (?:result|consequence)|on the (?:one|other) hand|on the contrary|it follows|"
    r"the (?:short )?answer)\b)++\W*\Z",
    re.IGNORECASE,
)
_GAP = r"(?: [\w'’]+){0,9}"  # words, and no sign that could begin something more
_FURTHER = r"more|any(?:thing)?|further|other|additional|help|details?|questions?|sources?|exact"
_TO_THE_READER = re.compile(
    r"(?:(?:sure|certainly|of course|okay|great|thanks|thank you|sorry)\b[,.! ]+)?(?:"
    r"(?:here(?: is|['’]s| are)|below (?:is|are)) (?:what (?:the|your|these|i)"
    rf"|(?:an?|the|some|my)(?: \w+)?(?: (?:summary|overview|list|answer|points?|details?))){_GAP}"
    rf"|(?:please |just )?(?:let me know|feel free to (?:ask|tell)|ask me){_GAP}"
    rf"|please (?:ask|check|refer|consult|specify|clarify|rephrase)(?! that){_GAP}"
    rf"|(?:if you (?:want|need|would like|have)(?: [\w'’]+)? (?:{_FURTHER}){_GAP}, )"
    rf"(?:please\b|just\b|let me|feel free|ask\b|tell me|i can){_GAP}"
    r"|(?:i )?hope (?:this|that|it) (?:helps?|answers?)(?: your questions?)?"
    r"|i (?:can|could|will|would|am happy to|would be happy to) (?:only |also |then |now )?"
    r"(?:help(?: you)?(?: with|\Z)|look|search|check|summari[sz]e|list|explain|quote|answer|try)"
    rf"(?! (?:that|how|why)){_GAP}"
    r"|i['’]m sorry|i am sorry)\Z",
    re.IGNORECASE,
)
TELLERS = "accounts|reports|sources|figures|estimates|versions|documents|numbers|counts|views"
"""What can be said to differ where a reply speaks of its sources."""

_ANNOUNCEMENT = re.compile(
    rf"\W*(?:but |however,? )?(?:(?:(?:the|these|those|both|two|three|various|different) )*"
    rf"(?:{TELLERS})(?:{OF_THIS})?(?: (?:differ|disagree|vary|conflict|diverge|are at odds|"
    rf"contradict each other|do not agree))(?:{OF_THIS})?"
    r"|there (?:are|is) (?:(?:two|three|several|various|different|differing|conflicting|"
    r"contradictory|competing|diverging|some|no agreed) ?){1,2}"
    rf"(?:accounts|figures|versions|numbers|dates|estimates|reports|views|answers)(?:{OF_THIS})?"
    r"|there is (?:some )?disagreement(?: (?:on|about|over) (?:this|that|it))?"
    r"|i (?:have )?(?:found|see) (?:\w+ )?(?:accounts|reports|documents|articles|sources|passages|"
    rf"sentences|mentions)(?:{OF_THIS})?"
    r"|(?:this|that) is (?:disputed|contested|in dispute))\W*\Z",
    re.IGNORECASE,
)
_SAYING = r"said|say|says|mean|means|follows|following|include|includes|included|named?|listed"
_FINITE = re.compile(
    r"\b(?:has|have|had|did|does|will|would|can|could|must|may|cannot|left|took|gave|made|met|held|"
    r"went|came|began|broke|fell|lost|won|\w+n['’]t)\b|\b(?:is|are|was|were)\b(?! *\W*\Z)|"
    r"\b(?!(?:include|name|list)d\b)\w{2,}ed (?:the|an?|its?|his|her|their|at|on|that|to|all|no)\b|"
    r"\b\w{2,}ed (?-i:[A-Z])",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"\W*(?:here|below|the following|as follows|to summ?\w*"
    r"|(?:according to|based on) [^,]*,? ?\Z"
    r"|(?:according to|based on) [^,]*, (?:here|these are|the following)"
    rf"|.*\b(?:documents|sources|excerpts|passages|articles) (?:{_SAYING})\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\W*(?:who|what|when|where|why|how|which|whose|whom)\b", re.IGNORECASE)
_REPORTED = re.compile(
    r"\S[ :]{1,2}[\"“«][^\"“«]*[?？؟][\"”»]*\Z"  # He asked: “Who pays?”
    r"|\A(?!\W*(?:who|what|when|where|why|how|which|did|do|does|has|have|is|was|are|were)\b)"
    r".*\b(?:asked|wondered|demanded)\b"
    r"|, ?(?:is|are|was|were|do|does|did|has|have|had|wo|would|ca|could)(?:n['’]t)? \w+\?\Z"
    r"|\bdid you know\b",
    re.IGNORECASE | re.DOTALL,
)


def is_connective(sentence: str, *, listed: bool = False) -> bool:
    """Whether a sentence only connects claims, speaks to the reader or of the documents.

    To announce that accounts differ is to connect the claims of both sides, which follow.

    In a list (``listed``) even *Yes* says something. English only: in other languages all is a
    claim that does not end in a colon or a question mark.
    """
    if len(sentence) > LONGEST:
        return False
    plain = sentence.strip(_CLOSERS)
    if plain.endswith(("?", "？", "؟")):
        return not _REPORTED.search(sentence.strip())
    if plain.endswith((":", "：")):
        return only_names(plain[:-1])
    plain = plain.rstrip(".!…。！").rstrip(_CLOSERS)
    return (
        not any(map(str.isalnum, plain))
        or (not listed and bool(_TRANSITION.match(plain)))
        or bool(_TO_THE_READER.match(plain) and not adds(plain))
        or bool(_ANNOUNCEMENT.match(plain))
        or is_remark(plain)
    )


def only_names(title: str) -> bool:
    """Whether a heading, a label or a lead-in says what follows, and nothing about it.

    Told by verbs: *Mediators*, *What was agreed*, but not *Egypt hosted the talks*.
    """
    if len(title) > LONGEST or ";" in title:
        return False
    return bool(_ASKS.match(title) or _LEAD_IN.match(title)) or not _FINITE.search(title)
