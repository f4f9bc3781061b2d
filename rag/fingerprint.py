"""What an index was made with, so that it is never searched with something else.

The fingerprint names the embedding model (with its file's hash), its dimension, and the rules
that cut sentences and passages. Beside it stand canaries: the vectors of three fixed sentences,
which tell when a server answers to the same name with another model.
"""

import base64
import json

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedding
from rag.errors import FingerprintError
from rag.ledger import Ledger
from rag.passages import PASSAGE_CHARACTERS
from rag.sentences import MAX_SENTENCE

TEXT_RULES = "1"  # grows whenever the same file would give another canonical text or sentences
CANARIES = (
    "The ferry leaves the harbour at seven in the morning.",
    "Prices of copper fell by two per cent in March.",
    "Who wrote the letter that was found in the attic?",
)
CLOSE = 0.99  # cosine; a quantised model gives .999 and more between machines


def fingerprint_of(embedding: Embedding) -> str:
    """Return the fingerprint of what would be written now, as JSON text."""
    values = {
        "embedding": embedding.identity,
        "dimension": embedding.dimension,
        "text": TEXT_RULES,
        "sentence": MAX_SENTENCE,
        "passage": PASSAGE_CHARACTERS,
    }
    return json.dumps(values, sort_keys=True)


def fingerprint_state(embedding: Embedding) -> dict[str, str]:
    """Return the values that a ledger keeps: the fingerprint and the canaries."""
    vectors = embedding.embed(CANARIES).astype(np.float32)
    return {
        "fingerprint": fingerprint_of(embedding),
        "canaries": base64.b64encode(vectors.tobytes()).decode(),
    }


def check_fingerprint(ledger: Ledger, embedding: Embedding) -> None:
    """Raise FingerprintError when the ledger was made with something else.

    A ledger without documents takes the fingerprint of the present settings.
    """
    if is_made_with(ledger, embedding):
        return
    state = ledger.state()
    if not ledger.entries():
        ledger.set_state(fingerprint_state(embedding))
        return
    made, now = json.loads(state["fingerprint"]), json.loads(fingerprint_of(embedding))
    if made != now:
        raise FingerprintError(_difference(made, now))
    raise FingerprintError(
        f"The embedding model {embedding.identity} no longer gives the vectors that it gave when "
        "the documents were indexed; run: rag rebuild"
    )


def is_made_with(ledger: Ledger, embedding: Embedding) -> bool:
    """Whether the ledger's vectors come from this embedding and from the present rules."""
    state = ledger.state()
    same = state.get("fingerprint") == fingerprint_of(embedding)
    return same and _same_model(state["canaries"], embedding)


def _difference(made: dict[str, object], now: dict[str, object]) -> str:
    name = next(name for name in ("embedding", *now) if made.get(name) != now[name])
    remedy = "run: rag rebuild"
    if name == "embedding":
        remedy += " (embeds every document again), or set RAG_EMBEDDING back"
    return (
        f"The documents were indexed with {name} {made.get(name)}, the settings now say "
        f"{now[name]}; {remedy}."
    )


def _same_model(canaries: str, embedding: Embedding) -> bool:
    kept = np.frombuffer(base64.b64decode(canaries), np.float32).reshape(len(CANARIES), -1)
    fresh: NDArray[np.float32] = embedding.embed(CANARIES)
    return kept.shape == fresh.shape and bool(np.all((kept * fresh).sum(axis=1) > CLOSE))
