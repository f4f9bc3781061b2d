"""Who asked what: written down only where that is switched on (``RAG_KEEP_ASKERS``).

A line of JSON in the collection's data folder, and nothing anywhere else: whoever takes the file
away has taken all of it.
"""

import datetime as dt
import logging
from pathlib import Path

from rag.config import Config
from rag.errors import FeedbackError
from rag.feedback import append_line

FILE_NAME = "asked.jsonl"
_LOG = logging.getLogger("rag.askers")


def askers_file(data: Path) -> Path:
    """Where it is written down for a data folder."""
    return data / FILE_NAME


def note_asker(config: Config, asker: str, question: str, conversation: str = "") -> None:
    """Write down who asked a question, if that is wanted and it is known who.

    An answer does not fail by it: what cannot be written is said in the log, without the name.
    """
    if not (config.keep_askers and asker):
        return
    row = {
        "time": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "asker": asker,
        "question": question,
        "conversation": conversation,
    }
    try:
        append_line(askers_file(config.data), row)
    except FeedbackError as error:
        _LOG.warning("%s", error)
