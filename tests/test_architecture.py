"""The file listing is the architecture: imports point one way, one module per vendor."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = """
    types errors config pages mishaps
    dates relative_dates documents sentences passages vocabulary packed postings lexical
    model embedding
    ledger fingerprint ownership
    rows segment snapshot filling assembling merging segment_files segments latest
    seal store store_apart store_child chroma_server generations index
    mending shared_index sharing libraries keeping collections
    changes claiming records ingest rebuilding
    arrivals removals watching shelf
    timeliness scope signals retrieval evidence answerability
    prompts citations context outcome followup
    footnotes quoting
    statements checking disagreement judging grounds findings offered repairing reply marking
    assessing clock tracing answering
    drafts verifying
    rendering saved conversations transferring turns proceeding underway starters feedback askers
    interchange doctor holdings
    ui api cli stopping __main__
""".split()
VENDORS = {
    "charset_normalizer": {"rag.documents.encoding"},
    "chromadb": {"rag.chroma_server", "rag.store", "rag.store_apart"},
    "docx": {"rag.documents.docx"},
    "fastapi": {
        "rag.api.application",
        "rag.api.asking",
        "rag.api.chat",
        "rag.api.documents",
        "rag.api.failures",
        "rag.api.state",
    },
    "filelock": {"rag.ownership"},
    "llama_index": {"rag.interchange"},
    "lxml": {"rag.documents.markup"},
    "markdown_it": {"rag.rendering.text"},
    "onnx": {"rag.embedding.minilm_graph"},
    "onnxruntime": {"rag.embedding.minilm"},
    "openai": {"rag.model.connection", "rag.model.failures", "rag.model.openai_server"},
    "opentelemetry": {"rag.tracing.exporting"},
    "prometheus_client": {"rag.api.measures"},
    "pypdfium2": {"rag.documents.pdf.lines"},
    "rich": {"rag.cli.progress"},
    "sentencex": {"rag.sentences"},
    "watchfiles": {"rag.watching"},
    "sqlalchemy": {
        "rag.conversations",
        "rag.conversations.tables",
        "rag.ledger",
        "rag.ledger.engines",
        "rag.ledger.locks",
        "rag.ledger.outbox",
        "rag.ledger.rows",
        "rag.ledger.schemas",
        "rag.ledger.transfer",
    },
    "striprtf": {"rag.documents.rtf"},
    "trafilatura": {"rag.documents.html"},
    "typer": {
        "rag.cli",
        "rag.cli.asking",
        "rag.cli.collections",
        "rag.cli.checking",
        "rag.cli.conversations",
        "rag.cli.documents",
        "rag.cli.following",
        "rag.cli.searching",
        "rag.cli.serving",
    },
    "uvicorn": {"rag.api.serve"},
    "yaml": {"rag.documents.markdown"},
}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


MODULES = {module_of(path): path for path in sorted((ROOT / "rag").rglob("*.py"))}


def room_of(module: str) -> str:
    return module.split(".")[1]


@pytest.mark.parametrize("module", [name for name in MODULES if name != "rag"])
def test_imports_point_one_way(module: str) -> None:
    here = ROOMS.index(room_of(module))
    for imported in imports_of(MODULES[module]):
        if imported.startswith("rag.") and room_of(imported) != room_of(module):
            assert ROOMS.index(room_of(imported)) < here, f"{module} imports {imported}"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_is_imported_in_its_own_module_only(vendor: str) -> None:
    users = {
        module
        for module, path in MODULES.items()
        if any(name.split(".")[0] == vendor for name in imports_of(path))
    }
    assert users == VENDORS[vendor]


def test_streamlit_stays_in_the_browser_rooms() -> None:
    users = {
        module
        for module, path in MODULES.items()
        if any(name.split(".")[0] == "streamlit" for name in imports_of(path))
    }
    assert users
    assert all(module.startswith("rag.ui") for module in users)
