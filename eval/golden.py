"""The golden set checked: ``python -m eval.golden [--place] [--golden FILE] [--documents FOLDER]``.

Every problem is a line that names the question, and the document it speaks of. ``--place`` first
finds the evidence anew and gives every new question its split, writing the file again; what is
not found is left as it is and named.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.golden_rules import ANY_SET, RULES, Pages, page_of, problems
from eval.printing import print_out
from eval.questions import Question, read_questions, read_rows
from eval.running.working import counted
from rag.documents import find_files, read_document
from rag.errors import FootnoteError

MINIMUM: Mapping[str, int] = {
    "one-sentence": 40,
    "several-sentences": 25,
    "several-documents": 25,
    "time": 20,
    "numbers": 25,
    "conflict": 15,
    "who": 20,
    "follow-up": 18,
    "paraphrase": 15,
    "misspelt": 15,
    "false-premise": 15,
    "partly": 15,
    "near-miss": 50,
    "missing-fact": 15,
    "wrong-date": 8,
    "wrong-person": 8,
    "outside-period": 8,
}
QUESTIONS = 200
TEST_SHARE = 1 / 3
HALF = 0.5  # of a question: nearer to one more in the test split than to none
SHARE_OFF = 0.1  # a tag's share in the test split may differ from a third by so much


def main(arguments: Sequence[str]) -> int:
    """Check a golden set; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        pages = read_pages(asked.documents)
        if asked.place:
            place(asked.golden, pages)
        questions = read_questions(asked.golden)
    except FootnoteError as error:
        print(f"eval.golden: {error}", file=sys.stderr)
        return 1
    rules = ANY_SET if asked.part else RULES
    found = [f"{one.id}: {problem}" for one in questions for problem in problems(one, pages, rules)]
    found += [] if asked.part else set_problems(questions)
    try:
        print_out("\n".join([*found, summary(questions)]), "check")
    except FootnoteError as error:
        print(f"eval.golden: {error}", file=sys.stderr)
        return 1
    return 1 if found else 0


def read_pages(folder: Path) -> Pages:
    """Read and cut every document of a folder, by its name."""
    files = find_files(folder)
    documents = [read_document(it.path.read_bytes(), it.name, it.path) for it in files]
    return {document.id: page_of(document) for document in documents}


def set_problems(questions: Sequence[Question]) -> list[str]:
    """What is wrong with the set as a whole: too few of a kind, or a split out of balance."""
    counts, tested = (
        _tag_counts(questions),
        _tag_counts([q for q in questions if q.split == "test"]),
    )
    found = [f"the set has {len(questions)} questions, fewer than {QUESTIONS}"]
    found = found if len(questions) < QUESTIONS else []
    for tag, least in MINIMUM.items():
        if counts[tag] < least:
            found.append(f"the tag {tag} is on {counts[tag]} questions, fewer than {least}")
        elif abs(tested[tag] / counts[tag] - TEST_SHARE) > SHARE_OFF:
            found.append(f"the tag {tag} has {tested[tag]} of {counts[tag]} in the test split")
    return found


def summary(questions: Sequence[Question]) -> str:
    """How many questions there are, by tag and by split."""
    tested = sum(question.split == "test" for question in questions)
    rows = [f"{counted(len(questions), 'question')}, {tested} of them test"]
    for tag, count in sorted(_tag_counts(questions).items()):
        of_test = sum(tag in q.tags for q in questions if q.split == "test")
        rows.append(f"{tag:20}{count:5}{of_test:5}")
    return "\n".join(rows)


def place(path: Path, pages: Pages) -> None:
    """Find the evidence of every question anew, give new ones a split, and write the file."""
    read_questions(path)  # what is not in the form is named, not touched
    rows = [row for row, _ in read_rows(path)]
    for row in rows:
        for item in _items(row):
            _place_item(item, pages)
    give_splits(rows)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    fresh.replace(path)


def _items(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    lists = [row.get("evidence", []), *row.get("alternatives", [])]
    items = [item for items in lists for item in items]
    return items + [other for item in items for other in item.get("or", [])]


def _place_item(item: dict[str, Any], pages: Pages) -> None:
    """Give an evidence sentence its offsets, if its text stands in its document exactly once."""
    page, text = pages.get(item["document"]), item["text"]
    if page and page.document.text.count(text) == 1:
        item["start"] = page.document.text.index(text)
        item["end"] = item["start"] + len(text)


def give_splits(rows: Sequence[dict[str, Any]]) -> None:
    """Give every new question to the split that lacks its tags more, the rarest tags first."""
    counts = Counter(tag for row in rows for tag in row.get("tags") or ())
    old = [row for row in rows if row.get("split")]
    new = [row for row in rows if not row.get("split")]
    seen = Counter(tag for row in old for tag in row.get("tags") or ())
    tested = Counter(tag for row in old if row["split"] == "test" for tag in row.get("tags") or ())
    for row in sorted(new, key=lambda row: min((counts[tag] for tag in _tags(row)), default=0)):
        tags = _tags(row)
        seen.update(tags)
        lacking = sum(TEST_SHARE * seen[tag] - tested[tag] for tag in tags) / max(1, len(tags))
        row["split"] = "test" if lacking > HALF else "dev"
        tested.update(tags if row["split"] == "test" else ())


def _tags(row: Mapping[str, Any]) -> Sequence[str]:
    return row.get("tags") or ()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.golden", description=__doc__)
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--documents", type=Path, default=Path("seeds"))
    parser.add_argument("--place", action="store_true", help="find the evidence anew, then check")
    parser.add_argument(
        "--part", action="store_true", help="only what any set must have: no tags, split or numbers"
    )
    return parser


def _tag_counts(questions: Sequence[Question]) -> Counter[str]:
    return Counter(tag for question in questions for tag in question.tags)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
