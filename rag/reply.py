"""A model's reply, taken apart while it streams: text, footnote marks, and what was rejected.

A marker disappears from the text together with the spaces before it, so that "part [A3]." reads
"part." with a mark before the full stop; every other character comes through as it was sent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from rag.citations import MarkerParser
from rag.citations.markers import Marker, Reference, flaw
from rag.context import resolve
from rag.footnotes import Cite, Register
from rag.outcome import OutcomeReader, Reading
from rag.types import Citation, Mark, MarkAdded, Rejected, Sentence, Source, TextAdded


class ReplyBuilder:
    """Collects one reply; ``feed`` its pieces, then ``close`` it, then read the attributes.

    ``register`` numbers the citations; ``sources`` is what was offered.
    """

    def __init__(self, sources: Sequence[Source], cite: Cite) -> None:
        self.marks: list[Mark] = []
        self.register = Register(cite)
        self.rejected: list[Rejected] = []
        self.sources = sources
        self._outcome = OutcomeReader()
        self._parser = MarkerParser()
        self._texts: list[str] = []
        self._length = 0  # of all texts; to join them for every piece would take quadratic time
        self._marked: set[Mark] = set()
        self._spaces = 0  # held back: they go when a marker follows
        self._marker_at = 0  # where the last marker stood, also one that names nothing

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._texts)

    @property
    def citations(self) -> Sequence[Citation]:
        """What was cited so far, by number."""
        return self.register.citations

    @property
    def reading(self) -> Reading:
        """What the reply says of itself."""
        return self._outcome.reading

    def feed(self, piece: str) -> Iterator[TextAdded | MarkAdded]:
        """Take the next piece of the reply; yields what it adds to the answer."""
        yield from self._take(self._parser.feed(self._outcome.feed(piece)))

    def close(self) -> Iterator[TextAdded | MarkAdded]:
        """Take what was held back, now that the reply is over."""
        yield from self._take(self._parser.feed(self._outcome.close()))
        yield from self._take(self._parser.close())
        self._spaces = 0
        self._texts = [self.text.rstrip()]
        self._length = len(self.text)
        inside = (replace(mark, offset=min(mark.offset, self._length)) for mark in self.marks)
        self.marks = list(dict.fromkeys(inside))

    def _take(self, parts: Iterable[str | Marker]) -> Iterator[TextAdded | MarkAdded]:
        for part in parts:
            if isinstance(part, Marker):
                yield from self._take_marker(part)
            else:
                yield from self._take_text(part)

    def _take_text(self, part: str) -> Iterator[TextAdded]:
        part = part if self._length else part.lstrip()
        kept = part.rstrip(" ")
        if kept:
            kept = " " * self._spaces + kept
            if self._length and self._marker_at == self._length and kept[0].isalnum():
                kept = f" {kept}"  # the marker stood where a space has to be
            self._spaces = 0
            self._texts.append(kept)
            self._length += len(kept)
            yield TextAdded(kept)
        self._spaces += len(part) - len(part.rstrip(" "))

    def _take_marker(self, marker: Marker) -> Iterator[MarkAdded]:
        self._spaces = 0
        self._marker_at = self._length
        for reference in marker.references:
            for citation in self._resolved(marker, reference):
                mark = Mark(self._length, citation.number)
                if mark not in self._marked:
                    self._marked.add(mark)
                    self.marks.append(mark)
                    yield MarkAdded(citation)

    def _resolved(self, marker: Marker, reference: Reference) -> list[Citation]:
        """The citations that a reference stands for; a bad one is recorded and stands for none."""
        found: tuple[tuple[Sentence, ...], ...] | str = flaw(reference)
        if not found:
            found = resolve(self.sources, reference.letter, reference.first, reference.last)
        if isinstance(found, str):
            self.rejected.append(Rejected(marker.text, found))
            return []
        return [self.register.numbered(self.register.draft(run)) for run in found]
