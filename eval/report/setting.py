"""What was run, in words for a reader and in full for whoever runs it again."""

import json
import shlex
from datetime import datetime
from html import escape

from eval.report.reading import Row, Run
from eval.report.words import counted, duration
from rag.context import date_words

SHORT = 10  # digits of a revision
_ANSWERED = {
    "quotes": "Answers are sentences quoted word for word; no language model took part.",
    "retrieval": "Nothing was answered: only what is retrieved was measured.",
}


USUAL_NAME = "questions.jsonl"


def title(run: Run) -> str:
    """The title of the page: the set, who answered, the day."""
    settings = run.config.get("settings") or {}
    voice = {"quotes": "in quotations", "retrieval": "retrieval only"}
    who = voice.get(str(settings.get("mode")), str(settings.get("model") or "model"))
    parts = [_golden(run.config), who, _day(run.config)]
    return " · ".join(part for part in parts if part)


def in_words(run: Run) -> str:
    """A paragraph: how many questions of what, who answered, how found, how long, which code."""
    settings = run.config.get("settings") or {}
    voice = _ANSWERED.get(str(settings.get("mode"))) or _model(settings)
    said = [_asked(run), voice, _found(settings), _cost(run), _code(run.config)]
    return f'<p class="lede">{escape(" ".join(filter(None, said)))}</p>'


def _asked(run: Run) -> str:
    documents = run.config.get("documents") or {}
    questions = counted(len({result.question.id for result in run.results}), "question")
    held = counted(int(documents.get("count") or 0), "document")
    day = _day(run.config)
    return (
        f"{questions} of {_path(run.config)} asked of the {held} in {documents.get('path', '?')}"
        f"{f' on {day}' if day else ''}{_chosen(run.config.get('settings') or {})}."
    )


def _found(settings: Row) -> str:
    characters = settings.get("characters")
    budget = f", {characters} characters of them a question" if characters else ""
    return f"Sentences were found with the embedding {settings.get('embedding', '?')}{budget}."


def in_full(run: Run) -> str:
    """Every setting, folded."""
    config = run.config
    golden, documents = config.get("golden") or {}, config.get("documents") or {}
    rows = {
        "Command": shlex.join(map(str, config.get("command") or ())),
        "Started": config.get("started"),
        "Finished": config.get("finished") or "not finished",
        "Revision": (config.get("git") or {}).get("revision"),
        "Questions, sha256": golden.get("sha256"),
        "Documents, sha256": documents.get("sha256"),
        **{f"Prompt {name}": version for name, version in (config.get("prompts") or {}).items()},
        **(config.get("settings") or {}),
        **{f"Index, {name}": it for name, it in (config.get("fingerprint") or {}).items()},
    }
    listed = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(_plain(it))}</dd>"
        for name, it in rows.items()
        if it not in (None, "", [], {})
    )
    return f'<details><summary>Every setting</summary><dl class="settings">{listed}</dl></details>'


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _golden(config: Row) -> str:
    folders, _, name = _path(config).replace("\\", "/").rpartition("/")
    # the public sets are all called questions.jsonl
    return f"{folders.rpartition('/')[2]}/{name}".lstrip("/") if name == USUAL_NAME else name


def _path(config: Row) -> str:
    return str((config.get("golden") or {}).get("path", "?"))


def _day(config: Row) -> str:
    moment = _moment(config.get("started"))
    return date_words(moment.date()) if moment else ""


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _chosen(settings: Row) -> str:
    """How the questions were chosen, if not all were asked once."""
    tags, limit, repeat = (settings.get(key) for key in ("tags", "limit", "repeat"))
    said = [f"only those tagged {', '.join(map(str, tags))}"] if tags else []
    said += [f"the {settings['split']} split"] if settings.get("split") else []
    said += [f"what failed in {settings['failing']}"] if settings.get("failing") else []
    said += [f"at most {limit}"] if limit else []
    said += [f"each {repeat} times"] if isinstance(repeat, int) and repeat > 1 else []
    return f" ({'; '.join(said)})" if said else ""


def _model(settings: Row) -> str:
    at = f" at {settings['base_url']}" if settings.get("base_url") else ""
    judged = " and its claims were judged by it as well" if settings.get("judge") else ""
    return f"Answers were written by {settings.get('model') or 'a language model'}{at}{judged}."


def _cost(run: Run) -> str:
    start, end = (_moment(run.config.get(key)) for key in ("started", "finished"))
    tokens = run.summary.get("tokens") or {}
    took = f"It took {duration((end - start).total_seconds())}" if start and end else ""
    read, written = tokens.get("prompt") or 0, tokens.get("completion") or 0
    cost = f"{read:,} tokens were read and {written:,} written" if read or written else ""
    return ", ".join(filter(None, [took, cost])) + "." if took or cost else ""


def _code(config: Row) -> str:
    git = config.get("git") or {}
    changed = ", with changes that are not committed" if git.get("changed") else ""
    revision = str(git.get("revision") or "")[:SHORT]
    at = f" at revision {revision}{changed}" if revision else ""
    return f"Footnote {config.get('version', '')}{at}."
