"""Prompts are text files with ``$variables``; what is sent is the file, filled, no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from string import Template

from rag.errors import PromptError


@dataclass(frozen=True, slots=True)
class Prompt:
    """The text of one prompt file, without the white space around it."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The file's name without its ending: ``answer.user``."""
        return self.path.stem

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with the text: they tell two versions apart."""
        return sha256(self.text.encode()).hexdigest()[:12]

    @property
    def variables(self) -> frozenset[str]:
        """The names that the file wants values for."""
        return frozenset(Template(self.text).get_identifiers())


def load_prompt(folder: Path, name: str) -> Prompt:
    """Read ``name.txt`` from a folder of prompts.

    Raises PromptError when the file is missing, unreadable or empty, or has a ``$`` that is
    neither a variable nor doubled.
    """
    path = folder / f"{name}.txt"
    text = _read(path).strip()
    if not text:
        raise PromptError(f"The prompt file {path} is empty; restore its text.")
    if not Template(text).is_valid():
        raise PromptError(f"The prompt file {path} has a $ without a name; write $$ for a dollar.")
    return Prompt(path, text)


def fill(prompt: Prompt, variables: Mapping[str, str]) -> str:
    """The prompt with its variables replaced; values go in as they are, with their dollars.

    Raises PromptError for a variable without a value and for a value without its variable.
    """
    _refuse(prompt, "has no variable", variables.keys() - prompt.variables)
    _refuse(prompt, "wants a value for", prompt.variables - variables.keys())
    return Template(prompt.text).substitute(variables)


def _refuse(prompt: Prompt, complaint: str, names: set[str] | frozenset[str]) -> None:
    if names:
        listed = ", ".join(f"${name}" for name in sorted(names))
        raise PromptError(
            f"The prompt file {prompt.path} {complaint} {listed}; "
            "prompts/README.md says which variables each file has."
        )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PromptError(f"There is no prompt file {path}; restore it.") from None
    except (OSError, UnicodeDecodeError) as failure:
        raise PromptError(f"The prompt file {path} cannot be read: {failure}.") from None
