"""Ask the public lists of vulnerabilities about every pinned package; say it when they cannot be.

Ends with 1 when something was found that is not justified below, else with 0: that nobody could be
asked is said, and is not the fault of a change.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PINS = ("run.txt", "weights.txt", "dev.txt")

# What was found and does no harm here: the name of the advisory, and why.
JUSTIFIED: dict[str, str] = {}


def main() -> int:
    """Audit the pins and tell what came of it."""
    found: list[Any] = []
    unasked: list[str] = []
    total = 0
    for name in PINS:
        packages = ask(ROOT / "requirements" / name)
        if packages is None:
            print(f"audit: {name}: nobody could be asked; this says nothing about its packages.")
            continue
        total += len(packages)
        unasked += [one["name"] for one in packages if one.get("skip_reason")]
        found += [(one, flaw) for one in packages for flaw in one.get("vulns", ())]
    return tell(found, unasked, total)


def ask(pins: Path) -> list[Any] | None:
    """What pip-audit says of a file of pins; None when it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--format", "json"]
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "--progress-spinner", "off", "-r", str(pins)],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        packages: list[Any] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return packages


def tell(found: list[Any], unasked: list[str], total: int) -> int:
    """Print the outcome; the exit status."""
    bad = 0
    for package, flaw in found:
        reason = JUSTIFIED.get(flaw["id"])
        bad += reason is None
        words = f"justified: {reason}" if reason else "FOUND; update it, or justify it"
        print(f"audit: {package['name']} {package['version']}: {flaw['id']}: {words}")
    asked = total - len(unasked)
    if unasked:
        print(f"audit: of {len(unasked)} packages nobody knows anything; they count as not asked.")
    print(f"audit: {asked} packages were asked about, {bad} findings are not justified.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
