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
        self.text = ""
        self.marks: list[Mark] = []
        self.register = Register(cite)
        self.rejected: list[Rejected] = []
        self.sources = sources
        self._outcome = OutcomeReader()
        self._parser = MarkerParser()
        self._spaces = ""  # held back: they go when a marker follows
        self._marker_at = 0  # where the last marker stood, also one that names nothing

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
        self._spaces = ""
        self.text = self.text.rstrip()
        inside = (replace(mark, offset=min(mark.offset, len(self.text))) for mark in self.marks)
        self.marks = list(dict.fromkeys(inside))

    def _take(self, parts: Iterable[str | Marker]) -> Iterator[TextAdded | MarkAdded]:
        for part in parts:
            if isinstance(part, Marker):
                yield from self._take_marker(part)
            else:
                yield from self._take_text(part)

    def _take_text(self, part: str) -> Iterator[TextAdded]:
        text = self._spaces + part if self.text else part.lstrip()
        if self.text and self._marker_at == len(self.text) and text[:1].isalnum():
            text = " " + text  # the marker stood where a space has to be
        kept = text.rstrip(" ")
        self._spaces = text[len(kept) :]
        if kept:
            self.text += kept
            yield TextAdded(kept)

    def _take_marker(self, marker: Marker) -> Iterator[MarkAdded]:
        self._spaces = ""
        self._marker_at = len(self.text)
        for reference in marker.references:
            for citation in self._resolved(marker, reference):
                mark = Mark(len(self.text), citation.number)
                if mark not in self.marks:
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
        source = next(s for s in self.sources if s.letter == reference.letter)
        return [self.register.numbered(source, run) for run in found]
