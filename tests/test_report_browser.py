"""The report in a real browser: find a question, open it, link to it; and nothing else runs."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from eval.report import write_report
from tests.browser import CHROMIUM, COMPUTER, PHONE, Scheme, Watch, browsing, open_page
from tests.report_hostile import (
    NAME,
    hostile_config,
    hostile_results,
    hostile_summary,
)
from tests.report_run import COST, KEEPS, PROMPT, result, write_run

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(write_run(tmp_path_factory.mktemp("run"))).as_uri()


def visit(
    browser: Browser, address: str, size: tuple[int, int] = COMPUTER, scheme: Scheme = "light"
) -> tuple[Page, Watch]:
    page, watch = open_page(browser, size, scheme)
    page.on("dialog", lambda dialog: watch.complaints.append(dialog.message))
    page.goto(address)
    return page, watch


def shown(page: Page) -> list[str]:
    names = page.locator("tr.row:visible td:first-child small")
    return names.all_inner_texts()


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(COMPUTER, "light"), (COMPUTER, "dark"), (PHONE, "light")],
    ids=["light", "dark", "phone"],
)
def test_a_question_opens_with_everything_about_it(
    report: str, browser: Browser, size: tuple[int, int], scheme: Scheme, tmp_path: Path
) -> None:
    page, watch = visit(browser, report, size, scheme)
    page.screenshot(path=tmp_path / "top.png")
    page.get_by_role("button", name="Who keeps bees?").click()
    case = page.locator(".case")
    expect(case.locator(".answer strong")).to_have_text("Ann Ash")
    assert case.locator(".retrieved q").all_inner_texts() == [COST, KEEPS]
    assert case.locator(".retrieved .is-gold").count() == 2
    case.get_by_text("The exact prompt").click()
    assert case.locator(".prompt pre").inner_text() == PROMPT
    page.screenshot(path=tmp_path / "opened.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert watch.foreign(report) == []
    assert watch.complaints == []
    page.context.close()


def test_a_link_leads_to_a_question(report: str, browser: Browser) -> None:
    page, _ = visit(browser, f"{report}#wasps")
    expect(page.locator(".case .link")).to_have_text("wasps")
    expect(page.get_by_role("button", name="Who keeps wasps?")).to_be_focused()
    page.evaluate("location.hash = 'keeper'")
    expect(page.locator(".case .link")).to_have_count(2)
    page.context.close()


def test_opening_a_question_makes_a_link_to_it(report: str, browser: Browser) -> None:
    page, _ = visit(browser, report)
    page.get_by_role("button", name="Who keeps bees?").click()
    assert page.url == f"{report}#keeper"
    page.context.close()


def test_questions_are_filtered(report: str, browser: Browser) -> None:
    page, _ = visit(browser, report)
    page.get_by_label("Search").fill("WASPS ash")
    assert shown(page) == ["wasps"]
    expect(page.get_by_role("status")).to_have_text("1 of 4 questions")
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("status")).to_have_text("4 questions")
    assert len(shown(page)) == 4
    page.get_by_role("combobox", name="Result").select_option("wrong")
    assert shown(page) == ["keeper", "wasps"]
    page.get_by_role("combobox", name="Trouble").select_option("fact-missing")
    assert shown(page) == ["keeper"]
    page.get_by_role("combobox", name="Verdict").select_option("unsupported")
    expect(page.get_by_text("No question is like that.")).to_be_visible()
    page.context.close()


def test_of_very_many_questions_the_first_are_shown(browser: Browser, tmp_path: Path) -> None:
    many = [result(f"q{number}", {}, None) for number in range(600)]
    page, _ = visit(browser, write_report(write_run(tmp_path, many)).as_uri())
    assert len(shown(page)) == 500
    page.evaluate("location.hash = 'q598'")
    expect(page.get_by_role("button", name="q598?")).to_be_focused()
    page.get_by_role("button", name="Show more").click()
    assert len(shown(page)) == 600
    page.get_by_label("Search").fill("q599")
    assert shown(page) == ["q599"]
    page.context.close()


def test_a_count_leads_to_its_questions(report: str, browser: Browser) -> None:
    page, _ = visit(browser, report)
    page.get_by_role("button", name="1 wanted not found, got answered: show them").click()
    assert shown(page) == ["wasps"]
    page.get_by_role("button", name="Show them", exact=True).click()
    assert shown(page) == ["failed"]
    page.context.close()


def test_questions_are_sorted_and_stay_with_what_is_open_below_them(
    report: str, browser: Browser
) -> None:
    page, _ = visit(browser, f"{report}#wasps")
    heading = page.get_by_role("columnheader", name="Result")
    heading.get_by_role("button").click()
    assert shown(page) == ["failed", "keeper", "wasps", "right"]
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("button").click()
    assert shown(page) == ["right", "keeper", "wasps", "failed"]
    opened = page.locator("tr.opened")
    assert opened.evaluate("row => row.previousElementSibling.innerText").count("wasps") > 0
    page.context.close()


def test_everything_is_reached_by_keyboard(report: str, browser: Browser) -> None:
    page, _ = visit(browser, report)
    question = page.get_by_role("button", name="Who keeps bees?")
    question.focus()
    page.keyboard.press("Enter")
    expect(question).to_have_attribute("aria-expanded", "true")
    page.locator(".case .mark").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".footnotes li")).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_be_focused()
    expect(question).to_have_attribute("aria-expanded", "false")
    page.context.close()


def test_hostile_texts_load_and_run_nothing(browser: Browser, tmp_path: Path) -> None:
    run = write_run(tmp_path, hostile_results(), hostile_config(), hostile_summary())
    report = write_report(run).as_uri()
    page, watch = visit(browser, f"{report}#{quote(NAME, safe='')}")
    expect(page.locator(".case")).to_have_count(1)
    for summary in page.locator("summary:visible").all():
        summary.click()
    for opener in page.locator(".open[aria-expanded=false]").all():
        opener.click()
    page.locator(".case .mark").first.hover()
    page.get_by_label("Search").fill("<img src=http://far.invalid/a.png")
    for button in page.locator("[data-wanted], thead button").all():
        button.click()
    page.screenshot(path=tmp_path / "hostile.png")
    assert page.locator("img, iframe, svg [onload]").count() == 0
    assert page.title() != "broken"
    assert {address.partition("#")[0] for address in watch.addresses} == {report}
    assert watch.complaints == []
    page.context.close()
