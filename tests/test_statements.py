"""A reply is cut into claims and connective text, and every mark belongs to one statement."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.citations import Marker, parse
from rag.sentences import split_spans as split
from rag.statements import marks_of, split_statements
from rag.types import Kind, Statement


def read(reply: str) -> tuple[str, list[int], list[str], list[Statement]]:
    """The text without markers, the marks' offsets and names, and the statements."""
    text, offsets, names = "", [], []
    for part in parse(reply):
        if isinstance(part, Marker):
            offsets.append(len(text))
            names.append(part.text)
        else:
            text += part
    return text, offsets, names, split_statements(text, offsets, split)


def texts(reply: str) -> list[str]:
    return [statement.text for statement in read(reply)[3]]


def claims(reply: str) -> list[str]:
    return [one.text for one in read(reply)[3] if one.kind is Kind.CLAIM]


def owned(reply: str) -> list[tuple[str, list[str]]]:
    text, offsets, names, statements = read(reply)
    marks = marks_of(text, statements, offsets)
    return [
        (one.text, [names[at] for at in own]) for one, own in zip(statements, marks, strict=True)
    ]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param(
            "Egypt hosted. Qatar came.", ["Egypt hosted.", "Qatar came."], id="two sentences"
        ),
        pytest.param(
            "Mr. Burns of the U.S. team gave 1.5 million dollars, i.e. a lot.",
            ["Mr. Burns of the U.S. team gave 1.5 million dollars, i.e. a lot."],
            id="abbreviations and decimals do not cut",
        ),
        pytest.param("- Egypt\n- Qatar", ["Egypt", "Qatar"], id="list items"),
        pytest.param("1. Egypt\n2. Qatar", ["Egypt", "Qatar"], id="numbered items"),
        pytest.param("- [ ] ask Egypt", ["ask Egypt"], id="a task"),
        pytest.param(
            "- Egypt hosted\n  the talks. It paid.\n- Qatar",
            ["Egypt hosted\n  the talks.", "It paid.", "Qatar"],
            id="an item of several lines",
        ),
        pytest.param("# Talks\nThey began.", ["Talks", "They began."], id="a heading"),
        pytest.param("> They began.\n\nThey ended.", ["They began.", "They ended."], id="quoted"),
        pytest.param("The talks\nbegan.", ["The talks\nbegan."], id="a line break in a sentence"),
        pytest.param(
            "They began.[A1]They ended.[A2]",
            ["They began.", "They ended."],
            id="a marker in place of the space",
        ),
        pytest.param(
            "They asked Smith Jr. [A1] Hamas left.",
            ["They asked Smith Jr.", "Hamas left."],
            id="a marker behind an abbreviation that ends the sentence",
        ),
        pytest.param("The talks [A1]. Then nothing.", ["The talks .", "Then nothing."], id="space"),
        pytest.param("| Egypt | Cairo. Giza. |", ["| Egypt | Cairo. Giza. |"], id="a table row"),
        pytest.param("```\na. B.\n\nc\n```", ["```\na. B.\n\nc\n```"], id="code is one statement"),
        pytest.param("   \n\n ", [], id="nothing"),
        pytest.param(
            "\u3000Egypt came.\n\xa0- Qatar paid.\n\x0cIt ended.",
            ["Egypt came.", "Qatar paid.", "It ended."],
            id="lines that begin with other white space",
        ),
        pytest.param("# Talks\rThey began.", ["Talks", "They began."], id="a lone return"),
        pytest.param(
            "**Egypt came.** *Qatar paid.* It ended.",
            ["**Egypt came.**", "*Qatar paid.*", "It ended."],
            id="emphasis closes what it opened",
        ),
        pytest.param(
            "“It is over.” he said. They left.",
            ["“It is over.” he said.", "They left."],
            id="a quotation goes on",
        ),
        pytest.param("It ended… Then Egypt came.", ["It ended…", "Then Egypt came."], id="dots"),
        pytest.param("In the talks … Egypt left.", ["In the talks … Egypt left."], id="left out"),
        pytest.param("It said no. Egypt left.", ["It said no.", "Egypt left."], id="no is a word"),
    ],
)
def test_a_reply_is_cut_into_statements(reply: str, expected: list[str]) -> None:
    assert texts(reply) == expected


@pytest.mark.parametrize(
    "connective",
    [
        "# Who mediated",
        "**Next steps**\n\nShall I go on?",
        "Here is what the documents say:",
        "The mediators were:",
        "- On the Egyptian side:",
        "In short.",
        "However,",
        "Yes.",
        "To summarise:",
        "Here are the main points.",
        "I found two reports on this.",
        "Let me know if you want the exact wording.",
        "Shall I look for the date as well?",
        "The documents do not say who paid for the talks.",
        "However, the provided excerpts don't mention a date.",
        "None of the sources give a number.",
        "There is no mention of a prisoner list in the documents.",
        "The number of trucks is not stated in these articles.",
        "No further information about the hostages is given.",
        "---",
        "| who | where |\n|---|---|",
        "```\nprint(1)\n```",
        "Sources differ.",
        "Accounts differ on how many were hurt.",
        "There are two accounts.",
        "I could not find the date in the documents.",
        "I can't say from these documents.",
        "Please note that the documents do not say when.",
        "The documents give no date.",
        "The documents do not mention what happened after 26 August 2024.",
        "No details are given.",
        "If you have further questions, feel free to ask.",
        "I can look for the date as well.",
        "## What was agreed",
    ],
)
def test_connective_text_claims_nothing(connective: str) -> None:
    assert claims(connective) == []
    assert texts(connective) != []


@pytest.mark.parametrize(
    "claim",
    [
        "Egypt hosted the talks.",
        "- Egypt",
        "- Yes",
        "| Egypt | Cairo |",
        "Hamas does not accept the proposal.",
        "The documents do not say who paid, but Egypt hosted the talks.",
        "The court documents name three ministers.",
        "No source of water is left in the city.",
        "**Egypt hosted.**",
        "If you cross at Rafah, you reach Egypt.",
        "Second, Qatar paid.",
        "Here the talks ended.",
        "The sides disagree over the corridor.",
        "Reports of the dead vary from ten to thirty.",
        "The numbers vary by region and by age.",
        "There are two versions of the proposal.",
        "There are no reports about the prisoners.",
        "It is disputed.",
        "The versions differ on who fired first and Hamas fired.",
        "I can confirm that Egypt hosted the talks.",
        "I found two mediators, Egypt and Qatar.",
        "I was told that the talks failed.",
        "Here are the mediators, Egypt and Qatar.",
        "Here is what happened, Egypt left the talks.",
        "Please note that Egypt left the talks.",
        "If you want the number, it is 40,000.",
        "Would you believe it, Egypt left.",
        "Feel free to cross at Rafah: it is open.",
        "I could not find a deal, because Hamas rejected it.",
        "The documents never mention Qatar; instead Egypt mediated.",
        "The documents do not say who paid and Egypt hosted the talks.",
        "The articles do not name the minister, who resigned in May.",
        "The documents do not say whether the 40 hostages killed there were Israeli.",
        "The documents do not mention that Egypt left.",
        "The draft text does not include a withdrawal.",
        "These court documents do not mention the minister.",
        "Netanyahu said the text does not include a withdrawal.",
        "The court found that the evidence does not show genocide.",
        "Nothing in the text of the agreement lets Israel return.",
        "None of the documents were signed by Hamas.",
        "No aid arrived from any source.",
        "No details were given by the army.",
        "No details of the deal were released.",
        "No information about the hostages was given to the families.",
        "There was no mention of peace.",
        "I did not find the hostages.",
        "I can help Egypt host the talks.",
        "Please see that Egypt gets paid.",
        "Fire at Rafah; Egypt shut the border:",
        "No one.",
        "All of it.",
        'The minister asked: "Where are they?"',
        "40 people were killed, weren't they?",
        "Egypt hosted the talks in Cairo:",
        "## Egypt hosted the talks",
        "**Egypt left the talks**\n\nWhy?",
        "**Qatar**",
    ],
)
def test_a_claim_says_something_of_the_world(claim: str) -> None:
    assert len(claims(claim)) == 1


@pytest.mark.parametrize("cited", ["Yes.[A1]", "## Talks [A1]", "The mediators were: [A1]"])
def test_what_is_cited_is_a_claim(cited: str) -> None:
    assert len(claims(cited)) == 1


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param(
            "One [A1]. Two [A2].", [("One .", ["[A1]"]), ("Two .", ["[A2]"])], id="before the stop"
        ),
        pytest.param(
            "It began.[A1] It ended.", [("It began.", ["[A1]"]), ("It ended.", [])], id="behind it"
        ),
        pytest.param(
            "It began. [A1] It ended.",
            [("It began.", ["[A1]"]), ("It ended.", [])],
            id="between two sentences",
        ),
        pytest.param(
            "It began. [A1]It ended.",
            [("It began.", ["[A1]"]), ("It ended.", [])],
            id="glued to the next sentence",
        ),
        pytest.param(
            "- Egypt\n- [A1] Qatar", [("Egypt", []), ("Qatar", ["[A1]"])], id="at the line's start"
        ),
        pytest.param(
            "[A1] It began. It ended.",
            [("It began.", ["[A1]"]), ("It ended.", [])],
            id="at the reply's start",
        ),
        pytest.param(
            "It began.\n[A1]\n\nIt ended.",
            [("It began.", ["[A1]"]), ("It ended.", [])],
            id="on a line of its own",
        ),
        pytest.param(
            "It [A1] began [B2][C3].", [("It  began .", ["[A1]", "[B2]", "[C3]"])], id="in"
        ),
        pytest.param(
            "**It began.**[A1] **It ended.**[A2]",
            [("**It began.**", ["[A1]"]), ("**It ended.**", ["[A2]"])],
            id="behind emphasis",
        ),
        pytest.param(
            "Egypt.\n---[A1]", [("Egypt.", ["[A1]"]), ("---", [])], id="beside a line without words"
        ),
        pytest.param("# Talks\n- Egypt.[A1]", [("Talks", []), ("Egypt.", ["[A1]"])], id="an item"),
    ],
)
def test_a_mark_belongs_to_one_statement(reply: str, expected: list[tuple[str, list[str]]]) -> None:
    assert owned(reply) == expected


PIECES = st.sampled_from(
    [
        "The talks began. ",
        "Dr. Lee",
        "- ",
        "# ",
        "\n",
        "\n\n",
        "[A1]",
        ".",
        " ",
        "| a |",
        "```",
        ">",
        "\u3000",
        "\xa0",
        "\x0c",
        "\r",
        "*",
        "”",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_statements_are_exact_ordered_and_leave_no_word_out(reply: str) -> None:
    text, offsets, _, statements = read(reply)
    outside, end = "", 0
    for one in statements:
        assert one.text == text[one.start : one.end] == one.text.strip() != ""
        assert one.start >= end
        outside, end = outside + text[end : one.start], one.end
    assert not any(map(str.isalpha, outside + text[end:]))
    owned_marks = sorted(mark for own in marks_of(text, statements, offsets) for mark in own)
    assert owned_marks == (list(range(len(offsets))) if statements else [])


@pytest.mark.parametrize("unit", ["It.[A1] ", "e.g. [A1] ", "x.” a[A1]", "|", "* ", "no a ", ":"])
def test_a_hostile_reply_is_cut_in_linear_time(unit: str) -> None:
    begun = time.process_time()
    text, offsets, _, statements = read(unit * (200_000 // len(unit)))
    marks_of(text, statements, offsets)
    assert time.process_time() - begun < 10  # about one second; minutes if it were quadratic
