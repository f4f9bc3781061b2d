"""What a judge replies: one plain verdict is taken, whatever else it says is *not checked*."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.judging.replies import MAX_WORDS, VERDICTS, read_judgement
from rag.types import Verdict

READ = {
    "as it was asked for": (
        '{"reason": "Both name Cairo.", "verdict": "supported"}',
        Verdict.SUPPORTED,
        "Both name Cairo.",
    ),
    "verdict first": (
        '{"verdict": "partly", "reason": "No date."}',
        Verdict.PARTLY,
        "No date.",
    ),
    "in a code fence": (
        '```json\n{"reason": "Not there.", "verdict": "unsupported"}\n```',
        Verdict.UNSUPPORTED,
        "Not there.",
    ),
    "with text before and after": (
        'Let me see. {"verdict": "contradicted", "reason": "It is 3."} I hope this helps.',
        Verdict.CONTRADICTED,
        "It is 3.",
    ),
    "announced": (
        'Verdict:\n```json\n{"verdict": "partly", "reason": "x"}\n```',
        Verdict.PARTLY,
        "x",
    ),
    "other capitals": (
        '{"Verdict": " Supported ", "Reason": "Yes."}',
        Verdict.SUPPORTED,
        "Yes.",
    ),
    "inside another object": (
        '{"result": {"verdict": "partly", "reason": "Half."}}',
        Verdict.PARTLY,
        "Half.",
    ),
    "the same twice": (
        '{"verdict": "partly", "reason": "One."}\n{"verdict": "partly", "reason": "Two."}',
        Verdict.PARTLY,
        "One.",
    ),
    "another object before it": (
        '{"note": 1} {"verdict": "unsupported", "reason": "No."}',
        Verdict.UNSUPPORTED,
        "No.",
    ),
    "braces in the reason": (
        '{"verdict": "unsupported", "reason": "It says {\\"verdict\\": \\"supported\\"}."}',
        Verdict.UNSUPPORTED,
        'It says {"verdict": "supported"}.',
    ),
    "a line break inside the reason": (
        '{"verdict": "unsupported", "reason": "One\ntwo."}',
        Verdict.UNSUPPORTED,
        "One two.",
    ),
    "a word": ("supported", Verdict.SUPPORTED, ""),
    "a word with a full stop": ("Unsupported.\n", Verdict.UNSUPPORTED, ""),
    "a labelled word": ("**Verdict:** partly\n\nNo date.", Verdict.PARTLY, "No date."),
    "a reason that is none": ('{"verdict": "partly", "reason": 7}', Verdict.PARTLY, ""),
}


@pytest.mark.parametrize("name", READ)
def test_a_plain_verdict_is_read_with_its_reason(name: str) -> None:
    reply, verdict, reason = READ[name]
    finding = read_judgement(reply)
    said = (
        f"The language model says: “{reason}”" if reason else "The language model gives no reason."
    )
    assert (finding.verdict, finding.reason) == (verdict, said)


REFUSED = {
    "nothing": "",
    "white space": " \n ",
    "prose": "The claim is supported by the first sentence.",
    "a negated word": "Not supported.",
    "a word with more after it": "Supported by the first sentence.",
    "two words": "supported or partly",
    "a question": "supported?",
    "a word struck out": "~~supported~~",
    "a word with a minus": "-supported",
    "another word": "true",
    "a word that is none of the four": '{"verdict": "fine"}',
    "a word too many": '{"verdict": "not supported"}',
    "the form, repeated": '{"reason": "…", "verdict": "…"}',
    "all words": '{"verdict": "supported | partly | unsupported | contradicted"}',
    "a list": '{"verdict": ["supported"]}',
    "a truth value": '{"verdict": true}',
    "a letter that only looks so": '{"verdict": "ѕupported"}',
    "no quotation marks": "{verdict: supported}",
    "single quotation marks": "{'verdict': 'supported'}",
    "cut": '{"verdict": "supported", "reason": "The sen',
    "no verdict": '{"answer": "supported"}',
    "two objects that differ": '{"verdict": "supported"} {"verdict": "unsupported"}',
    "a change of mind": '{"verdict": "supported"}\nNo. {"verdict": "contradicted"}',
    "a key twice": '{"verdict": "unsupported", "verdict": "supported"}',
    "another verdict inside": '{"verdict": "partly", "other": {"verdict": "supported"}}',
    "an echo that breaks the object": (
        '{"verdict": "unsupported", "reason": "The claim says {"verdict": "supported"}"}'
    ),
    "an echo before a broken object": (
        'It says {"verdict": "supported"}. {"verdict": "unsupported", "reason": "so "it" is not"}'
    ),
    "a line against the object": 'Unsupported\n{"verdict": "supported"}',
    "a label against the object": 'My verdict is unsupported. {"verdict": "supported"}',
    "a denial against the object": 'Verdict: not supported\n{"verdict": "supported"}',
    "a line after the object": '{"verdict": "supported"}\nVerdict: **partly**',
    "a word, then another": "supported\nOr rather: contradicted by the date.",
    "a word, then not": "supported\nNo: it is not supported.",
    "brackets without end": "{" * 8_000,
    "objects without end": '{"verdict": ' * 2_000,
    "lists without end": '{"verdict": ' + "[" * 8_000,
    "a number too long to read": '{"verdict": "supported", "n": ' + "9" * 5_000 + "}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_one_plain_verdict_is_not_checked(name: str) -> None:
    finding = read_judgement(REFUSED[name])
    assert finding.verdict is Verdict.NOT_CHECKED
    assert finding.reason.startswith("The language model's judgement ")
    assert len(finding.reason) < MAX_WORDS + 70


def test_a_judgement_that_cannot_be_read_is_shown() -> None:
    finding = read_judgement("I would say yes.")
    assert finding.reason == "The language model's judgement cannot be read: “I would say yes.”"


def test_an_empty_judgement_is_named() -> None:
    assert (
        read_judgement("").reason == "The language model's judgement cannot be read, it is empty."
    )


def test_the_models_words_are_short_and_on_one_line_and_all_can_be_seen() -> None:
    words = "One\\u0007\\u202e\\u200b\\n two " + "word " * 200
    reason = read_judgement(f'{{"verdict": "partly", "reason": "{words}"}}').reason
    assert reason.startswith("The language model says: “One two word ")
    assert reason.endswith("…”")
    assert reason.isprintable()
    assert len(reason) < MAX_WORDS + 40


@given(st.text(alphabet='{}[]":, \nverdictsupoan…\\', max_size=80))
def test_no_reply_breaks_the_reading(reply: str) -> None:
    finding = read_judgement(reply)
    assert "\n" not in finding.reason


@given(st.sampled_from(sorted(VERDICTS)), st.sampled_from(sorted(VERDICTS)), st.text(max_size=20))
def test_two_verdicts_are_none_unless_they_agree(one: str, other: str, between: str) -> None:
    reply = f'{{"verdict": "{one}"}}{between}{{"verdict": "{other}"}}'
    assert read_judgement(reply).verdict in ({VERDICTS[one]} & {VERDICTS[other]}) | {
        Verdict.NOT_CHECKED
    }
