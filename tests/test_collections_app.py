"""Collections in the application: chosen, kept apart, and shown to those who may see them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.askers import askers_file, note_asker
from rag.collections import DEFAULT, make, unknown
from rag.collections.access import read_access
from rag.collections.opened import Opened
from rag.config import Config, read_config
from rag.conversations import Conversations
from rag.errors import CollectionError, ConfigError
from rag.types import Document
from rag.ui.collected import Collected, InProcess
from rag.ui.engine import Engine
from rag.ui.evaluation.report import report_address
from rag.ui.links import source_link
from rag.ui.login import User, may_read
from rag.ui.remedies import present_lines
from tests.small import CAIRO as CITED
from tests.small import write_folder
from tests.test_app import PaperEngine, html
from tests.test_login import ANN, SETTINGS, cookie
from tests.test_served import Served, serving

LEAVE = Document("leave.md", "Leave", "Twelve weeks are paid. Qatar and Egypt mediated the talks.")
BEN = {**ANN, "email": "ben@example.org"}
EVE = {**ANN, "email": "eve@far.example.org"}


@dataclass
class PaperCollections:
    """Collections on paper; who is named beside one may see it, everybody where nobody is."""

    engines: Mapping[str, PaperEngine]
    usual: str = DEFAULT
    asked: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)

    def names(self, _: User) -> Sequence[str]:
        return [name for name in self.engines if name not in self.hidden]

    def engine(self, user: User, name: str) -> Engine:
        if name not in self.names(user):
            raise CollectionError(unknown(name, self.names(user)))
        self.asked.append(name)
        return self.engines[name]

    def is_open(self, name: str) -> bool:
        return name in self.asked

    def settings(self, _: User, name: str) -> Config:
        return self.engines[name].config


@pytest.fixture
def paper(tmp_path: Path) -> PaperCollections:
    places = {name: tmp_path / name for name in (DEFAULT, "hr")}
    for place in places.values():
        place.mkdir()
    return PaperCollections(
        {
            DEFAULT: PaperEngine(conversations=Conversations(places[DEFAULT])),
            "hr": PaperEngine(
                held=(LEAVE,),
                config=Config(collection="hr"),
                conversations=Conversations(places["hr"]),
            ),
        }
    )


def visit(there: Collected, **address: str) -> AppTest:
    def page(there: "Collected") -> None:  # run as a script of its own
        from rag.ui.app import main

        main(collections=lambda: there)

    app = AppTest.from_function(page, default_timeout=20, args=(there,))
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def turned(app: AppTest, name: str) -> AppTest:
    return app.selectbox[0].set_value(name).run()


def test_a_single_collection_is_shown_without_a_word_of_it(paper: PaperCollections) -> None:
    paper.hidden.add("hr")
    app = visit(paper)
    assert not app.selectbox
    assert "collection" not in app.query_params
    assert not app.exception


def test_several_are_offered_and_the_address_names_the_one_that_is_shown(
    paper: PaperCollections,
) -> None:
    app = visit(paper)
    assert app.selectbox[0].options == [DEFAULT, "hr"]
    assert app.query_params["collection"] == DEFAULT
    app = turned(app, "hr")
    assert app.query_params["collection"] == "hr"
    assert "1 document in hr" in html(app)
    assert app.selectbox[0].value == "hr"
    assert not app.exception


def test_a_question_is_asked_of_the_collection_that_is_shown(paper: PaperCollections) -> None:
    app = visit(paper, collection="hr")
    app = app.chat_input[0].set_value("Who mediated the talks?").run()
    assert len(paper.engines["hr"].heard) == 1
    assert not paper.engines[DEFAULT].heard
    assert "&amp;collection=hr" in html(app)


def test_turning_away_shows_other_conversations_and_turning_back_finds_the_answer(
    paper: PaperCollections,
) -> None:
    app = visit(paper, collection="hr")
    app = app.chat_input[0].set_value("Who mediated the talks?").run()
    kept = app.query_params["conversation"]
    app = turned(app, DEFAULT)
    assert "conversation" not in app.query_params
    assert "Who mediated the talks?" not in [one.label for one in app.sidebar.button]
    assert '<p class="question">' not in html(app)
    app = turned(app, "hr")
    app = app.button(key=f"open-{kept}").click().run()
    assert '<p class="question">Who mediated the talks?</p>' in html(app)


def test_an_address_from_before_the_turn_turns_nothing_back(paper: PaperCollections) -> None:
    app = visit(paper)
    app = turned(app, "hr")
    app.query_params["collection"] = DEFAULT  # as the browser has it yet
    app.query_params["conversation"] = "c0ffee"
    app = app.run()
    assert app.query_params["collection"] == "hr"
    assert "There is no conversation" not in html(app)
    app = app.run()  # now it has the new one
    app.query_params["collection"] = DEFAULT  # and goes back
    app = app.run()
    assert app.selectbox[0].value == DEFAULT


def test_a_conversation_opens_in_its_collection(paper: PaperCollections) -> None:
    app = visit(paper, collection="hr")
    app = app.chat_input[0].set_value("Who mediated the talks?").run()
    kept = app.query_params["conversation"]
    again = visit(paper, collection="hr", conversation=kept)
    assert '<p class="question">Who mediated the talks?</p>' in html(again)
    elsewhere = visit(paper, conversation=kept)
    assert "There is no conversation" in html(elsewhere)


@pytest.mark.parametrize("name", ["nope", "../x", "<b>", "`[x](http://far.invalid)`"])
def test_an_unknown_collection_is_named_and_others_are_offered(
    paper: PaperCollections, name: str
) -> None:
    app = visit(paper, collection=name)
    assert "there is default and hr." in html(app)
    assert "<b>" not in html(app)
    assert not app.chat_input
    assert not paper.asked
    app = turned(app, "hr")
    assert app.chat_input
    assert not app.exception


def test_a_collection_that_one_may_not_see_is_as_if_it_were_not_there(
    paper: PaperCollections,
) -> None:
    paper.hidden.add("hr")
    app = visit(paper, collection="hr")
    assert "There is no collection &#x27;hr&#x27;; there is default." in html(app)
    assert app.selectbox[0].options == [DEFAULT]
    assert not paper.asked


def test_one_that_is_gone_while_it_is_shown_is_shown_no_longer(paper: PaperCollections) -> None:
    app = visit(paper, collection="hr")
    paper.hidden.add("hr")
    asked = len(paper.asked)
    app = app.run()
    assert "There is no collection" in html(app)
    assert "Leave" not in html(app)
    assert len(paper.asked) == asked


def test_somebody_who_may_see_none_sees_none(paper: PaperCollections) -> None:
    paper.hidden |= {DEFAULT, "hr"}
    app = visit(paper)
    assert "no collection of documents is open to you" in html(app)
    assert [one.label for one in app.button] == ["Sign out"]
    assert not paper.asked


def test_the_lines_of_a_collections_settings_name_it() -> None:
    lines = present_lines(Config(data=Path("x/collections/hr"), collection="hr"))
    assert lines[:2] == ["RAG_DATA=x", "RAG_COLLECTION=hr"]


def test_addresses_name_a_collection_unless_it_is_the_usual_one() -> None:
    assert source_link(CITED, collection="hr").endswith("&collection=hr")
    assert source_link(CITED) == source_link(CITED, collection=DEFAULT)
    assert report_address("one", "hr") == "/report/one?collection=hr"
    assert report_address("one") == "/report/one"


# who sees which


ACCESS = 'default = ["*"]\nhr = ["Ann@example.org", "@people.example.org"]\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "access.toml"
    path.write_text(ACCESS, encoding="utf-8")
    return path


@pytest.fixture
def there(tmp_path: Path, file: Path) -> InProcess:
    config = Config(data=tmp_path / "data", access_file=file)
    for name in ("hr", "legal"):
        make(config, name, tmp_path, "minilm")

    def begin(its: Config) -> Engine:
        return PaperEngine(config=its)

    return InProcess(Opened(config, begin, lambda _: None))


@pytest.mark.parametrize(
    ("user", "names"),
    [
        (ANN, [DEFAULT, "hr"]),
        ({**ANN, "email": "zoe@people.example.org"}, [DEFAULT, "hr"]),
        (BEN, [DEFAULT]),
        (EVE, [DEFAULT]),
        ({**ANN, "email_verified": False}, [DEFAULT]),
        ({"is_logged_in": True}, [DEFAULT]),
        ({**ANN, "is_logged_in": False}, []),
        ({}, []),
    ],
    ids=["ann", "by domain", "ben", "eve", "unverified", "no address", "out", "nobody"],
)
def test_a_file_says_who_sees_which(there: InProcess, user: User, names: list[str]) -> None:
    assert list(there.names(user)) == names
    for name in (DEFAULT, "hr", "legal", "nothing"):
        if name in names:
            assert there.engine(user, name).config == there.settings(user, name)
            continue
        with pytest.raises(CollectionError) as caught:
            there.engine(user, name)
        assert str(caught.value) == unknown(name, names)
        with pytest.raises(CollectionError):
            there.settings(user, name)


def test_what_the_file_says_holds_from_the_next_page_on(there: InProcess, file: Path) -> None:
    assert there.engine(ANN, "hr")
    file.write_text('default = ["*"]\n', encoding="utf-8")
    with pytest.raises(CollectionError):
        there.engine(ANN, "hr")


@pytest.mark.parametrize(
    "text", ["hr", 'hr = "ann@example.org"', "hr = [1]", 'hr = [""]', "[hr]", "\x00", None]
)
def test_a_file_that_cannot_be_used_shows_nothing(
    there: InProcess, file: Path, text: str | None
) -> None:
    if text is None:
        file.unlink()
    else:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="so nobody sees any"):
        there.names(ANN)
    with pytest.raises(ConfigError):
        there.engine(ANN, DEFAULT)


def test_without_a_file_every_reader_sees_every_collection(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "data")
    make(config, "hr", tmp_path, "minilm")
    several: Opened[Engine] = Opened(config, lambda _: PaperEngine(), lambda _: None)
    assert list(InProcess(several).names({})) == [DEFAULT, "hr"]


def test_names_are_compared_without_their_case(file: Path) -> None:
    assert read_access(file)["hr"] == ("ann@example.org", "@people.example.org")


@pytest.mark.parametrize(
    "email",
    [
        "zoe@people.example.org.",
        "zoe@x.people.example.org",
        "zoe@xpeople.example.org",
        "zoe@people.example.or\u0261",
        "zoe@peop\u2113e.example.org",
        "zoe@people.example.org@b.org",
        "ann@example.org,x@b.org",
        "*",
        "@",
        "hr",
    ],
)
def test_an_address_that_only_looks_alike_opens_nothing(there: InProcess, email: str) -> None:
    assert list(there.names({**ANN, "email": email})) == [DEFAULT]


@pytest.mark.parametrize("email", ["\u017fam@ban\u212a.example", "SAM@ban\u212a.example"])
def test_a_letter_that_becomes_another_one_in_small_is_not_that_one(
    file: Path, there: InProcess, email: str
) -> None:
    file.write_text('hr = ["Sam@BANK.example", "@bank.example"]', encoding="utf-8")
    assert list(there.names({**ANN, "email": "sAM@bank.EXAMPLE"})) == ["hr"]
    assert list(there.names({**ANN, "email": email})) == []
    readers = read_config({"RAG_READERS": "sam@bank.example,@bank.example"}).readers
    assert not may_read({**ANN, "email": email}, readers)


# who asked


def test_a_name_is_written_only_where_that_is_wanted(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "data")
    note_asker(config, "ann@example.org", "What?")
    assert not config.data.exists()
    wanted = replace(config, keep_askers=True)
    note_asker(wanted, "", "Nobody asks?")
    assert not config.data.exists()
    note_asker(wanted, "ann@example.org", "What?", "c0ffee")
    (line,) = askers_file(config.data).read_text(encoding="utf-8").splitlines()
    assert '"asker": "ann@example.org", "question": "What?", "conversation": "c0ffee"' in line


def test_an_answer_does_not_fail_where_it_cannot_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").write_text("no folder", encoding="utf-8")
    note_asker(Config(data=tmp_path / "data", keep_askers=True), "ann@example.org", "What?")
    assert "cannot be written" in caplog.text
    assert "ann@example.org" not in caplog.text


# the application as it is really served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    documents = write_folder(folder / "hr", {"leave.txt": "Parents may take twelve weeks."})
    config = Config(data=folder / "rag")
    make(config, "hr", documents, "minilm")
    report = config.data / "collections" / "hr" / "evaluations" / "one"
    report.mkdir(parents=True)
    (report / "report.html").write_text("the report", encoding="utf-8")
    (folder / "access.toml").write_text(ACCESS, encoding="utf-8")
    (folder / "secrets.toml").write_text(SETTINGS, encoding="utf-8")
    more = {"RAG_DOCUMENTS": str(documents), "RAG_ACCESS_FILE": str(folder / "access.toml")}
    flags = ("--server.address", "127.0.0.1", "--secrets.files", str(folder / "secrets.toml"))
    with serving("app.py", folder, *flags, **more) as one:
        yield one


@pytest.mark.parametrize("path", ["/source?doc=x", "/report/one"])
def test_the_addresses_beside_the_pages_ask_who_it_is(served: Served, path: str) -> None:
    its = f"{path}{'&' if '?' in path else '?'}collection=hr"
    assert served.ask(its)[0] == 401
    status, ben, _ = served.ask(its, Cookie=cookie(BEN))
    assert status == 404
    assert "There is no collection" in ben
    assert "default" in ben
    unknown_to_all = served.ask(its.replace("=hr", "=xy"), Cookie=cookie(BEN))[1]
    assert unknown_to_all.replace("xy", "hr") == ben
    ann = served.ask(its, Cookie=cookie(ANN))[1]
    assert ann == "the report" if "report" in path else "There is no document x" in ann
