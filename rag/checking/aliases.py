"""Names that differ in form and mean the same: US and American, Iraq and Iraqi."""

from collections.abc import Collection

from rag.checking.wording import words

_GROUPS = tuple(
    frozenset(group.split("|"))
    for group in (
        "us|usa|united states|america|american|americans|united states of america|washington",
        "uk|britain|british|united kingdom|great britain|briton|britons",
        "un|united nations",
        "tv|television",
        "pm|prime minister",
        "ai|artificial intelligence",
        "eu|european union",
        "uae|united arab emirates|emirati|emiratis",
        "france|french",
        "germany|german|germans",
        "netherlands|dutch|holland",
        "spain|spanish|spaniard|spaniards",
        "turkey|turkish|turkiye|turks",
        "china|chinese",
        "lebanon|lebanese",
        "greece|greek|greeks",
        "switzerland|swiss",
        "palestine|palestinian|palestinians",
        "philippines|philippine|filipino|filipinos",
        "poland|polish|poles",
        "denmark|danish|danes",
        "sweden|swedish|swedes",
        "finland|finnish|finns",
        "ireland|irish",
        "wales|welsh",
        "scotland|scottish|scots",
        "england|english",
        "europe|european|europeans",
        "peru|peruvian|peruvians",
        "norway|norwegian|norwegians",
        "jew|jews|jewish",
        "gaza|gaza strip",
        "islam|islamic|islamist|islamists|muslim|muslims",
    )
)
_BY_NAME = {name: group for group in _GROUPS for name in group}
_ENDINGS = frozenset(
    ["", "s", "i", "is", "n", "ns", "an", "ans", "ian", "ians", "ese", "ish", "a", "e", "y", "ia"]
)
_SHARED = 4  # letters that two forms of one name begin with, at least

TITLES = frozenset(
    words(
        "admiral ambassador archbishop bishop captain chairman chairwoman chancellor chief "
        "colonel commander councillor deputy director doctor dr emir foreign general governor "
        "judge justice king lady lieutenant lord major mayor minister miss mr mrs ms officer pope "
        "premier president prime prince princess prof professor queen rabbi rep representative "
        "secretary senator sen sergeant sheikh sir speaker spokesman spokesperson spokeswoman "
        "sultan vice"
    )
)
PARTICLES = frozenset(words("al el ul bin ibn ben de del della der den di da la le van von the of"))


def also_called(name: str) -> frozenset[str]:
    """Other names for this one (folded), it included."""
    return _BY_NAME.get(name, frozenset([name]))


def same_root(name: str, others: Collection[str]) -> bool:
    """Whether one of the other names is this one with another ending: Israel, Israelis."""
    return any(_differ_in_ending(name, other) for other in others if other[:2] == name[:2])


def _differ_in_ending(one: str, other: str) -> bool:
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= _SHARED and one[shared:] in _ENDINGS and other[shared:] in _ENDINGS
