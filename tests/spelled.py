"""A data folder in which whatever can be foreign text is one of the spellings.

Documents with their names, titles, tags and texts; conversations with answers, footnotes, notes and
errors; feedback, and the run of an evaluation.
"""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import yaml

from eval.report import write_report
from rag.conversations import Conversations
from rag.feedback import Feedback, Opinion, feedback_file, keep
from rag.rendering.json_form import to_json
from rag.turns import Turn, kept_of
from rag.types import Citation, Mark, Mode, Outcome, Rejected, Verdict
from tests.report_hostile import hostile_config, hostile_results, hostile_summary
from tests.report_run import write_run
from tests.spellings import SPELLINGS, in_a_name
from tests.test_spellings import answered

WHOLE = "whole.md"
"""The document that holds all of them, one in a paragraph."""

LIVE = "What is said of the live question?"


def write_documents(folder: Path) -> Path:
    """One document of every spelling, and one of all."""
    folder.mkdir(parents=True)
    for number, text in enumerate(SPELLINGS.values()):
        head = yaml.safe_dump({"title": text, "tags": [text], "author": text}, allow_unicode=True)
        body = f"---\n{head}---\nPaper {number} says {text} of the live question.\n"
        (folder / f"{number} {in_a_name(text)}.md").write_text(body, encoding="utf-8")
    everything = "\n\n".join(SPELLINGS.values())
    (folder / WHOLE).write_text(f"All of it.\n\n{everything}\n", encoding="utf-8")
    return folder


def citations() -> list[Citation]:
    """One of every spelling, in the document of all."""
    return [
        Citation(
            number=number,
            document=text if number % 2 else WHOLE,
            title=text,
            date=dt.date(2026, 11, 26),
            sentence_ids=(),
            start=number,
            end=number + 20,
            text=text,
            verdict=list(Verdict)[number % 4],
            reason=text,
        )
        for number, text in enumerate(SPELLINGS.values(), start=1)
    ]


def turns() -> list[Turn]:
    """An answer that a model wrote, one in quotations, and a question that came to nothing."""
    every = citations()
    text, marks = "", []
    for one in every:
        text += one.text
        marks.append(Mark(len(text), one.number))
        text += "\n\n"
    said = replace(
        answered("x"),
        text=text,
        statements=(),
        citations=tuple(every),
        marks=tuple(marks),
        rejected=tuple(Rejected(one.text, one.text) for one in every),
        missing=" ".join(SPELLINGS.values()),
        uncited=tuple(every),
    )
    quoted = replace(said, mode=Mode.QUOTES, rejected=(), uncited=())
    nothing = replace(
        said, text="", outcome=Outcome.NOT_FOUND, marks=(), citations=(), nearest=tuple(every)
    )
    everything = " ".join(SPELLINGS.values())
    return [
        Turn(everything, said, finished=True),
        Turn(everything, quoted, finished=True, error=everything),
        Turn(everything, nothing, finished=True),
    ]


def write_conversations(data: Path) -> str:
    """One conversation called after every spelling, and one of the turns; returns its id."""
    kept = Conversations(data)
    for text in SPELLINGS.values():
        blank = replace(answered("x"), text="", citations=(), marks=(), statements=())
        kept.keep(kept_of(Turn(text, blank, finished=True)))
    name = ""
    for turn in turns():
        name = kept.keep(kept_of(turn), name).id
    return name


def write_feedback(data: Path) -> None:
    """A bad opinion of every fourth spelling; each makes a button and a case."""
    for number, text in enumerate(list(SPELLINGS.values())[::4]):
        keep(
            feedback_file(data),
            Feedback(
                case=f"case{number}",
                time=dt.datetime(2026, 11, 26, tzinfo=dt.UTC),
                question=text,
                standalone_question=text,
                history=(),
                opinion=Opinion.BAD,
                reason=text,
                citation=None,
                answer=to_json(replace(answered(text), statements=())),
            ),
        )


def write_evaluation(data: Path) -> str:
    """Runs whose texts are hostile; returns the name of one."""
    runs = data / "evaluations"
    for name in ("2026-11-26T100000.000000Z", "2026-11-26T110000.000000Z"):
        folder = write_run(runs / name, hostile_results(), hostile_config(), hostile_summary())
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config |= {"started": "2026-11-26T10:00:00+00:00", "finished": "2026-11-26T10:01:00+00:00"}
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        write_report(folder)
    return folder.name
