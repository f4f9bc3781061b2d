"""An open library says how much it holds."""

from rag.fingerprint import fingerprint_of
from rag.holdings import Holdings, IndexState
from rag.libraries import Library


def holdings_of(library: Library) -> Holdings:
    """What a library holds at this moment."""
    state = library.ledger.state()
    return Holdings(
        documents=len(library.documents()),
        sentences=library.ledger.sentences(),
        passages=int(state.get("passages", 0)),
        index=_index_state(library, is_clean=state["index"] == "clean"),
        generation=int(state["generation"]),
        embedding=library.embedding.identity,
        is_made_with=state.get("fingerprint") == fingerprint_of(library.embedding),
    )


def _index_state(library: Library, *, is_clean: bool) -> IndexState:
    if not library.is_owner:
        return IndexState.ELSEWHERE
    if library.trouble:
        return IndexState.AWAY
    if library.store is None:
        return IndexState.BUILDING
    return IndexState.FRESH if is_clean else IndexState.BEHIND
