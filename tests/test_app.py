"""The pages, run without a browser over an engine that computes its answers from its documents."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.config import Config, read_config
from rag.conversations import Conversations
from rag.drafts import Watch
from rag.errors import FootnoteError, LedgerError, ModelUnreachable
from rag.holdings import Holdings, IndexState
from rag.proceeding import ask
from rag.scope import EVERYWHERE, Scope
from rag.types import (
    Answer,
    AnswerEvent,
    AnswerFinished,
    CheckedText,
    Citation,
    Compared,
    Disagreement,
    DisagreementKind,
    Document,
    EvidenceFound,
    Mark,
    MarkAdded,
    Message,
    Mode,
    Outcome,
    Sentence,
    Source,
    TextAdded,
    Verdict,
)
from rag.ui.engine import Engine
from rag.ui.launch import settings
from rag.ui.links import links_of, source_link, spans_of
from rag.ui.safety import policy
from rag.underway import Answers
from tests.small import PaperShelf

CAIRO = Document(
    "cairo.md",
    "Cairo talks <b>",
    "The talks ended. Qatar and Egypt mediated the talks.",
    date(2024, 8, 26),
)
MEDIATED = Citation(
    1,
    "cairo.md",
    CAIRO.title,
    CAIRO.date,
    ("cairo.md#1",),
    17,
    52,
    CAIRO.text[17:],
    Verdict.SUPPORTED,
)
DIFFERS = Disagreement(
    DisagreementKind.STATED, "The text <b> says so.", (replace(MEDIATED, number=0),)
)
SOURCE = Source(
    "A", "cairo.md", CAIRO.title, CAIRO.date, (Sentence("cairo.md", 1, 17, 52, MEDIATED.text),)
)


@dataclass
class PaperEngine:
    """Answers with the second sentence of its document when asked about mediators."""

    held: Sequence[Document] = (CAIRO,)
    has_model: bool = False
    failure: FootnoteError | None = None
    said: str = ""
    folder: Path = Path("seeds")
    config: Config = Config()  # noqa: RUF009 - frozen
    feedback_file: Path = Path("feedback.jsonl")
    waiting: Sequence[Document] = ()
    failures: Sequence[str] = ()
    heard: list[Sequence[Message]] = field(default_factory=list)
    shelf: PaperShelf = field(default_factory=PaperShelf)
    scopes: list[Scope] = field(default_factory=list)
    conversations: Conversations = field(default_factory=lambda: Conversations(Path("nowhere")))
    compared: Sequence[Compared] = ()
    trouble: str = ""

    def __post_init__(self) -> None:
        self.answers = Answers(self)

    def since(self, _: Sequence[Citation]) -> Sequence[Compared]:
        return self.compared

    def document_ids(self) -> Sequence[str]:
        return [document.id for document in self.held]

    def document(self, document_id: str) -> Document | None:
        return next((it for it in self.held if it.id == document_id), None)

    def answer(
        self, question: str, history: Sequence[Message], scope: Scope = EVERYWHERE
    ) -> Iterator[AnswerEvent]:
        self.heard.append(history)
        self.scopes.append(scope)
        yield EvidenceFound((SOURCE,))
        if self.said:
            yield TextAdded(self.said)
        if self.failure:
            raise self.failure
        yield from _events(question, Mode.MODEL if self.has_model else Mode.QUOTES)

    def read_folder(self) -> Sequence[str]:
        self.held = [*self.held, *self.waiting]
        return self.failures

    def check(self, text: str, watch: Watch) -> CheckedText:
        watch(1, 1)
        return CheckedText(text, (), ())

    def holdings(self) -> Holdings:
        count = len(self.held)
        return Holdings(
            count, 2 * count, count, IndexState.FRESH, 3, "words@256", is_made_with=True
        )

    def quotes(
        self, question: str, _: Sequence[Message], scope: Scope = EVERYWHERE
    ) -> Iterator[AnswerEvent]:
        self.scopes.append(scope)
        yield EvidenceFound((SOURCE,))
        yield from _events(question, Mode.QUOTES)


def _events(question: str, mode: Mode) -> Iterator[AnswerEvent]:
    blank = Answer(question, question, Outcome.NOT_FOUND, mode, "")
    if "mediated" not in question:
        yield AnswerFinished(replace(blank, nearest=(MEDIATED,)))
        return
    yield TextAdded(MEDIATED.text)
    yield MarkAdded(replace(MEDIATED, verdict=Verdict.NOT_CHECKED))
    yield AnswerFinished(
        replace(
            blank,
            outcome=Outcome.ANSWERED,
            text=MEDIATED.text,
            marks=(Mark(len(MEDIATED.text), 1),),
            citations=(MEDIATED,),
            uncited=(replace(MEDIATED, text="The talks ended."),),
            disagreements=(DIFFERS,) * ("disputed" in question),
        )
    )


def visit(engine: Callable[[], Engine]) -> AppTest:
    def page(engine: "Callable[[], Engine]") -> None:  # run as a script of its own
        from rag.ui.app import main

        main(engine)

    return AppTest.from_function(page, default_timeout=20, args=(engine,)).run()


def html(app: AppTest) -> str:
    """All the HTML on the page."""
    return "\n".join(piece.proto.body for piece in app.get("html"))


def asked(engine: Engine, question: str) -> AppTest:
    app = visit(lambda: engine)
    return app.chat_input[0].set_value(question).run()


def test_a_server_that_is_away_is_named_quietly_and_as_text_until_it_is_back() -> None:
    engine = PaperEngine(trouble="<img src=x> is away.")
    app = visit(lambda: engine)
    assert '<p class="notice " role="status">&lt;img src=x&gt; is away.</p>' in html(app)
    engine.trouble = ""
    assert "is away" not in html(app.run())


def test_without_documents_the_page_says_how_to_add_some() -> None:
    app = visit(lambda: PaperEngine(held=()))
    assert "RAG_DOCUMENTS=PATH make chat" in html(app)
    assert "<code>seeds</code>" in html(app)
    assert app.chat_input[0].disabled


def test_without_a_model_the_page_says_how_to_configure_one() -> None:
    shown = html(visit(PaperEngine))
    for name in (
        "No language model is configured",
        "OPENAI_BASE_URL",
        "OPENAI_API_KEY",
        "RAG_MODEL",
    ):
        assert name in shown


def test_with_a_model_the_page_says_nothing_of_configuring_one() -> None:
    assert "OPENAI_BASE_URL" not in html(visit(lambda: PaperEngine(has_model=True)))


def test_a_starter_question_is_asked_by_a_click() -> None:
    app = visit(PaperEngine)
    app.button(key="Who mediated the talks?").click().run()
    assert '<p class="question">Who mediated the talks?</p>' in html(app)
    assert '<a class="mark supported"' in html(app)
    assert "Who mediated the talks?" not in [button.label for button in app.button]


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("Answered from your documents.", id="outcome"),
        pytest.param("Quoted word for word; no language model wrote this.", id="quotes"),
        pytest.param('<span class="verdict supported">✓ supported</span>', id="verdict"),
        pytest.param("Cairo talks &lt;b&gt;, 2024-08-26 (cairo.md)", id="source"),
        pytest.param('href="source?doc=cairo.md&amp;s=17-52"', id="link"),
        pytest.param("The talks ended.", id="read, not cited"),
    ],
)
def test_an_answer_is_shown_with(shown: str) -> None:
    assert shown in html(asked(PaperEngine(), "Who mediated the talks?"))


def test_found_sentences_and_uncited_ones_stand_in_expanders() -> None:
    app = asked(PaperEngine(), "Who mediated the talks?")
    assert [it.label for it in app.expander] == ["Sentences found: 1", "Read, not cited: 1"]


def test_where_documents_differ_both_sides_stand_below_the_answer() -> None:
    shown = html(asked(PaperEngine(), "Who mediated the disputed talks?"))
    assert "Your documents do not say the same" in shown
    assert '<p class="differs">The text &lt;b&gt; says so.</p>' in shown


def test_where_they_do_not_differ_nothing_is_said_of_it() -> None:
    shown = html(asked(PaperEngine(), "Who mediated the talks?"))
    assert "do not say the same" not in shown


def test_what_is_not_found_is_said_with_the_nearest_sentences() -> None:
    shown = html(asked(PaperEngine(), "Who won?"))
    assert "Not in your documents." in shown
    assert "The nearest sentences" in shown


def test_a_question_is_shown_as_text() -> None:
    shown = html(asked(PaperEngine(), "<img src=x> **who** mediated?"))
    assert '<p class="question">&lt;img src=x&gt; **who** mediated?</p>' in shown


def test_the_conversation_is_kept_and_handed_on() -> None:
    engine = PaperEngine()
    app = asked(engine, "Who mediated the talks?")
    app.chat_input[0].set_value("And where?").run()
    assert html(app).count('class="question"') == 2
    assert engine.heard == [
        [],
        [Message("user", "Who mediated the talks?"), Message("assistant", MEDIATED.text)],
    ]


def test_a_question_without_an_answer_is_not_handed_on() -> None:
    engine = PaperEngine()
    app = asked(engine, "Who won?")
    app.chat_input[0].set_value("And where?").run()
    assert engine.heard == [[], []]


def test_a_model_that_is_down_costs_only_the_prose() -> None:
    down = ModelUnreachable("No reply from <http://127.0.0.1:9>; start the server.")
    shown = html(asked(PaperEngine(has_model=True, failure=down), "Who mediated the talks?"))
    assert "No reply from &lt;http://127.0.0.1:9&gt;; start the server." in shown
    assert "Quoted word for word" in shown
    assert '<a class="mark supported"' in shown


def test_what_a_model_wrote_before_it_failed_is_kept_as_incomplete() -> None:
    engine = PaperEngine(has_model=True, said="Qatar", failure=ModelUnreachable("It is down."))
    shown = html(asked(engine, "Who mediated the talks?"))
    for words in ("<p>Qatar</p>", "It is down.", "</strong> the reply was cut off"):
        assert words in shown


def test_an_error_of_the_engine_leaves_the_found_sentences_on_the_page() -> None:
    broken = LedgerError("The data folder is full; make room.")
    shown = html(asked(PaperEngine(failure=broken), "Who mediated the talks?"))
    assert "The data folder is full; make room." in shown
    assert MEDIATED.text in shown


def test_an_engine_that_cannot_be_opened_is_one_sentence() -> None:
    def refuse() -> Engine:
        raise LedgerError("The data folder <.rag> is held by process 7.")

    app = visit(refuse)
    assert "The data folder &lt;.rag&gt; is held by process 7." in html(app)
    assert '<a href="state" target="_self">State</a>' in html(app)
    assert not app.exception


def test_evidence_comes_before_the_first_word() -> None:
    first = next(ask(PaperEngine(has_model=True), "Who mediated the talks?", []))
    assert (first.sources, first.answer.text) == ((SOURCE,), "")


def test_a_mark_is_shown_unchecked_until_the_answer_is_finished() -> None:
    *_, marked, last = ask(PaperEngine(has_model=True), "Who mediated the talks?", [])
    assert [one.verdict for one in marked.answer.citations] == [Verdict.NOT_CHECKED]
    assert [one.verdict for one in last.answer.citations] == [Verdict.SUPPORTED]


def test_a_link_names_document_and_stretch_so_that_they_can_be_read_again() -> None:
    link = source_link(replace(MEDIATED, document="a b&c.md"))
    assert link == "source?doc=a+b%26c.md&s=17-52"


def test_a_link_names_the_fellows_in_the_same_document_after_its_own_stretch() -> None:
    near, far = replace(MEDIATED, start=0, end=16), replace(MEDIATED, document="b.md", start=3)
    answer = next(ask(PaperEngine(), "Who?", [])).answer
    link = links_of(replace(answer, citations=(near, far, MEDIATED)))
    assert link(MEDIATED) == "source?doc=cairo.md&s=17-52,0-16"
    assert link(far) == "source?doc=b.md&s=3-52"


def test_an_address_names_no_more_stretches_than_servers_take() -> None:
    many = [replace(MEDIATED, start=n, end=10**8 + n) for n in range(10_000)]
    assert len(source_link(MEDIATED, many)) < 4_000


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("17-52", [(17, 52)]),
        ("17-52,3-9", [(17, 52), (3, 9)]),
        ("", []),
        ("x,1-,-2,1-2-3,4-5", [(4, 5)]),
        ("5-4,4-4,٣-٤", []),
    ],
)
def test_stretches_are_read_from_an_address(text: str, spans: list[tuple[int, int]]) -> None:
    assert spans_of({"s": text}) == spans


def test_the_browser_may_run_only_scripts_that_are_named() -> None:
    rules = policy("<script>one()</script><script src='two.js'></script>")
    scripts = rules.split("; ")[1].split()
    assert scripts[:2] == ["script-src", "'self'"]
    assert len(scripts) == 3
    assert all(rule.startswith("'sha256-") for rule in scripts[2:])
    assert "unsafe" not in rules.replace("style-src 'self' 'unsafe-inline'", "")


def test_the_server_is_given_the_configuration_of_the_command() -> None:
    config = Config(data=Path("/d"), documents=Path("/s"), model="m", base_url="http://127.0.0.1:9")
    assert read_config(settings(config)) == config
    other = replace(config, judge=True, watch=False)
    assert read_config(settings(other)) == other
    served = replace(config, ledger_url="postgresql://a:b@c/d", chroma_url="http://127.0.0.1:8000")
    assert read_config(settings(served)) == served


def test_the_folder_can_be_read_from_the_page_once_it_is_filled() -> None:
    engine = PaperEngine(held=(), waiting=(CAIRO,))
    app = visit(lambda: engine)
    assert app.chat_input[0].disabled
    app.button(key="read-folder").click().run()
    assert not app.chat_input[0].disabled


def test_what_could_not_be_read_is_named_on_the_page() -> None:
    engine = PaperEngine(held=(), failures=("seeds holds no documents; put files into it.",))
    app = visit(lambda: engine)
    app.button(key="read-folder").click().run()
    assert "seeds holds no documents" in html(app)
