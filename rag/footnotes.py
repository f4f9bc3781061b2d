"""Sentences become citations: the exact stretch of the document's text, and nothing else."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from rag.pages import pages_of
from rag.snapshot import Snapshot
from rag.types import Citation, Evidence, Sentence, Verdict

Cite = Callable[[int, Sequence[Sentence]], Citation]


def cite(snapshot: Snapshot, number: int, run: Sequence[Sentence]) -> Citation:
    """Return the citation of neighbouring sentences of one document."""
    document, start, end = snapshot.by_id[run[0].document_id], run[0].start, run[-1].end
    return Citation(
        number=number,
        document=document.id,
        title=document.title,
        date=document.date,
        sentence_ids=tuple(sentence.id for sentence in run),
        start=start,
        end=end,
        text=document.text[start:end],
        pages=pages_of(document.pages, start, end),
    )


def citing(snapshot: Snapshot) -> Cite:
    """Return the function that makes a numbered citation of neighbouring sentences."""
    return partial(cite, snapshot)


class Register:
    """Numbers citations from 1 by first appearance; what is cited again keeps its number."""

    def __init__(self, cite: Cite) -> None:
        self.citations: list[Citation] = []
        self._cite = cite
        self._numbers: dict[tuple[str, ...], int] = {}

    def draft(self, run: Sequence[Sentence]) -> Citation:
        """Return the citation of neighbouring sentences, without a number (0)."""
        return self._cite(0, run)

    def numbered(self, draft: Citation) -> Citation:
        """Return a draft with its number, the next one if it has none yet."""
        name = draft.sentence_ids
        if name not in self._numbers:
            self._numbers[name] = len(self.citations) + 1
            self.citations.append(replace(draft, number=self._numbers[name]))
        return self.citations[self._numbers[name] - 1]


def listed(evidence: Iterable[Evidence], reason: str) -> tuple[Citation, ...]:
    """Number evidence for a list that no statement refers to; ``reason`` says why it is shown."""
    return tuple(
        Citation(
            number=number,
            document=found.sentence.document_id,
            title=found.title,
            date=found.date,
            sentence_ids=(found.sentence.id,),
            start=found.sentence.start,
            end=found.sentence.end,
            text=found.sentence.text,
            verdict=Verdict.NOT_CHECKED,
            reason=reason,
            pages=found.sentence.pages,
        )
        for number, found in enumerate(evidence, start=1)
    )
