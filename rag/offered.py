"""The sentences that a model was offered, as sources for what it left uncited or cited wrongly."""

import re
from collections.abc import Sequence

import numpy as np

from rag.checking import Embed
from rag.citations import Reference
from rag.context import resolve
from rag.footnotes import Register
from rag.snapshot import Snapshot
from rag.types import Citation, Sentence, Source

MOST_HEARD = 10
"""Offered sentences that are held against one claim, the likest first."""

_LIKE_AN_ID = re.compile(r"\b([A-Z]{1,2})-?[0-9]{1,4}\b")  # a road A4, which no id is told from


class Offered:
    """Offered sentences by number in the snapshot; a register numbers those that get cited."""

    def __init__(
        self, sources: Sequence[Source], register: Register, snapshot: Snapshot, embed: Embed
    ) -> None:
        self._sources = sources
        self._register = register
        self._snapshot = snapshot
        self._embed = embed
        self._sentences = {
            snapshot.by_id[source.document_id].first_sentence + sentence.number: sentence
            for source in sources
            for sentence in source.sentences
        }
        texts = (sentence.text for sentence in self._sentences.values())
        self._names = {letter for text in texts for letter in _LIKE_AN_ID.findall(text)}

    def likest(self, searched: str, known: Sequence[int]) -> list[int]:
        """Return the sentences most like a claim, without the known ones and without headings."""
        headings = self._snapshot.is_heading
        numbers = [n for n in self._sentences if n not in known and not headings[n]]
        if not numbers:
            return []
        likeness = self._snapshot.vectors[numbers].astype(np.float32) @ self._embed([searched])[0]
        return [numbers[at] for at in np.argsort(-likeness, kind="stable")[:MOST_HEARD]]

    def citation(self, number: int) -> Citation:
        """Return the citation of one sentence; it gets a footnote number with ``numbered``."""
        return self._register.draft([self._sentences[number]])

    def numbered(self, drafts: Sequence[Citation]) -> tuple[Citation, ...]:
        """Return citations with their footnote numbers; a new one gets the next."""
        return tuple(self._register.numbered(draft) for draft in drafts)

    def names(self, reference: Reference) -> bool:
        """Whether an id in the wrong form can mean an offered sentence and nothing else.

        Where the sentences name the road A4, "(A4)" in a claim may be that road.
        """
        return reference.letter not in self._names and bool(self._runs(reference))

    def cited_by(self, reference: Reference) -> list[Citation]:
        """Return the citations that an id stands for, none when it names nothing offered."""
        return [self._register.draft(run) for run in self._runs(reference)]

    def _runs(self, reference: Reference) -> tuple[tuple[Sentence, ...], ...]:
        found = resolve(self._sources, reference.letter, reference.first, reference.last)
        return () if isinstance(found, str) else found
