"""Which reader sees which collection, where a file says so (``RAG_ACCESS_FILE``).

    default = ["*"]
    legal = ["anna@example.org", "@law.example.org"]

``*`` are all who may read at all. Once there is a file, a collection that it does not name is seen
by nobody, and a file that cannot be read shows nothing to anybody.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from rag.config import in_small_letters
from rag.errors import ConfigError

EVERYONE = "*"
Access = Mapping[str, tuple[str, ...]]


def read_access(path: Path) -> Access:
    """Read the file; raises ConfigError when it is not as it should be."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unusable(path) from error
    if not all(_is_list_of_names(one) for one in rows.values()):
        raise _unusable(path)
    return {name: tuple(in_small_letters(one.strip()) for one in row) for name, row in rows.items()}


def _is_list_of_names(row: object) -> bool:
    return isinstance(row, list) and all(isinstance(one, str) and one.strip() for one in row)


def _unusable(path: Path) -> ConfigError:
    return ConfigError(
        f"{path}, which says who sees which collection, cannot be used, so nobody sees any; its "
        'lines look like legal = ["anna@example.org"].'
    )
