"""English words that are no names although a sentence may begin with them.

FUNCTION_WORDS carry no meaning of their own and are left out when wordings are compared.
"""

import re

FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a there about above accordingly across additionally after afterwards again against ago all
        almost alone along already also although always am amid among an and another any anyone
        anything are around as aside at away back be because become becomes been before behind
        being below beneath beside besides between beyond both but by can cannot could despite did
        do does doing done down due during each either else especially etc even ever every
        everyone everything except far few finally for former formerly from further furthermore
        had half has have having he hence her here hers herself him himself his how however i if
        in including indeed inside instead into is it its itself just last later latter least less
        lest let like likewise many may me meanwhile might mine more moreover most mostly much
        must my myself namely near nearly neither never nevertheless next no nobody none
        nonetheless nor not nothing notwithstanding now of off often on once only onto or other
        others otherwise ought our ours out outside over overall own particularly per perhaps
        quite rather regarding respectively same several shall she should similarly since so some
        somebody someone something sometimes soon specifically still such than that the their
        theirs them themselves then thereafter thereby therefore these they this those though
        through throughout thus till to today together tomorrow too toward towards under
        underneath unless unlike until up upon us using various very via was we well were what
        whatever when whenever where whereas wherever whether which whichever while who whoever
        whole whom whose why will with within without would yesterday yet you your yours yourself
        """,
    )
)
_OPENERS = frozenset(
    re.findall(
        r"\w+",
        """
        according account accounts add adults aid air airstrikes allow answer anti apply area army
        artists ask asked assess attacks attempt authorities avoid aware based begin best better big
        board born bring build business call campaign care case cases change check chief children
        choose cities civilians clean clear click close common companies compare compared connect
        consider consumers contact contrary control costs countries country counts create critics
        current customers data days deals deaths define delayed delegates delegations describe
        designed details determine develop different diplomacy diplomats discuss displaced doctors
        drink drivers drug earlier early earth eat economic education employ enjoy ensure envoys
        establish estimates evacuees evaluate events eventually everyday evidence examples experts
        explore exports extra families fans farmers fewer fields fighters figures films find fire
        flights focus follow food foods foreign founded free fresh fuel full fully future games gas
        general get girls give given global go gold good goods government great groups guests hard
        health heat heavy help high higher homes hospitals hostages hours houses human ideally
        identify implement imports improved include income increase increased individuals industry
        inflation information injured international internet investors islands issues jobs join
        journalists judges keep key killed know labour land language large largest late lawmakers
        lawyers lead leaders learn leave legal life light limit limited listen live living local
        locate located long look losses love low lower main maintain major make man manage mass
        maximum maybe means measure medical medicine medics members men military ministers minor
        modern money months mothers move multiple music national natural neighbours news nights
        normally notable notably note nuclear observers offer officers officials oil old older open
        opponents oral originally pairs papers parents part parties passengers patients pay peace
        people perform place plan plans plants play players please police policy poor popular
        possible post power present press prevent previous prices prior prioritize prisoners private
        problems produce products profits protest protests provide public published put rain rates
        read real recent recently recommend records reduce refer refugees regular related relatives
        released remember remove reports rescuers research residents results review rights risk
        rivals road roughly rules run sales save schools science scores see seek select sell send
        services set sex short show side sides simple simply single sirens situated small social
        soldiers sources special spending sports staff start starting state statements states steel
        steps stock stop strategies street strong structures students studies study supplies support
        take talks taxes teachers team teams technical technology teenagers test think time times
        total traditional training travel treat trees troops trucks try turn typically understand
        united unknown unusual updates upper urban usage usually value versions victims videos view
        villages visit visitors voters votes wait war warm wars waste watch water ways weather wider
        wild winds wine women wood words work workers works worldwide wounded write years young
        younger
        """,
    )
)
_ENDINGS = re.compile(
    r".{3,}(?:ing|ly|[ts]ions?|ments?|ors|ists|ness|ities|ials|ous|ful|less|ive|[ai]ble|[ct]ional)\Z"
)
_NAMES = frozenset(
    re.findall(r"\w+", "beijing boeing nanjing chongqing wyoming italy sicily kelly emily beverly")
)


def is_ordinary(word: str) -> bool:
    """Whether a folded word that begins a sentence is most likely no name."""
    first = word.partition("-")[0]
    if word in _NAMES or first in _NAMES:
        return False
    return (
        first in _OPENERS
        or word in FUNCTION_WORDS
        or word in _OPENERS
        or bool(_ENDINGS.match(word))
    )
