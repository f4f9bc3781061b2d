"""Foreign text in every piece of HTML and Markdown that we make: characters, and nothing else."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from rag.arrivals import Arrival, Brought, Fate
from rag.conversations.export import to_document as conversation_document
from rag.ledger.rows import Entry
from rag.rendering import checked as checked_text
from rag.rendering import one_line
from rag.rendering.checked_export import to_document as checked_document
from rag.rendering.checked_html import claims_html
from rag.rendering.export import to_document
from rag.rendering.html import citations_html, disagreements_html, sentences_html, to_html
from rag.rendering.markdown import to_markdown
from rag.rendering.marks import no_source_html
from rag.rendering.since import since_html
from rag.scope import Scope
from rag.shelf import Work
from rag.turns import Turn, kept_of
from rag.types import (
    Answer,
    CheckedText,
    Citation,
    Compared,
    Disagreement,
    DisagreementKind,
    Document,
    Kind,
    Mark,
    Mode,
    Outcome,
    Place,
    Rejected,
    SavedCitation,
    Standing,
    Statement,
    Verdict,
)
from rag.ui import pieces
from rag.ui.documents.acting import _link as documents_link
from rag.ui.documents.acting import _names_html as names_html
from rag.ui.documents.adding import _arrivals_html as arrivals_html
from rag.ui.drawn import drawn
from rag.ui.evaluation.comparing import changes_html, flips_html, metrics_html, verdict_html
from rag.ui.evaluation.feedback import _case_html as case_html
from rag.ui.links import source_link
from rag.ui.narrowing import chips_html
from rag.ui.page_pieces import examined_html, facts_html, label, page_title, remedy_html
from rag.ui.source import failure_page, no_document, source_page
from tests.small import CAIRO
from tests.spellings import FAR, MARKDOWN_SHOWN, SPELLINGS, in_a_name

TAGS = frozenset(
    """a article b body br button cite code dd details div dl dt h1 h2 h3 h4 h5 h6 head header
    html li main mark nav ol p pre q section small span strong em sup summary table tbody td th
    thead time title tr ul hr blockquote""".split()
)
ATTRIBUTES = frozenset(
    """aria-current aria-description aria-hidden aria-label class datetime hidden href id lang rel
    role scope start style tabindex target title type value""".split()
)
OURS = re.compile(r"(\./)?source\?doc=[^:/?#]*|#s[0-9]+|\./|state")
STYLES = {None, "text-align:left", "text-align:right", "text-align:center"}
DAY = dt.date(2026, 11, 26)


class Shown(HTMLParser):
    """What an HTML parser makes of a piece: its elements, its addresses, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.styles: set[str | None] = set()
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]
        self.styles |= {value for name, value in attrs if name == "style"}

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.tags.add(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.tags |= {decl} - {"doctype html"}

    def handle_pi(self, data: str) -> None:
        self.tags.add(f"<?{data}")

    def unknown_decl(self, data: str) -> None:
        self.tags.add(f"<![{data}")

    @property
    def text(self) -> str:
        return one_line("".join(self.words))


def cited(text: str) -> Citation:
    """A citation in which everything that a document or a model says is the text."""
    return replace(CAIRO, document=text, title=text, text=text, reason=text)


def answered(text: str, mode: Mode = Mode.MODEL) -> Answer:
    """An answer in which everything is."""
    one = cited(text)
    claim = Statement(text, Kind.CLAIM, 0, len(text), Verdict.NOT_CHECKED, text)
    return Answer(
        question=text,
        standalone_question=f"{text} ",
        outcome=Outcome.PARTLY,
        mode=mode,
        text=text,
        statements=(claim,),
        citations=(one,),
        marks=(Mark(len(text), 1),),
        missing=text,
        rejected=(Rejected(text, text),),
        disagreements=(Disagreement(DisagreementKind.NUMBER, text, (one, one)),),
        uncited=(one,),
        nearest=(one,),
        model=text,
    )


def turn_of(text: str) -> Turn:
    return Turn(text, answered(text), finished=True, error=text)


def checked_of(text: str) -> CheckedText:
    claim = Statement(text, Kind.CLAIM, 0, len(text), Verdict.UNSUPPORTED, text, (1,))
    return CheckedText(text, (claim,), (cited(text),))


def compared_of(text: str) -> Compared:
    there = SavedCitation(1, text, text, None, 0, 1, text, "")
    return Compared(there, Standing.CHANGED, text, Place(text, 0, 1, f"{text}!"))


def source_of(text: str) -> str:
    document = Document(id=text, title=text, date=None, text=f"{text}\n\n{text}", note=text)
    page = source_page(document, [(0, len(text)), (len(text) + 2, len(text) + 3)], asked=True)
    return _body(page)


def _body(page: str) -> str:
    """What follows the head, which holds our own files, and the title with the text in it."""
    head, _, body = page.partition("</head>")
    title = re.search(r"<title>(.*?)</title>", head, re.DOTALL)
    assert title
    assert "<" not in title[1]
    return body


def flip_of(text: str) -> dict[str, Any]:
    side = {"outcome": text, "text": text}
    return {"question": text, "wanted": text, "moved": {text: (0.0, 1.0)}, "a": side, "b": side}


def metric_of(text: str) -> str:
    interval = {"low": 0.0, "high": 0.0}
    one = {"a": 0.0, "b": 0.0, "difference": 0.0, "interval": interval, "better": 0, "worse": 0}
    return metrics_html({text: {**one, "count": 1}}, [text])


def case_of(text: str) -> str:
    return case_html(
        {
            "question": text,
            "answer": text,
            "reason": text,
            "wrong": {1: text},
            "is_bad": True,
            "golden": text,
        }
    )


PIECES: Mapping[str, Callable[[str], str]] = {
    "an answer in quotations": lambda text: to_html(answered(text, Mode.QUOTES), source_link),
    "an answer that grows": lambda text: to_html(answered(text), source_link, pending=True),
    "footnotes": lambda text: citations_html([cited(text)], source_link),
    "sentences": lambda text: sentences_html([cited(text)], source_link),
    "disagreements": lambda text: disagreements_html(answered(text).disagreements, source_link),
    "no source": lambda text: no_source_html(answered(text).statements[0]),
    "what has changed since": lambda text: since_html(compared_of(text)),
    "a turn": lambda text: drawn(turn_of(text), [compared_of(text)]).whole(text),
    "claims": lambda text: claims_html(checked_of(text), checked_of(text).statements, source_link),
    "a source": source_of,
    "no source there": lambda text: _body(failure_page(no_document(text))),
    "a question": pieces.question_html,
    "a notice": pieces.notice,
    "an end": lambda text: pieces.state_line(text, "note") + pieces.incomplete(text),
    "a title": lambda text: pieces.current_title(text) + pieces.to_delete(text),
    "a heading": lambda text: pieces.heading(text) + page_title(text, text),
    "a folder": lambda text: pieces.no_documents(Path(in_a_name(text))),
    "chips": lambda text: chips_html(Scope((text,), (text,), (text,))),
    "facts": lambda text: facts_html({text: text}),
    "a remedy": lambda text: remedy_html(text, text),
    "an examination": lambda text: examined_html([(False, text)]),
    "names": lambda text: names_html([text]) + documents_link(entry_of(text), ""),
    "arrivals": lambda text: arrivals_html(work_of(text)),
    "a comparison": lambda text: verdict_html({"name": text, "words": text}) + changes_html([text]),
    "questions that turned": lambda text: flips_html([flip_of(text)]),
    "metrics": metric_of,
    "feedback": case_of,
}


def shown_as(text: str, piece: str) -> str:
    return one_line(in_a_name(text) if piece == "a folder" else text)


def entry_of(text: str) -> Entry:
    return Entry(1, text, "", text, None, text, text, (text,), text, 1)


def work_of(text: str) -> Work:
    brought = Brought(text, b"")
    return Work([Arrival(brought, Fate.FAILED, text), Arrival(brought, Fate.ADDED)])


def assert_is_text(page: Shown, name: str) -> None:
    assert page.tags <= TAGS, name
    assert page.attributes <= ATTRIBUTES, name
    assert all(OURS.fullmatch(address.partition("&")[0]) for address in page.addresses), name
    assert page.styles <= STYLES, name


@pytest.mark.parametrize("piece", PIECES)
def test_foreign_text_is_shown_as_it_is_and_nothing_comes_of_it(piece: str) -> None:
    for name, text in SPELLINGS.items():
        page = Shown(PIECES[piece](text))
        assert_is_text(page, name)
        if piece != "an answer that grows" or name not in MARKDOWN_SHOWN:
            assert shown_as(text, piece) in page.text, name


def test_what_a_model_writes_as_markdown_leads_nowhere() -> None:
    for name in MARKDOWN_SHOWN:
        page = Shown(to_html(answered(SPELLINGS[name]), source_link))
        assert_is_text(page, name)


EXPORTS: Mapping[str, Callable[[str], str]] = {
    "an answer": lambda text: to_markdown(answered(text)),
    "a saved answer": lambda text: to_document(answered(text), DAY),
    "a saved answer in quotations": lambda text: to_document(answered(text, Mode.QUOTES), DAY),
    "a checked text": lambda text: checked_text.to_markdown(checked_of(text)),
    "a saved check": lambda text: checked_document(checked_of(text), DAY),
    "a conversation": lambda text: conversation_document(text, [kept_of(turn_of(text))]),
}


@pytest.mark.parametrize("export", EXPORTS)
def test_an_export_makes_a_viewer_load_and_follow_nothing(export: str) -> None:
    """As CommonMark with raw HTML has it, which is what most viewers read."""
    viewer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for name, text in SPELLINGS.items():
        page = Shown(viewer.render(EXPORTS[export](text)))
        assert page.tags <= TAGS - {"a", "button"} | {"s"}, name
        assert page.addresses == [], name


def test_a_label_reads_as_the_text_it_is_of() -> None:
    """A label is Markdown; a joiner that nobody sees keeps ``:names:`` apart."""
    for name, text in SPELLINGS.items():
        shown = Shown(MarkdownIt("commonmark", {"html": True}).render(label(text)))
        assert shown.tags <= {"p"}, name
        assert shown.text.replace("\N{WORD JOINER}", "") == one_line(text).replace(
            "\N{WORD JOINER}", ""
        ), name


def test_there_are_many_spellings_and_they_lead_away() -> None:
    assert len(SPELLINGS) >= 150
    assert len(set(SPELLINGS.values())) == len(SPELLINGS)
    assert sum(FAR in text for text in SPELLINGS.values()) > 120


def test_a_spelling_would_be_found_if_it_were_not_escaped() -> None:
    """The same examination of the same texts, unescaped, sees nearly all that is HTML."""
    caught = [name for name, text in SPELLINGS.items() if not Shown(text).tags <= TAGS]
    assert len(caught) > 60
