"""Small pieces of HTML; every word that comes from outside is escaped here."""

from html import escape
from pathlib import Path

from rag.documents import readable_kinds

NO_MODEL = (
    "No language model is configured, so answers are sentences quoted word for word from your "
    "documents. To have them written in prose, set OPENAI_BASE_URL (such as "
    "http://127.0.0.1:11434/v1) or OPENAI_API_KEY, and RAG_MODEL, and start again."
)

WAITS = "This waits until the answer above is done."


def masthead() -> str:
    """The name of the program and what it is for."""
    return (
        '<header class="masthead"><h1>Footnote</h1>'
        "<p>Ask your documents. Every sentence of the answer carries the sentence it rests on."
        "</p></header>"
    )


def holdings(documents: int, collection: str = "", *, has_model: bool) -> str:
    """One line: how much there is to ask, and who answers."""
    counted = "1 document" if documents == 1 else f"{documents:,} documents"
    counted += f" in {escape(collection)}" * bool(collection)
    voice = "answers by a language model" if has_model else "answers in quotations"
    return f'<p class="holdings">{counted} · {voice}</p>'


def no_documents(folder: Path, collection: str = "") -> str:
    """What to do when there is nothing to ask yet."""
    another = (
        f"give the collection another one with <code>rag collections change {escape(collection)} "
        "--documents PATH</code>."
        if collection
        else "stop the program and start it with <code>RAG_DOCUMENTS=PATH make chat</code>."
    )
    return (
        '<section class="notice" role="status"><h2>No documents yet</h2>'
        f"<p>Drop them below ({readable_kinds()}), or put them into the folder "
        f"<code>{escape(str(folder))}</code> and read it. "
        f"For another folder, {another}</p></section>"
    )


def notice(text: str, kind: str = "") -> str:
    """A sentence set apart."""
    return f'<p class="notice {kind}" role="status">{escape(text)}</p>'


def still_waiting(seconds: float) -> str:
    """The language model keeps the reader waiting."""
    return (
        f"The language model has not answered for {seconds:.0f} seconds. It is waited for; the "
        "sentences found are above."
    )


def question_html(text: str) -> str:
    """A question as it was asked."""
    return f'<p class="question">{escape(text)}</p>'


def state_line(text: str, kind: str) -> str:
    """How an answer ended, with a class to colour it by."""
    return f'<p class="state {kind}">{escape(text)}</p>'


def heading(text: str) -> str:
    """A small heading below an answer."""
    return f'<h2 class="below">{escape(text)}</h2>'


def thanks(path: Path) -> str:
    """An opinion was kept, and where."""
    return (
        f'<p class="state note" role="status">Thank you, kept in <code>{escape(str(path))}</code> '
        "on this machine.</p>"
    )


def quiet(text: str) -> str:
    """A few words that stand beside what can be chosen."""
    return f'<p class="state note">{escape(text)}</p>'


def incomplete(why: str) -> str:
    """An answer is not whole, and why."""
    return f'<p class="state incomplete"><strong>Incomplete:</strong> {escape(why)}</p>'


def current_title(title: str) -> str:
    """The title of the conversation on the page, in the list of all."""
    return (
        f'<p class="current-title" aria-current="page" title="{escape(title)}">{escape(title)}</p>'
    )


def to_delete(title: str) -> str:
    """What is about to be deleted."""
    return f"<p>“{escape(title)}” and all its answers are deleted for good.</p>"
