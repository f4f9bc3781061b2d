"""How far a judge agrees with people: measured by ``eval.judge_support``, told beside its figures.

What was measured is kept beside the replies, by model and version of the prompt.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from eval.running.judging import AGREEMENT, SUPPORT


@dataclass(frozen=True, slots=True)
class Trust:
    """On how many claims a judge says *supported* or not as people do, in percent, and kappa."""

    model: str
    prompt: str
    claims: int
    accuracy: float
    kappa: float


def keep_trust(cache: Path, trust: Trust) -> None:
    """Keep what was measured, in place of what was measured before; may raise OSError."""
    path = _path(cache, trust.model, trust.prompt)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(trust)), encoding="utf-8")


def known_trust(cache: Path, model: str, prompt: str) -> Trust | None:
    """What is known of a judge; None if nothing is."""
    try:
        return Trust(**json.loads(_path(cache, model, prompt).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def trust_notes(model: str, trust: Trust | None) -> Mapping[str, str]:
    """What has to stand beside each figure of the judge, by the name of the metric."""
    if trust is None:
        known = "how far it agrees with people is not measured (python -m eval.judge_support)"
        return {SUPPORT: f"Judged by {model}; {known}.", AGREEMENT: f"Judged by {model}; {known}."}
    agrees = f"on {trust.accuracy:.0f} % of {trust.claims} public claims (kappa {trust.kappa:.2f})"
    return {
        SUPPORT: f"Judged by {model}, which agrees with people {agrees}.",
        AGREEMENT: (
            f"Judged by {model}, which agrees with people about support {agrees}; "
            "about whole answers it is not measured."
        ),
    }


def _path(cache: Path, model: str, prompt: str) -> Path:
    name = sha256(json.dumps([model, prompt]).encode()).hexdigest()[:24]
    return cache / "judges" / f"{name}.json"
