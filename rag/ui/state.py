"""Settings and state: what runs here, what does not, and the lines that mend it.

Nothing is set here: the settings stay in the environment and in ``.env``.
"""

import platform
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import streamlit as st

from rag.config import Config
from rag.errors import FootnoteError
from rag.model.reaching import Reached, reach, server_of
from rag.ui import pieces
from rag.ui.engine import Engine
from rag.ui.page_pieces import examined_html, facts_html, page_title, remedy_html
from rag.ui.remedies import NO_DOCUMENTS, NO_MODEL, Remedy, present_lines, remedy_of

ABOUT = "What runs here, where it lies, and what to do about what does not."
PROGRAMS = ("footnote", "streamlit", "chromadb", "onnxruntime", "openai", "llama-index-core")
MODEL_CHECK = "model-check"
Facts = Mapping[str, str]


def state_page(engine: Callable[[], Engine], settings: Callable[[], Config]) -> None:
    """Show settings and state; it is there when the documents cannot be opened, too."""
    st.html(page_title("State", ABOUT))
    try:
        opened = engine()
    except FootnoteError as error:
        _remedy(remedy_of(error))
        _without_documents(settings)
        return
    _documents(opened)
    _model(opened.config)
    _rest(opened.config)


def _without_documents(settings: Callable[[], Config]) -> None:
    """What can be said of the settings alone."""
    try:
        config = settings()
    except FootnoteError:  # it is what was said already
        return
    _model(config)
    _rest(config)


def _documents(engine: Engine) -> None:
    held = engine.holdings()
    if not held.documents:
        _remedy(NO_DOCUMENTS)
    made = "as now" if held.is_made_with else "with other settings; run: rag rebuild"
    facts = {
        "Documents": f"{held.documents:,}, in {held.sentences:,} sentences",
        "Index": f"{held.index} · generation {held.generation}, {held.passages:,} passages",
        "Embedding": f"{held.embedding} · the index was made {made}",
    }
    st.html(pieces.heading("Documents") + facts_html(facts))


def _model(config: Config) -> None:
    st.html(pieces.heading("Language model") + facts_html(_model_facts(config)))
    if not config.has_model:
        _remedy(NO_MODEL)
        return
    if st.button("Try the connection"):
        with st.spinner("Asking the server …"):
            st.session_state[MODEL_CHECK] = _tried(config)
    match st.session_state.get(MODEL_CHECK):
        case Reached() as reached:
            st.html(pieces.notice(_reached_words(reached), "good"))
        case Remedy() as remedy:
            _remedy(remedy)


def _model_facts(config: Config) -> Facts:
    if not config.has_model:
        return {"Answers": "in the words of your documents"}
    key = "set; it is never shown" if config.api_key else "none"
    return {
        "Model": config.model or "the first that the server names",
        "Server": server_of(config),
        "Key": key,
        "Judge": "on" if config.judge else "off",
    }


def _tried(config: Config) -> Reached | Remedy:
    try:
        return reach(config)
    except FootnoteError as error:
        return remedy_of(error)


def _reached_words(reached: Reached) -> str:
    listed = f", one of {len(reached.models)} that it lists" * bool(reached.models)
    return (
        f"{reached.server} answers. The model is {reached.model}{listed}; nothing was asked of it."
    )


def _rest(config: Config) -> None:
    places = {"Collection": config.collection} if config.collection else {}
    places |= {
        "Documents": str(config.documents.absolute()),
        "Index and conversations": str(config.data.absolute()),
        "Built-in model": str(config.cache),
        "Settings": str(Path.cwd() / ".env"),
    }
    st.html(pieces.heading("Where it lies") + facts_html(places))
    with st.expander("The present settings, as lines of .env"):
        st.code("\n".join(present_lines(config)), language=None, wrap_lines=True)
    with st.expander("Versions"):
        st.html(facts_html(_versions()))
    _examine(config)


def _examine(config: Config) -> None:
    """Let the doctor look, as ``rag doctor`` does."""
    if st.button("Examine everything", help="What rag doctor says"):
        from rag.doctor import examine

        with st.spinner("Looking at documents, data folder, embedding, prompts and model …"):
            st.html(examined_html((it.is_well, it.text) for it in examine(config)))


def _remedy(remedy: Remedy) -> None:
    with st.container(border=True):
        st.html(remedy_html(remedy.title, remedy.text))
        if remedy.lines:
            st.code("\n".join(remedy.lines), language=None, wrap_lines=True)
            words = (
                f"Such lines go into {Path.cwd() / '.env'}; stop the program and start it again."
            )
            st.html(pieces.quiet(words))


def _versions() -> Facts:
    return {"Python": platform.python_version()} | {name: _version(name) for name in PROGRAMS}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
