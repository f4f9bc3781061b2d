"""What a question asks for, of all in which documents may differ."""

import pytest

from rag.disagreement.asked import is_asked, leaves_room
from rag.types import DisagreementKind

NUMBER, DATE = DisagreementKind.NUMBER, DisagreementKind.DATE
POLARITY, STATED = DisagreementKind.POLARITY, DisagreementKind.STATED
MEETING = "On 19 August Blinken met Netanyahu for three hours, or two and a half by AP's account."


@pytest.mark.parametrize(
    ("question", "kind", "room"),
    [
        ("How many rockets were fired?", NUMBER, True),
        ("What was the death toll?", NUMBER, True),
        ("What happened in Majdal Shams?", NUMBER, True),
        ("death toll gaza", NUMBER, True),
        ("Who fired the rockets?", NUMBER, False),
        ("When were the rockets fired?", NUMBER, False),
        ("When did they meet?", DATE, True),
        ("Which day was named for the talks?", DATE, True),
        ("What happened in Tehran?", DATE, True),
        ("How many came to Tehran?", DATE, False),
        ("Whom did he meet in Tehran?", DATE, False),
        ("Who came, and when did they meet?", DATE, True),
        ("Who was behind the attack?", POLARITY, True),
        ("Who was behind the attack?", STATED, True),
    ],
)
def test_the_form_of_a_question_leaves_room_for(
    question: str, kind: DisagreementKind, room: object
) -> None:
    assert leaves_room(question, kind) is room


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How long did Blinken and Netanyahu meet?", True),
        ("How deep is the tunnel where the hostages were found?", False),
        ("How deep is the tunnel, and how long did Blinken meet Netanyahu?", True),
        ("Who met Blinken?", False),
    ],
)
def test_of_what_is_quoted_only_that_is_asked_which_has_words_of_the_question(
    question: str, asked: object
) -> None:
    assert is_asked(question, NUMBER, MEETING) is asked
