"""The documents page and the narrowing beside the input, without a browser."""

import datetime as dt
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from rag.arrivals import Arrival, Brought, Fate
from rag.ledger.rows import Entry
from rag.rendering.escaping import as_text
from rag.scope import EVERYWHERE, Scope
from rag.shelf import Work
from rag.ui.documents.listing import Wanted, filtered
from rag.ui.engine import Engine
from rag.ui.narrowing import chips_html, chips_of, patterns_of, plainly
from tests.small import PaperShelf
from tests.test_app import CAIRO, PaperEngine, html, visit

HOSTILE = "![x](http://far.invalid)<b>.md"
CAIRO_ENTRY = Entry(
    1, "cairo.md", "", "Cairo talks <b>", dt.date(2024, 8, 26), "/d/cairo.md", "", ("talks",), "", 2
)
BAKERY_ENTRY = Entry(
    2, "home/bakery.md", "", "The bakery", None, "/d/home/bakery.md", "", (), "", 4
)
HELD = [CAIRO_ENTRY, BAKERY_ENTRY]


def page_of(shelf: PaperShelf) -> AppTest:
    def page(engine: "Engine") -> None:
        from rag.ui.documents import documents_page

        documents_page(engine)

    engine = PaperEngine(held=(CAIRO,), shelf=shelf)
    return AppTest.from_function(page, default_timeout=20, args=(engine,)).run()


def shown_rows(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["Name"])


def test_the_page_lists_what_is_indexed_the_latest_first() -> None:
    app = page_of(PaperShelf(HELD))
    assert "2 documents with 6 sentences" in html(app)
    assert shown_rows(app) == ["home/bakery.md", "cairo.md"]
    assert list(app.dataframe[0].value) == [
        "Title", "Date", "Sentences", "Indexed", "Tags", "Name", "From",
    ]  # fmt: skip


def test_the_words_of_a_search_narrow_the_list() -> None:
    app = page_of(PaperShelf(HELD))
    app.text_input(key="documents-words").set_value("CAIRO talks").run()
    assert shown_rows(app) == ["cairo.md"]
    assert "1 of 2 documents" in html(app)
    app.text_input(key="documents-words").set_value("nothing").run()
    assert "No document is like that" in html(app)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["home/bakery.md", "cairo.md"]),
        (Wanted(("home",)), ["home/bakery.md"]),
        (Wanted(("the", "mill")), []),
        (Wanted(scope=Scope(tags=("talks",))), ["cairo.md"]),
        (Wanted(scope=Scope(since=dt.date(2024, 8, 26))), ["cairo.md"]),
        (Wanted(scope=Scope(until=dt.date(2024, 8, 25))), []),
    ],
)
def test_a_document_is_listed_if_everything_asked_for_holds(
    wanted: Wanted, names: list[str]
) -> None:
    assert [entry.id for entry in filtered(HELD, wanted)] == names


def test_files_are_told_of_as_text_with_what_became_of_them() -> None:
    arrivals = [
        Arrival(Brought("bees.md", b"x"), Fate.ADDED),
        Arrival(Brought(HOSTILE, b"x"), Fate.FAILED, "It is no text file."),
    ]
    shown = html(page_of(PaperShelf(HELD, [Work(arrivals, is_done=True)])))
    assert "bees.md – added" in shown
    assert "![x](http://far.invalid)&lt;b&gt;.md: It is no text file." in shown


def test_a_taken_name_is_replaced_only_when_that_is_chosen() -> None:
    taken = Work([Arrival(Brought("cairo.md", b"x"), Fate.TAKEN, "Taken.")], is_done=True)
    shelf = PaperShelf(HELD, [taken])
    app = page_of(shelf)
    app.button(key="replace-0").click().run()
    assert [one.fate for one in shelf.works[0].arrivals] == [Fate.CHANGED]


def test_what_is_there_is_kept_when_that_is_chosen() -> None:
    taken = Work([Arrival(Brought("cairo.md", b"x"), Fate.TAKEN, "Taken.")], is_done=True)
    shelf = PaperShelf(HELD, [taken])
    app = page_of(shelf)
    app.button(key="dismiss-0").click().run()
    assert shelf.works == []


def test_what_went_wrong_while_following_is_on_the_page() -> None:
    shelf = PaperShelf(HELD, said=["/d/<b> holds no documents. The 2 are kept."], is_followed=True)
    shown = html(page_of(shelf))
    assert "/d/&lt;b&gt; holds no documents." in shown
    assert "which is followed" in shown


def test_the_whole_folder_is_read_again_by_a_click() -> None:
    app = page_of(PaperShelf(HELD))
    app.button(key="read-folder").click().run()
    assert "Read again: 0 added, 0 changed, 0 removed, 2 unchanged, 0 failed." in html(app)


def test_without_documents_files_can_be_added_where_one_asks() -> None:
    app = visit(lambda: PaperEngine(held=()))
    assert ".md" in app.get("file_uploader")[0].proto.label


# narrowing


NARROW = Scope(("cairo.md",), (), ("talks",), dt.date(2024, 8, 1), dt.date(2024, 9, 1))


def narrowed(scope: Scope) -> tuple[PaperEngine, AppTest]:
    engine = PaperEngine(shelf=PaperShelf(HELD))
    app = visit(lambda: engine)
    app.session_state["narrowing"] = scope
    return engine, app.run()


def test_a_narrowed_question_is_asked_of_that_and_shows_it() -> None:
    engine, app = narrowed(EVERYWHERE)
    app.multiselect(key="narrow-tags-0").select("talks").run()
    app.date_input(key="narrow-since-0").set_value(dt.date(2024, 8, 1)).run()
    app.chat_input[0].set_value("Who mediated the talks?").run()
    assert engine.scopes == [Scope(tags=("talks",), since=dt.date(2024, 8, 1))]
    assert "<li>tag talks</li><li>since 2024-08-01</li>" in html(app)


def test_a_condition_is_taken_away_before_asking() -> None:
    engine, app = narrowed(EVERYWHERE)
    app.multiselect(key="narrow-tags-0").select("talks").run()
    app.button(key="chip-0").click().run()
    app.chat_input[0].set_value("Who mediated the talks?").run()
    assert engine.scopes == [EVERYWHERE]
    assert 'class="chips"' not in html(app)


def test_every_condition_is_a_chip_that_can_be_taken_away() -> None:
    chips = list(chips_of(NARROW))
    assert [chip.words for chip in chips] == [
        "cairo.md", "tag talks", "since 2024-08-01", "until 2024-09-01",
    ]  # fmt: skip
    assert [chip.rest for chip in chips] == [
        replace(NARROW, documents=()),
        replace(NARROW, tags=()),
        replace(NARROW, since=None),
        replace(NARROW, until=None),
    ]


def test_a_chip_is_text() -> None:
    scope = Scope(patterns_of([HOSTILE], [HOSTILE]))
    assert "![x](http://far.invalid)&lt;b&gt;.md" in chips_html(scope)
    assert "![" not in as_text(HOSTILE)


@pytest.mark.parametrize("name", ["a[1].md", "what?.md", "*.md", "plain.md", HOSTILE])
def test_a_chosen_name_means_itself_whatever_its_signs(name: str) -> None:
    (pattern,) = patterns_of([name], [name])
    scope = Scope((pattern,))
    assert scope.holds(name, None, ())
    assert not scope.holds("a1.md", None, ())
    assert plainly(pattern) == name


def test_a_typed_name_is_a_pattern() -> None:
    assert Scope(patterns_of(["*cairo*"], ["cairo.md"])).holds("2024-cairo.md", None, ())
