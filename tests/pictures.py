"""The pictures in ``docs``, taken of the real application: ``python -m tests.pictures FOLDER``.

Each is asked, clicked and typed for as a person would, over the briefings in ``seeds/``; the names
of the files are those that ``docs/application.md`` and the README show. What this copy of the
application does not have is left out.
"""

import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page

from tests.browser import PHONE, ROOT, Scheme, ask, browsing, open_page, served, settle

QUESTION = "Who mediated the Cairo talks?"
DRAFT = (
    "Three countries, the United States, Qatar and Egypt, mediated the Cairo talks. William "
    "Burns, the director of the CIA, did not take part. The talks were held on a ship."
)
SIZE = (1000, 800)
WIDE = (1180, 800)  # the document beside the answer
SHRUNK = 2  # pixels of the screen for one of the picture, each way
COLOURS = 128
MOST_BYTES = 150_000

Taken = Callable[[Page], bool | None]  # False: this copy has no such page


def take_all(folder: Path) -> None:
    """Take every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as data,
        served(Path(data), ROOT / "seeds") as home,
        browsing() as browser,
    ):
        hidden = {data: "~/footnote/.rag", str(ROOT): "~/footnote", str(Path.home()): "~"}
        for name, (show, size, scheme) in PICTURES.items():
            page, _ = open_page(browser, size, scheme)
            page.goto(home)
            page.get_by_placeholder("Ask your documents").wait_for()
            if show(page) is not False:
                (folder / f"{name}.png").write_bytes(_picture(page.context.pages[-1], hidden))
            page.context.close()


def _picture(page: Page, hidden: Mapping[str, str]) -> bytes:
    """What is on the screen, with other words for the folders of this machine."""
    page.wait_for_timeout(600)  # what fades in has come
    for frame in page.frames:
        frame.evaluate(HIDE, dict(hidden))
    return small(page.screenshot(animations="disabled"))


HIDE = """(hidden) => {
  const shown = (text) =>
    Object.entries(hidden).reduce((said, [path, name]) => said.replaceAll(path, name), text);
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const text = shown(nodes.currentNode.data);
    if (text !== nodes.currentNode.data) nodes.currentNode.data = text;
  }
  for (const field of document.querySelectorAll("input")) field.value = shown(field.value);
}"""


def small(picture: bytes) -> bytes:
    """The picture in few colours, and smaller if it would else be too large for a page."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    for shrink in (1, SHRUNK):
        size = (image.width // shrink, image.height // shrink)
        kept = image.resize(size, Image.Resampling.LANCZOS).quantize(COLOURS)
        done = BytesIO()
        kept.save(done, "PNG", optimize=True)
        if done.tell() <= MOST_BYTES:
            break
    return done.getvalue()


def turn_to(page: Page, title: str) -> bool:
    """Go to a page by its name, if there is one of that name."""
    opener = page.get_by_test_id("stExpandSidebarButton")
    is_narrow = opener.is_visible()
    if is_narrow:
        opener.click()
    link = page.get_by_role("link", name=title, exact=True)
    if not link.count():
        return False
    link.click()
    page.get_by_role("heading", name=title, exact=True).first.wait_for()
    if is_narrow:
        page.get_by_test_id("stSidebarCollapseButton").locator("button").click()
    return True


def chat(page: Page) -> None:
    """A question and its answer, from the top."""
    ask(page, QUESTION)
    page.locator(".stMain").evaluate("it => it.scrollTo(0, 0)")


def hover(page: Page) -> None:
    """The pointer on a mark."""
    chat(page)
    page.locator(".answer a.mark").first.hover()
    page.wait_for_timeout(600)


def source(page: Page) -> None:
    """A mark that was clicked: the document beside the answer, or in a page of its own."""
    chat(page)
    page.locator(".answer a.mark").first.click()
    page.wait_for_timeout(1_500)


def documents(page: Page) -> bool:
    """What is indexed, if there is a page for it."""
    if not turn_to(page, "Documents"):
        return False
    page.locator('[data-testid="stDataFrame"] canvas').first.wait_for()
    settle(page)
    page.wait_for_timeout(1_500)  # the table is painted by a script of its own
    return True


def check(page: Page) -> None:
    """A draft with a wrong claim."""
    turn_to(page, "Check a text")
    page.get_by_label("The text").fill(DRAFT)
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".claims").wait_for()
    page.locator(".counts").scroll_into_view_if_needed()


def evaluation(page: Page) -> None:
    """A run and its report."""
    turn_to(page, "Evaluation")
    page.get_by_role("button", name="Run the evaluation").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.get_by_role("button", name="Stop").wait_for(state="detached", timeout=120_000)
    page.frame_locator("iframe").locator("h1").wait_for()


def comparison(page: Page) -> None:
    """The verdict on the run before this one."""
    turn_to(page, "Evaluation")
    page.get_by_role("tab", name="Comparison").click()
    page.locator(".judged").wait_for()


def state(page: Page) -> None:
    """What runs here."""
    turn_to(page, "State")
    page.locator(".facts").nth(2).wait_for()


COMPUTER = SIZE
PICTURES: dict[str, tuple[Taken, tuple[int, int], Scheme]] = {
    "chat": (chat, COMPUTER, "light"),
    "hover": (hover, COMPUTER, "light"),
    "source": (source, WIDE, "light"),
    "documents": (documents, COMPUTER, "light"),
    "check": (check, COMPUTER, "light"),
    "evaluation": (evaluation, COMPUTER, "light"),
    "comparison": (comparison, COMPUTER, "light"),
    "state": (state, COMPUTER, "light"),
    "phone": (chat, PHONE, "light"),
    "dark": (check, COMPUTER, "dark"),
}


if __name__ == "__main__":
    take_all(Path(sys.argv[1]))
