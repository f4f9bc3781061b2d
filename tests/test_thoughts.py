"""Thoughts before a reply are taken off it, and nothing else is."""

import time
from itertools import repeat

import pytest

from rag.model.characters import whole_characters
from rag.model.thoughts import without_thoughts

THOUGHTS = {
    "<think>Hm. <b> </thin</think>\n\nThe <b>end</b>.": "The <b>end</b>.",
    "\n <think></think> <think>Again.</think>The end.": "The end.",
    "The <think>end</think>.": "The <think>end</think>.",
    "<thin ice>": "<thin ice>",
    "<thi": "<thi",
    "<think>It never ends": "",
}


@pytest.mark.parametrize("reply", THOUGHTS)
def test_thoughts_are_taken_off_however_the_reply_is_cut(reply: str) -> None:
    for cut in range(len(reply) + 1):
        for second in range(cut, len(reply) + 1):
            pieces = iter([reply[:cut], reply[cut:second], reply[second:]])
            assert "".join(without_thoughts(pieces)) == THOUGHTS[reply]


def test_endless_thoughts_take_linear_time() -> None:
    begun = time.perf_counter()
    assert not list(without_thoughts(iter(["<think>", *repeat("</thin", 200_000)])))
    assert time.perf_counter() - begun < 5


def test_a_character_sent_in_two_halves_comes_out_whole() -> None:
    assert list(whole_characters(["a\ud83d", "\ude42b", "\ude42", "\ud83d"])) == [
        "a",
        "🙂b",
        "\ufffd",
        "\ufffd",
    ]
