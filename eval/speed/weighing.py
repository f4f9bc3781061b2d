"""What a sentence takes on the disk, in a real data folder: ``python -m eval.speed.weighing DATA``.

The bytes of ledger and index divided by the sentences in them; ``docs/scale.md`` goes on from here.
"""

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from eval.speed.tables import table
from rag.errors import FootnoteError
from rag.ledger import open_ledger


def weighed(data: Path) -> dict[str, float]:
    """Bytes a sentence by what they are for; raises FootnoteError for an empty folder."""
    texts = vectors = bounds = sentences = 0
    with closing(open_ledger(data)) as ledger:
        for record in ledger.records():
            sentences += len(record.bounds)
            texts += len(record.document.text.encode())
            vectors += record.vectors.nbytes
            bounds += record.bounds.nbytes
        size = ledger.size()
    if not sentences:
        raise FootnoteError(f"{data} holds no documents; ingest some first.")
    index = sum(one.stat().st_size for one in data.glob("index/**/*") if one.is_file())
    parts = {"its text": texts, "its vector": vectors, "its place": bounds}
    whole = {"ledger": size, "index": index, "both": size + index}
    return {"sentences": sentences} | {
        name: size / sentences for name, size in {**parts, **whole}.items()
    }


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m eval.speed.weighing DATA\n")
        return 2
    found = weighed(Path(arguments[0]))
    print(table([["of one sentence", "bytes"], *([name, f"{it:,.0f}"] for name, it in found.items()
                                                 if name != "sentences")]))  # fmt: skip
    print(f"{found['sentences']:,.0f} sentences")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
