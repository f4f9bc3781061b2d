"""The checks against readers: claims of recorded replies that somebody judged by reading.

A record may have ``claims``: the text of each sentence that cites something, and whether the
sentences it cites support all of it. *False alarms* are supported claims that the checks do not
call supported; *caught* are the others that they do not call supported.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.embedding import Embed
from rag.findings import find
from rag.reply import ReplyBuilder
from rag.sentences import split_spans
from rag.snapshot import Snapshot
from rag.statements import marks_of, split_statements
from rag.types import Finding, Verdict


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim, what a reader says of it and what the checks say, with the citations as given."""

    text: str
    supported: bool
    fault: str
    finding: Finding

    @property
    def passes(self) -> bool:
        """Whether the checks call it supported."""
        return self.finding.verdict is Verdict.SUPPORTED


def judged_claims(
    record: Mapping[str, Any], reply: ReplyBuilder, snapshot: Snapshot, embed: Embed
) -> Iterator[JudgedClaim]:
    """Check every claim of a record that a reader has judged."""
    readers = {row["text"]: row for row in record.get("claims", ())}
    offsets = [mark.offset for mark in reply.marks]
    drafts = split_statements(reply.text, offsets, split_spans)
    for draft, marks in zip(drafts, marks_of(reply.text, drafts, offsets), strict=True):
        row = readers.get(draft.text)
        numbers = dict.fromkeys(reply.marks[mark].citation for mark in marks)
        if row and numbers:
            cited = [reply.citations[number - 1] for number in numbers]
            finding = find(draft.text, cited, snapshot, embed)
            yield JudgedClaim(draft.text, row["supported"], row.get("fault", ""), finding)


def claim_lines(claims: Sequence[JudgedClaim]) -> Iterator[str]:
    """The two figures, of how many claims each."""
    right = [claim for claim in claims if claim.supported]
    wrong = [claim for claim in claims if not claim.supported]
    if right:
        yield f"false alarms: {_share(not one.passes for one in right)} right claims"
    if wrong:
        yield f"caught: {_share(not one.passes for one in wrong)} wrong claims"


def mistakes(claims: Iterable[JudgedClaim]) -> Iterator[str]:
    """The claims on which checks and reader differ, with the reasons of both."""
    for claim in claims:
        if claim.passes != claim.supported:
            kind = "FALSE ALARM" if claim.supported else "NOT CAUGHT"
            yield f"\n{kind} {claim.text}\n    checks: {claim.finding.reason}"
            yield from [f"    reader: {claim.fault}"] * bool(claim.fault)


def _share(flags: Iterable[bool]) -> str:
    counted = list(flags)
    return f"{100 * sum(counted) / len(counted):.1f} % of {len(counted)}"
