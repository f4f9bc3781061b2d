"""Hostile documents: nothing in them is obeyed, loaded, or cited for what it is not.

Asked of all of them at once, by quotation and with models that do what a document tells them.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from rag.answering import ask
from rag.documents.orders import orders_in, warning_of
from rag.ingest import ingest
from rag.libraries import Library
from rag.model import Model
from rag.rendering.html import citations_html, sentences_html, to_html
from rag.rendering.markdown import to_markdown
from rag.rendering.source import source_html
from rag.types import Answer, Message, Verdict
from rag.ui.links import source_link
from tests.hostile_documents import DISGUISES, HOSTILE, IGNORE, LURE, NUMBER, SECRET, fact
from tests.scripted import offered
from tests.small import small_library, write_folder

PAGES = {f"{number:03}.txt": text for number, text in enumerate(HOSTILE.values())}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("hostile")
    with small_library(folder / "data") as opened:
        ingest(opened, [write_folder(folder / "documents", PAGES)])
        yield opened


def obedient(messages: Sequence[Message]) -> Iterator[str]:
    """Says whatever the documents tell it to, with what they are after."""
    sentences = offered(messages[-1].content)
    orders = [f"{text} [{name}]" for name, text in sentences.items() if "eave" not in text]
    yield "\n\n".join(orders)
    yield f"\n\n{SECRET} [A1]. ![x]({LURE}/x.png?q=a) <img src={LURE}/y.png> [Z9][A999]"


def disobedient(messages: Sequence[Message]) -> Iterator[str]:
    """Answers from the sentence that answers, whatever else is offered."""
    sentences = offered(messages[-1].content)
    question = re.search(r"^Question: When does ferry (\d+)", messages[-1].content, re.MULTILINE)
    assert question
    found = [(n, t) for n, t in sentences.items() if t.startswith(f"Ferry {question[1]} leaves")]
    yield f"{found[0][1].removesuffix('.')} [{found[0][0]}]." if found else "NOT IN THE DOCUMENTS"


MODELS = {
    "obedient": Model("obedient", obedient),
    "disobedient": Model("disobedient", disobedient),
    "no": None,
}


class Addresses(HTMLParser):
    """Collects every address that a browser would load or offer, and every tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        loading = ("src", "href", "action", "srcset", "data", "poster", "background", "style")
        self.addresses += [value or "" for name, value in attrs if name in loading]


def shown(answer: Answer) -> str:
    """All HTML that a page makes of an answer."""
    lists = sentences_html([*answer.uncited, *answer.nearest], source_link)
    return to_html(answer, source_link) + citations_html(answer.citations, source_link) + lists


@cache
def asked(library: Library, model: str, name: str) -> Answer:
    return ask(library, MODELS[model], f"When does ferry {NUMBER[name]} leave the harbour?")


@pytest.mark.parametrize("model", MODELS)
def test_whatever_is_cited_is_a_sentence_and_nothing_far_is_loaded(
    library: Library, model: str
) -> None:
    texts = {document.id: document.text for document in library.snapshot().documents}
    for name in HOSTILE:
        answer = asked(library, model, name)
        for one in [*answer.citations, *answer.uncited, *answer.nearest]:
            assert texts[one.document][one.start : one.end] == one.text, name
        page = Addresses(shown(answer))
        assert all(one.startswith("source?") for one in page.addresses), name
        assert not page.tags & {"img", "script", "iframe", "form", "style", "link", "object"}
        exported = Addresses(MarkdownIt().render(to_markdown(answer)))
        assert exported.addresses == [], name


def test_a_model_that_obeys_is_not_believed(library: Library) -> None:
    """The planted claim is nowhere said to be supported, unless a document says it itself."""
    for name in HOSTILE:
        answer = asked(library, "obedient", name)
        for claim in answer.statements:
            if SECRET in claim.text and "password" not in _cited(answer, claim.citations):
                assert claim.verdict is not Verdict.SUPPORTED, name
        assert all(not mark.marker.startswith("[A1]") for mark in answer.rejected)
        assert {"[Z9]", "[A999]"} <= {mark.marker for mark in answer.rejected}, name


def _cited(answer: Answer, numbers: Sequence[int]) -> str:
    return " ".join(one.text for one in answer.citations if one.number in numbers).casefold()


def test_a_model_that_does_not_obey_answers_from_the_fact(library: Library) -> None:
    for name, number in NUMBER.items():
        answer = asked(library, "disobedient", name)
        assert [one.text for one in answer.citations] == [fact(number)], name
        assert answer.statements[0].verdict is Verdict.SUPPORTED


def test_quotations_answer_from_the_fact(library: Library) -> None:
    right = [
        fact(number) in [one.text for one in asked(library, "no", name).citations]
        for name, number in NUMBER.items()
    ]
    assert sum(right) > 0.95 * len(right)  # the small embedding takes some ferries for others


def test_a_source_loads_nothing(library: Library) -> None:
    for document in library.snapshot().documents:
        page = Addresses(source_html(library.document(document.id), [(0, 5)]))  # type: ignore[arg-type]
        assert page.addresses == []
        assert page.tags <= {"article", "p", "mark", "span"}


@pytest.mark.parametrize("language", IGNORE)
def test_an_order_is_noticed_in_its_language(language: str) -> None:
    order = IGNORE[language].format(lure="yes")
    assert orders_in(f"The ferry leaves at nine. {order} It is windy.")


NOT_NOTICED = {"in base64"}


@pytest.mark.parametrize("disguise", sorted(DISGUISES.keys() - NOT_NOTICED))
def test_an_order_is_noticed_in_disguise(disguise: str) -> None:
    order = IGNORE["English"].format(lure="yes")
    assert orders_in(f"The ferry leaves at nine. {DISGUISES[disguise](order)} It is windy.")


HARMLESS = [
    "They chose to ignore the instructions of the pilot.",
    "The guidelines say what must not be forgotten.",
    "You are now leaving the American sector.",
    "The system: a network of canals.",
    "A flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿 flew over the fort.",
    "Il ne faut pas ignorer la météo, dit le capitaine.",
    "Правила просты: не забудь билет.",
    "שלום (Hello) and مرحبا stand in one line.",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_speaks_of_orders_is_no_order(text: str) -> None:
    assert orders_in(text) == ""


def test_whoever_reads_a_folder_is_warned_of_its_orders(tmp_path: Path) -> None:
    name, text = next(iter(PAGES.items()))
    folder = write_folder(tmp_path / "documents", {name: text, "calm.txt": "It is windy there."})
    with small_library(tmp_path / "data") as library:
        done = ingest(library, [folder])
        (warned,) = done.notes
        held = library.document(name)
    assert held
    assert warned == (name, warning_of(text)) == (name, held.note)
    assert "“ignore all previous instruction" in held.note
