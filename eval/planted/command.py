"""Planted errors: ``python -m eval.planted [--golden FILE] [--documents FOLDER] [--show N]``.

Every evidence sentence of the golden set's dev split is a claim that is right: (a) cited to
itself, (b) cited to the sentences that the set lists as saying the same. Each is made wrong in
every way that ``errors`` knows. The checks see the sentences around the cited one, its title and
its date, as they do in an answer.
Prints how many of the wrong claims are not called supported, how many of the right ones are not,
and Wilson's 95 % intervals; with ``--show`` also examples of each failure.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.golden import read_pages
from eval.planted.errors import (
    documents_swapped,
    planted_errors,
    right_claims,
    sentences_merged,
)
from eval.planted.names import stock_of
from eval.planted.tables import (
    RIGHT,
    Checked,
    Planted,
    alarm_table,
    caught_table,
    examples,
)
from eval.questions import read_questions
from rag.checking import Embed, check
from rag.config import read_config
from rag.embedding import open_embedding
from rag.errors import FootnoteError
from rag.grounds import remembering


def run(planted: Sequence[Planted], embed: Embed | None) -> list[Checked]:
    """Check every claim as an answer's claims are checked."""
    return [
        Checked(one, check(one.claim.text, [one.claim.cited], embed, one.claim.neighbours))
        for one in planted
    ]


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Plant errors, check them, print the tables; returns the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        pages = read_pages(asked.documents)
        claims = right_claims(read_questions(asked.golden), pages)
        embed = remembering(open_embedding(read_config(environment)).embed, {})
    except FootnoteError as error:
        print(f"eval.planted: {error}", file=sys.stderr)
        return 1
    stock = stock_of(page.document.text for page in pages.values())
    moved = sentences_merged(claims, stock) + documents_swapped(claims, pages, embed)
    wrong = run(planted_errors(claims, stock) + moved, embed)
    right = run([Planted(RIGHT, claim, claim) for claim in claims], embed)
    shown = examples([*wrong, *right], asked.show) if asked.show else ()
    print("\n".join([*caught_table(wrong), "", *alarm_table(right), *shown]))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval.planted", description=__doc__)
    parser.add_argument("--golden", type=Path, default=Path("eval/golden.jsonl"))
    parser.add_argument("--documents", type=Path, default=Path("seeds"))
    parser.add_argument("--show", type=int, default=0, metavar="N", help="examples of a failure")
    return parser
