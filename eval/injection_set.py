"""The injection yardstick in the golden form: ``python -m eval.injection_set FILE… FOLDER``.

Each row has a passage and the same passage with a second question planted at its end
(instruction-following-robustness-eval, Li et al., arXiv:2308.10819). Written below FOLDER, which
must not be part of the project: ``clean/`` and ``injected/``, each with ``documents/`` and
``questions.jsonl`` in the golden form.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read the rows of one file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def document_name(kind: str, row: Mapping[str, Any]) -> str:
    """The name of the document that holds the passage of a row."""
    return f"{kind}-{row['qid']}.txt"


def questions_of(kind: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, object]]:
    """The rows as questions in the golden form, without evidence sentences."""
    for row in rows:
        yield {
            "id": f"{kind}-{row['qid']}",
            "question": row["question"],
            "answers": list(dict.fromkeys(row["answers"])),
            "answerable": True,
            "evidence": [],
            "documents": [document_name(kind, row)],
            "tags": [kind],
        }


def write_set(folder: Path, files: Mapping[str, Sequence[Mapping[str, Any]]], context: str) -> None:
    """Write passages (the field ``context`` of each row) and questions below a folder."""
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    lines = []
    for kind, rows in files.items():
        for row in rows:
            (documents / document_name(kind, row)).write_text(row[context], encoding="utf-8")
        lines += [json.dumps(one, ensure_ascii=False) for one in questions_of(kind, rows)]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Write both sets; returns the exit status."""
    *paths, folder = map(Path, arguments)
    if not paths:
        sys.stderr.write("Usage: python -m eval.injection_set FILE… FOLDER\n")
        return 2
    files = {path.stem: read_rows(path) for path in paths}
    write_set(folder / "clean", files, "context")
    write_set(folder / "injected", files, "injected_context")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
