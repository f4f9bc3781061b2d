"""A draft is pasted, checked against the documents, read, narrowed and kept."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from rag.drafts import MOST_BYTES
from rag.ui.check import check_page
from rag.ui.opening import LibraryEngine
from tests.pages import small_engine, visit_page
from tests.test_app import PaperEngine, html

TRUE = "The United States, Qatar and Egypt acted as mediators."
WRONG = "Hezbollah said that it had launched more than 900 rockets."
DRAFT = f"{TRUE} {WRONG}"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryEngine]:
    with small_engine(tmp_path_factory.mktemp("check")) as engine:
        yield engine


def checked(engine: LibraryEngine, draft: str) -> AppTest:
    app = visit_page(check_page, engine)
    app.text_area(key="draft").set_value(draft)
    app.button[0].click()
    return app.run()


def test_every_claim_has_its_verdict_in_sign_and_word(engine: LibraryEngine) -> None:
    shown = html(checked(engine, DRAFT))
    assert f'<li class="claim supported"><p class="said">{TRUE}</p>' in shown
    assert f'<li class="claim contradicted"><p class="said">{WRONG}</p>' in shown
    assert '<p class="verdict">≠ contradicted</p><p class="reason">' in shown


def test_the_best_sentence_of_a_claim_is_a_link_to_its_source(engine: LibraryEngine) -> None:
    shown = html(checked(engine, WRONG))
    assert "doc=strikes.txt&amp;s=" in shown
    assert "more than 320 rockets" in shown


def test_how_many_claims_there_are_and_how_they_stand_is_at_the_top(engine: LibraryEngine) -> None:
    shown = html(checked(engine, DRAFT))
    assert "<li><b>2</b> claims</li>" in shown
    assert '<li class="supported"><b>1</b> ✓ supported</li>' in shown


def test_only_what_does_not_hold_can_be_shown(engine: LibraryEngine) -> None:
    app = checked(engine, DRAFT)
    app.toggle[0].set_value(True).run()
    shown = html(app)
    assert '<p class="said">Hezbollah' in shown
    assert '<p class="said">The United States' not in shown


def test_where_all_holds_the_narrowed_list_says_so(engine: LibraryEngine) -> None:
    app = checked(engine, TRUE)
    app.toggle[0].set_value(True).run()
    assert "Every claim that could be checked holds." in html(app)


def test_a_result_stays_for_the_text_it_was_made_of(engine: LibraryEngine) -> None:
    app = checked(engine, DRAFT)
    app.text_area(key="draft").set_value("Another text altogether.").run()
    assert "The text has changed since it was checked." in html(app)
    assert WRONG in html(app)


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        pytest.param("  \n", "The text is empty; there is nothing to check.", id="empty"),
        pytest.param("Qatar. " * (MOST_BYTES // 7 + 1), "check it in several pieces", id="long"),
        pytest.param("# Minutes\n\nWhat now?", "Nothing in this text claims", id="no claim"),
    ],
)
def test_what_cannot_be_checked_is_one_sentence(
    draft: str, said: str, engine: LibraryEngine
) -> None:
    app = checked(engine, draft)
    assert said in html(app)
    assert "claim supported" not in html(app)
    assert not app.exception


def test_a_file_fills_the_box(engine: LibraryEngine) -> None:
    app = visit_page(check_page, engine)
    app.file_uploader[0].upload("draft.md", DRAFT.encode(), "text/markdown").run()
    assert app.text_area(key="draft").value == DRAFT


def test_a_file_that_is_no_text_is_named_and_the_box_stays(engine: LibraryEngine) -> None:
    app = visit_page(check_page, engine)
    app.text_area(key="draft").set_value(TRUE).run()
    app.file_uploader[0].upload("<b>.txt", b"\x00\x01\x02", "text/plain").run()
    assert "&lt;b&gt;.txt" in html(app)
    assert app.text_area(key="draft").value == TRUE


def test_what_was_found_can_be_copied_as_markdown_with_footnotes(engine: LibraryEngine) -> None:
    app = checked(engine, DRAFT)
    assert "[^1]: ✓ supported: “The United States, Qatar and Egypt" in app.code[0].value


def test_words_of_the_text_are_shown_and_do_nothing(engine: LibraryEngine) -> None:
    shown = html(checked(engine, "The <img src=x> of **Qatar** was ![x](http://far.invalid)."))
    assert "<img" not in shown
    assert "&lt;img src=x&gt;" in shown


def test_without_documents_it_says_how_to_add_some() -> None:
    shown = html(visit_page(check_page, PaperEngine(held=())))
    assert "No documents yet" in shown


def test_progress_is_told_for_every_sentence(engine: LibraryEngine) -> None:
    seen: list[tuple[int, int]] = []
    engine.check(DRAFT, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_a_check_ends_where_its_watcher_wants(engine: LibraryEngine) -> None:
    def enough(done: int, _: int) -> None:
        raise KeyboardInterrupt(done)

    with pytest.raises(KeyboardInterrupt, match="1"):
        engine.check(DRAFT, enough)
