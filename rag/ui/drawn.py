"""A turn that is over as HTML: what it said, what belongs under it, what became of its sources."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from rag.conversations.since import placed
from rag.rendering import notes, outcome_words
from rag.rendering.html import citations_html, disagreements_html, sentences_html, to_html
from rag.rendering.markdown import to_markdown
from rag.rendering.marks import Link
from rag.rendering.since import since_html, since_line
from rag.turns import Turn, found_sentences
from rag.types import Answer, Compared, Outcome
from rag.ui import pieces
from rag.ui.links import links_of, source_link

STOPPED = "you stopped this answer."
CUT = "the reply was cut off before its end."
BROKEN_OFF = "the program ended before this answer was done."


@dataclass(frozen=True, slots=True)
class Drawn:
    """The parts of a turn; ``whole`` is all of it in one piece, for turns that are long past."""

    found: int
    found_html: str
    text: str
    below: str
    uncited: int
    uncited_html: str

    def whole(self, question: str) -> str:
        """Question and answer, the sentences folded away."""
        sentences = _folded(f"Sentences found: {self.found}", self.found_html) * bool(self.found)
        rest = _folded(f"Read, not cited: {self.uncited}", self.uncited_html) * bool(self.uncited)
        return (
            f'<section class="past"><div class="asked">{pieces.question_html(question)}</div>'
            f"{sentences}{self.text}{self.below}{rest}</section>"
        )


def drawn(turn: Turn, compared: Sequence[Compared], collection: str = "") -> Drawn:
    """Draw a turn that nobody goes on with; ``compared``: how its citations stand."""
    answer, link = turn.answer, link_today(turn.answer, compared, collection)
    sentences = found_sentences(turn.sources)
    uncited = answer.uncited if turn.finished and answer.outcome is not Outcome.NOT_FOUND else ()
    return Drawn(
        found=len(sentences),
        found_html=sentences_html(sentences, link),
        text=to_html(answer, link) if answer.text else "",
        below=_below(turn, link, compared),
        uncited=len(uncited),
        uncited_html=sentences_html(uncited, link),
    )


def link_today(answer: Answer, compared: Sequence[Compared], collection: str = "") -> Link:
    """The links of an answer's sentences, those of its citations to where they are today."""
    today = {
        one: placed(one, how)
        for one, how in zip(answer.citations, compared, strict=False)
        if placed(one, how) != one
    }
    if not today:
        return links_of(answer, collection)
    fellows = [today.get(one, one) for one in answer.citations]
    return lambda citation: source_link(today.get(citation, citation), fellows, collection)


def _below(turn: Turn, link: Link, compared: Sequence[Compared]) -> str:
    error = pieces.notice(turn.error, "error") * bool(turn.error)
    incomplete = _incomplete(turn)
    cited = _cited(turn.answer, link, compared)
    if not turn.finished:
        return error + incomplete + _notes(turn.answer) + cited + _to_copy(turn)
    said = _state(turn.answer) + incomplete + _notes(turn.answer) + _since(compared)
    rest = _differing(turn.answer, link) + cited + _nearest(turn.answer, link)
    return error + said + rest + _to_copy(turn)


def _state(answer: Answer) -> str:
    return pieces.state_line(outcome_words(answer), answer.outcome.value)


def _incomplete(turn: Turn) -> str:
    if turn.answer.incomplete:
        return pieces.incomplete(STOPPED if turn.stopped else CUT)
    return "" if turn.is_over else pieces.incomplete(BROKEN_OFF)


def _notes(answer: Answer) -> str:
    """What else a reader must know; that it is incomplete is said already."""
    if not answer.text and answer.incomplete:
        return ""
    said = notes(replace(answer, incomplete=False))
    return "".join(pieces.state_line(note, "note") for note in said)


def _since(compared: Sequence[Compared]) -> str:
    line = since_line(compared)
    return pieces.state_line(line, "note since-line") * bool(line)


def _differing(answer: Answer, link: Link) -> str:
    shown = disagreements_html(answer.disagreements, link)
    return (pieces.heading("Your documents do not say the same") + shown) * bool(shown)


def _cited(answer: Answer, link: Link, compared: Sequence[Compared]) -> str:
    below = {one.citation.number: since_html(one) for one in compared}
    cited = pieces.heading("Cited") + citations_html(answer.citations, link, below)
    return cited * bool(answer.citations)


def _nearest(answer: Answer, link: Link) -> str:
    nearest = pieces.heading("The nearest sentences") + sentences_html(answer.nearest, link)
    return nearest * bool(answer.nearest)


def _to_copy(turn: Turn) -> str:
    """A button that a script of ours makes work, and the text that it copies."""
    text = f"{to_markdown(turn.answer).strip()}\n"
    return (
        '<button type="button" class="copy">Copy with footnotes</button>'
        f'<pre class="to-copy" hidden>{escape(text)}</pre>'
    ) * bool(turn.answer.text)


def _folded(label: str, inside: str) -> str:
    return f"<details><summary>{escape(label)}</summary>{inside}</details>"
