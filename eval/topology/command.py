"""The whole set, a crowd, documents that come, change and go, and kills; then what became of it."""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic

from eval.topology.aftermath import held_otherwise, index_faults, settle
from eval.topology.course import JUDGED, SHORT, Course, Plan, say
from eval.topology.layout import set_up
from eval.topology.looking import looked_at
from eval.topology.papers import Papers, names
from eval.topology.printing import Run, faults_of, printed
from rag.documents import find_files, read_document
from tests.servers import programs

SEEDS = Path("seeds")


def run(plan: Plan, folder: Path) -> Run:
    """Set everything up, have it asked, changed and killed, and say what was seen."""
    documents = folder / "documents"
    documents.mkdir()
    papers = Papers(documents, plan.sentences)
    fill(papers, names(0, plan.standing))
    begun = monotonic()
    with (
        set_up(folder, documents, plan.sizes) as layout,
        looked_at(layout.config.ledger_url, papers) as look,
    ):
        settle(papers)
        say(f"all is up, {len(papers.history)} documents are in, after {monotonic() - begun:.0f} s")
        course = Course(plan, layout, papers, Run(look), begun)
        course.go()
        course.run.unsettled = settle(papers)
        course.run.ledger = [*held_otherwise(layout, papers)]
        course.run.index = [*index_faults(layout)]
    return course.run


def fill(papers: Papers, made_up: Sequence[str]) -> None:
    """Put the briefings and so many made-up documents into the folder."""
    for found in find_files(SEEDS):
        data = found.path.read_bytes()
        document = read_document(data, found.name, found.path)
        papers.put(found.name, 1, document.text, data)
    for name in made_up:
        papers.write(name, 1)


def main() -> int:
    """Run it and print what became of it; the status is 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a minute, with few documents")
    for name in ("standing", "lives", "people"):
        parser.add_argument(f"--{name}", type=int)
    for name in ("think", "pace", "alone", "calm"):
        parser.add_argument(f"--{name}", type=float)
    parser.add_argument("--keep", type=Path, help="a folder for the logs, which stay there")
    given = parser.parse_args()
    if programs() is None:
        say("skipped: PostgreSQL is not installed (apt-get install postgresql)")
        return 0
    changed = {name: value for name, value in vars(given).items()
               if value is not None and name not in ("short", "keep")}  # fmt: skip
    plan = replace(SHORT if given.short else JUDGED, **changed)
    with tempfile.TemporaryDirectory(prefix="footnote-topology-") as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        done = run(plan, folder)
    print(printed(done))
    faults = faults_of(done, is_measured=not given.short)
    for fault in faults[:40]:
        print(f"- {fault}")
    return int(bool(faults))
