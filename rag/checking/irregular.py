"""Irregular English forms and the words that they are forms of, which no stemmer knows."""

import re

_FORMS = """
    begin began begun; bear bore born borne; beat beaten; bind bound; bite bit bitten; bleed bled;
    blow blew blown; break broke broken; breed bred; bring brought; build built; burn burnt;
    buy bought; catch caught; choose chose chosen; come came; cling clung; creep crept; deal dealt;
    dig dug; draw drew drawn; dream dreamt; drink drank drunk; drive drove driven; eat ate eaten;
    fall fell fallen; feed fed; feel felt; fight fought; find found; flee fled; fly flew flown;
    forbid forbade forbidden; forget forgot forgotten; forgive forgave forgiven;
    freeze froze frozen; get got gotten; give gave given; go went gone; grow grew grown;
    hang hung; hear heard;
    hide hid hidden; hold held; keep kept; know knew known; lay laid; lead led; leave left;
    lend lent; lie lain; light lit; lose lost; make made; mean meant; meet met; pay paid;
    ride rode ridden; ring rang rung; rise rose risen; run ran; say said; see saw seen; seek sought;
    sell sold; send sent; shake shook shaken; shine shone; shoot shot; shrink shrank shrunk;
    sing sang sung; sink sank sunk; sit sat; sleep slept; slide slid; speak spoke spoken;
    speed sped; spend spent; spin spun; stand stood; steal stole stolen; stick stuck; strike struck
    stricken; swear swore sworn; sweep swept; swim swam swum; swing swung; take took taken;
    teach taught; tear tore torn; tell told; think thought; throw threw thrown; undergo underwent;
    understand understood; undertake undertook undertaken; wake woke woken; wear wore worn;
    win won; withdraw withdrew withdrawn; withhold withheld; write wrote written;
    child children; foot feet; man men; mouse mice; person people; tooth teeth; woman women;
    life lives; wife wives; leaf leaves; half halves; knife knives; thief thieves; wolf wolves;
    crisis crises; analysis analyses; medium media; criterion criteria; phenomenon phenomena;
    die dying
"""
BASES = {
    form: base
    for group in _FORMS.split(";")
    for base, *forms in [re.findall(r"\w+", group)]
    for form in forms
}
