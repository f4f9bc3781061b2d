"""The programs in docs/examples do what docs/llama-index.md says of them, without a network."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "docs" / "examples"
NO_NETWORK = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        raise SystemExit(f"an example wants the network: {event} {arguments}")
sys.addaudithook(refuse)
"""
SEED = r"2024-08-26-cairo-talks\.md"
FACTS = {
    "ingest_with_a_reader": [
        r"^2 added, 0 changed",
        r"Ida Berg repaired it by noon\.$",
        r"^\[1\] logbook/2026-03-02 \(The crane\): ",
    ],
    "any_llm": [
        r"^parrot says: .*mediated.*\.$",
        rf"^\[1\] supported: {SEED}, characters \d+ to \d+$",
    ],
    "retriever_elsewhere": [
        rf"^\d\.\d\d  {SEED}  \d+-\d+  .*Qatar and Egypt",
        r"^The model was given them: True$",
    ],
    "stock_index_over_our_passages": [
        rf"^{SEED}, 20240826: \S",
        r"^  sentences \d+ to \d+: \S",
    ],
}


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """No settings but where the built-in model is cached, and Python told to refuse the network."""
    guard = tmp_path_factory.mktemp("guard")
    (guard / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    ours = {name for name in os.environ if name.startswith(("RAG_", "OPENAI_"))} - {"RAG_CACHE"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"PYTHONPATH": str(guard), "PYTHONWARNINGS": "error"}


@pytest.mark.parametrize("name", FACTS)
def test_an_example_shows_what_it_promises(name: str, environment: dict[str, str]) -> None:
    command = [sys.executable, str(Path("docs", "examples", f"{name}.py"))]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    missing = [fact for fact in FACTS[name] if not re.search(fact, done.stdout, re.MULTILINE)]
    assert not missing, done.stdout


def test_every_example_is_run_and_is_on_the_page() -> None:
    page = (ROOT / "docs" / "llama-index.md").read_text(encoding="utf-8")
    examples = {path.stem for path in EXAMPLES.glob("*.py")}

    assert examples == set(FACTS)
    assert all(f"(examples/{name}.py)" in page for name in examples)
