"""The nouns of the program: frozen dataclasses, no vendor types, no behaviour to speak of.

Every offset counts code points of a document's canonical text, so that
``document.text[sentence.start:sentence.end] == sentence.text`` holds for ever.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """The three ways an answer can end."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT_FOUND = "not_found"


class Mode(StrEnum):
    """Who wrote the answer: a language model, or the documents themselves."""

    MODEL = "model"
    QUOTES = "quotes"


class Verdict(StrEnum):
    """What the checks say of a claim and the sentences it rests on."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    NOT_CHECKED = "not checked"


class Act(StrEnum):
    """What was done to the citations of a claim that did not hold as they were."""

    REPOINTED = "re-pointed"
    ADDED = "added"
    PRUNED = "pruned"


class Kind(StrEnum):
    """A statement either claims something, or only connects claims."""

    CLAIM = "claim"
    CONNECTIVE = "connective"


@dataclass(frozen=True, slots=True)
class Document:
    """One file as the program knows it: a single canonical text with a name, a title and a date.

    ``id`` is the stable public name (the path below the ingested folder); ``source`` says
    where it came from, for people; ``note`` holds what the reader guessed (an encoding, say).
    ``tags`` are the words a file gives itself, in lower case. ``pages`` are the offsets at which
    the pages of the file begin, the first one's first; empty where it has no pages.
    """

    id: str
    title: str
    text: str
    date: dt.date | None = None
    source: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a document; ``number`` counts from 0 within the document.

    ``pages`` are those it stands on, counted from 1; empty where the document has none.
    """

    document_id: str
    number: int
    start: int
    end: int
    text: str
    pages: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """The stable public name of the sentence."""
        return f"{self.document_id}#{self.number}"


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences ``first`` to ``last`` (both included) of one document."""

    document_id: str
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer the question, with its document's header and its score."""

    sentence: Sentence
    title: str
    date: dt.date | None
    score: float


@dataclass(frozen=True, slots=True)
class Source:
    """One document as offered to the model: a letter and its sentences, numbered from 1.

    The model cites ``[A3]`` for the third of ``sentences`` of the source with letter ``A``.
    Sentences stand in reading order and need not be neighbours in the document.
    """

    letter: str
    document_id: str
    title: str
    date: dt.date | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as language model servers take it."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check: a verdict with a reason that a person can read."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A footnote: an exact stretch of one document, with the verdict on what rests on it.

    ``pages`` are those the stretch is on, counted from 1; empty where the document has none.
    """

    number: int
    document: str
    title: str
    date: dt.date | None
    sentence_ids: tuple[str, ...]
    start: int
    end: int
    text: str
    verdict: Verdict = Verdict.NOT_CHECKED
    reason: str = ""
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A piece of the answer; ``start`` and ``end`` are offsets in ``Answer.text``."""

    text: str
    kind: Kind
    start: int
    end: int
    verdict: Verdict = Verdict.NOT_CHECKED
    reason: str = ""
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a footnote mark stands: before the character at ``offset`` of ``Answer.text``."""

    offset: int
    citation: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A marker that the model wrote and that names nothing it was offered."""

    marker: str
    reason: str


class DisagreementKind(StrEnum):
    """In what two sentences differ; *stated*: a sentence says itself that accounts do."""

    NUMBER = "number"
    DATE = "date"
    POLARITY = "polarity"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two places of the documents that do not say the same of one thing.

    ``sides`` are exact stretches like citations, without number and verdict; there is only one
    where the same stretch gives both accounts.
    """

    kind: DisagreementKind
    reason: str
    sides: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """A change to the citations of one statement, made by the program and kept on record.

    ``statement`` is its place in ``Answer.statements``; ``removed`` are citations as the model
    gave them, with the verdict that they had; ``added`` are numbers of ``Answer.citations``.
    """

    act: Act
    statement: int
    removed: tuple[Citation, ...]
    added: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything there is to know about one answered question.

    ``text`` is the reply with its markers taken out and nothing else changed. ``missing``
    says what a partly answered question lacks. ``nearest`` is filled when nothing was found;
    ``uncited`` holds the sentences that were read and not cited. ``citations`` are those in
    use, by rising number; a number that a repair took away is not given again.
    ``disagreements`` are about what is cited.
    """

    question: str
    standalone_question: str
    outcome: Outcome
    mode: Mode
    text: str
    statements: tuple[Statement, ...] = ()
    marks: tuple[Mark, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    uncited: tuple[Citation, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    repairs: tuple[Repair, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    missing: str = ""
    incomplete: bool = False
    timings: Mapping[str, float] = field(default_factory=dict)
    model: str = ""


@dataclass(frozen=True, slots=True)
class CheckedText:
    """A text that somebody else wrote, its claims checked against the documents.

    ``start`` and ``end`` of a statement are offsets in ``text``. A citation belongs to one
    statement; its own verdict says what it carries of it.
    """

    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]


class Standing(StrEnum):
    """How a sentence that was cited in a saved answer stands today."""

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class SavedCitation:
    """A citation as a saved answer holds it, ``hash`` as it was noted when it was saved.

    One that cannot be read any more has its number and no text.
    """

    number: int
    document: str = ""
    title: str = ""
    date: dt.date | None = None
    start: int = 0
    end: int = 0
    text: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """What is needed of a saved answer to check it again."""

    question: str
    citations: tuple[SavedCitation, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document as it is today."""

    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A saved citation held against today's documents; ``now`` is where to look instead."""

    citation: SavedCitation
    standing: Standing
    reason: str = ""
    now: Place | None = None


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """First event of an answer: the sentences that were found, in reading order by source.

    A follow-up may have a second one, when a language model understands it in another way.
    """

    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The language model has not said anything for so many seconds, and is waited for."""

    seconds: float


@dataclass(frozen=True, slots=True)
class TextAdded:
    """The answer's text grew by ``text``."""

    text: str


@dataclass(frozen=True, slots=True)
class MarkAdded:
    """A footnote mark stands here; the citation is not checked yet."""

    citation: Citation


@dataclass(frozen=True, slots=True)
class AnswerFinished:
    """Last event: the whole answer, checked."""

    answer: Answer


AnswerEvent = EvidenceFound | Waiting | TextAdded | MarkAdded | AnswerFinished
