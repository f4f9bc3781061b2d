"""What the model reads: evidence grouped by document, numbered, and put into the prompts.

    === A · Briefing title · 26 August 2024
    [A1] The first sentence offered.
    …
    [A2] One that does not follow it directly.

Sentences are never changed, only their rendering: one line each, with everything in them made
harmless that could pass for our ids, headers and fences, or for a turn of the conversation.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from rag.citations import neutralise, parse
from rag.dates import day_words
from rag.prompts import fill, load_prompt
from rag.types import Evidence, Message, Sentence, Source

MAX_MATERIAL = 24_000
"""Characters of sentences that are offered at most, whatever the retrieval found."""

MAX_SENTENCE = 1_500
"""Characters of one sentence that are shown; a table without full stops can be one sentence."""

MAX_TITLE = 150
MAX_QUESTION = 4_000
MAX_TURN = 800
MAX_TURNS = 6
"""Earlier turns that the model sees, and the characters of each."""

NO_DAY = "not known"

_CONTROL = re.compile(
    r"<\s*/?\s*(?:documents|conversation|cited|around|claim|question|right|answer)\s*>"  # ours
    r"|</?(?:think|s|(?:start|end)_of_turn)>"  # theirs
    r"|<\|[^<>|]{0,40}\|>|<<?/?SYS>>?|\[/?INST\]|={3,}(?=\s*[A-Z]{1,2}\s*·)",
    re.IGNORECASE,
)
_HARMLESS = str.maketrans("<>[]=", "‹›⟦⟧–")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_FOOTNOTE = re.compile(r"[ \t]?\[\^?[1-9][0-9]{0,2}(?:[ ]?[,;–-][ ]?[1-9][0-9]{0,2})*\](?!\()")
_LEFT_OVER = re.compile(r"(?<=\S)[ \t]+(?=[.,;!?](?:\s|\Z))")  # where a marker stood


def number_evidence(evidence: Sequence[Evidence]) -> tuple[Source, ...]:
    """Group evidence by document, best document first, its sentences in reading order, each once.

    The best evidence is taken first until MAX_MATERIAL is full; the best is always taken.
    """
    best = _fitting(sorted(evidence, key=lambda found: -found.score))
    sources: dict[str, list[Evidence]] = {}
    for found in best:
        sources.setdefault(found.sentence.document_id, []).append(found)
    return tuple(
        Source(
            letter_of(position),
            document_id,
            group[0].title,
            group[0].date,
            tuple(sorted((found.sentence for found in group), key=lambda one: one.number)),
        )
        for position, (document_id, group) in enumerate(sources.items())
    )


def _fitting(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    seen: set[str] = set()
    room = MAX_MATERIAL
    for found in evidence:
        length = min(len(found.sentence.text), MAX_SENTENCE)
        if found.sentence.id not in seen and (length <= room or not seen):
            seen.add(found.sentence.id)
            room -= length
            yield found


def letter_of(position: int) -> str:
    """The letter of the source at a position from 0: A to Z, then AA, AB and so on."""
    before, letter = divmod(position, 26)
    return (letter_of(before - 1) if before else "") + chr(ord("A") + letter)


def render_sources(sources: Sequence[Source]) -> str:
    """The sources as the model reads them, an empty line between two."""
    return "\n\n".join("\n".join(_lines(source)) for source in sources)


def _lines(source: Source) -> Iterator[str]:
    yield f"=== {source.letter} · {harmless(source.title, MAX_TITLE)} · {date_words(source.date)}"
    before = source.sentences[:1]
    for position, sentence in enumerate(source.sentences, start=1):
        if before and sentence.number > before[0].number + 1:
            yield "…"
        yield f"[{source.letter}{position}] {harmless(sentence.text, MAX_SENTENCE)}"
        before = (sentence,)


def date_words(day: dt.date | None) -> str:
    """A date as ``26 August 2024``, or ``undated``."""
    return day_words(day) if day else "undated"


def harmless(text: str, longest: int) -> str:
    """One line of a text, ``longest`` characters of it, that cannot pass for a part of a prompt."""
    return _disarmed(neutralise(_clipped(_line(_UNSEEN.sub("", text)), longest)))


def _line(text: str) -> str:
    return " ".join(text.split())


def _disarmed(text: str) -> str:
    return _CONTROL.sub(lambda found: found[0].translate(_HARMLESS), text)


def resolve(
    sources: Sequence[Source], letter: str, first: int, last: int
) -> tuple[tuple[Sentence, ...], ...] | str:
    """The sentences ``first`` to ``last`` of a source, or why there are none, as a sentence.

    They come as runs: the sentences of a run follow each other directly in their document.
    """
    source = next((one for one in sources if one.letter == letter), None)
    if source is None:
        return f"There is no document {letter} among those offered."
    if first > last:
        return f"The range runs backwards, from {first} to {last}."
    if not 1 <= first <= last <= len(source.sentences):
        return (
            f"Document {letter} was offered with the sentences 1 to {len(source.sentences)} only."
        )
    return _runs(source.sentences[first - 1 : last])


def _runs(sentences: Sequence[Sentence]) -> tuple[tuple[Sentence, ...], ...]:
    numbered = enumerate(sentences)
    groups = groupby(numbered, key=lambda pair: pair[1].number - pair[0])
    return tuple(tuple(sentence for _, sentence in group) for _, group in groups)


def allowed_ids(sources: Sequence[Source]) -> str:
    """The ids that exist: ``A1-A7, B1``."""
    return ", ".join(
        f"{one.letter}1" + (f"-{one.letter}{len(one.sentences)}" if len(one.sentences) > 1 else "")
        for one in sources
    )


def answer_messages(
    prompts: Path,
    question: str,
    sources: Sequence[Source],
    history: Sequence[Message] = (),
    today: dt.date | None = None,
) -> list[Message]:
    """The messages that ask a model to answer from the sources. Raises PromptError."""
    variables = {
        "documents": render_sources(sources),
        "ids": allowed_ids(sources),
        "question": _clipped(question.strip(), MAX_QUESTION),
        "today": date_words(today) if today else NO_DAY,
    }
    return [
        Message("system", fill(load_prompt(prompts, "answer.system"), {})),
        *_alternating(recent_turns(history)),
        Message("user", fill(load_prompt(prompts, "answer.user"), variables)),
    ]


def standalone_messages(
    prompts: Path, question: str, history: Sequence[Message], today: dt.date | None = None
) -> list[Message]:
    """The message that asks a model to make a follow-up stand alone. Raises PromptError."""
    turns = recent_turns(history)
    variables = {
        "history": "\n".join(f"{one.role.capitalize()}: {_line(one.content)}" for one in turns),
        "question": _clipped(question.strip(), MAX_QUESTION),
        "today": date_words(today) if today else NO_DAY,
    }
    return [Message("user", fill(load_prompt(prompts, "standalone"), variables))]


def recent_turns(history: Sequence[Message]) -> list[Message]:
    """The last turns, short, without old markers and footnote numbers, which would mislead."""
    turns = [Message(turn.role, _settled(turn)) for turn in history[-MAX_TURNS:]]
    return [turn for turn in turns if turn.role in ("user", "assistant") and turn.content]


def _settled(turn: Message) -> str:
    text = turn.content
    if turn.role == "assistant":
        text = "".join(part for part in parse(text) if isinstance(part, str))
        text = _LEFT_OVER.sub("", _FOOTNOTE.sub("", text))
    return _disarmed(_clipped(text.strip(), MAX_TURN))


def _alternating(turns: Sequence[Message]) -> list[Message]:
    """User and assistant by turns, as many servers insist: of two by the same, the later one."""
    kept = [one for one, after in pairwise([*turns, Message("user", "")]) if one.role != after.role]
    return kept[1:] if kept and kept[0].role == "assistant" else kept


def _clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()} …"
