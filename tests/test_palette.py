"""The colours: what is read stands out from what it stands on, in light and in dark (WCAG 2.2)."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT, EDGE = 4.5, 3.0  # success criteria 1.4.3 and 1.4.11
WORDS = ["ink", "quiet", "accent", "supported", "partly", "unsupported", "contradicted"]
GROUNDS = ["page", "paper"]
EDGES = ["edge", "accent", "supported", "partly", "unsupported", "contradicted", "quiet"]
SCHEMES = ["light", "dark"]


def palette(scheme: str) -> dict[str, str]:
    css = (ROOT / "rag" / "ui" / "palette.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\);", css)
    return {name: light if scheme == "light" else dark for name, light, dark in pairs}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right_for_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_words_can_be_read(word: str, ground: str, scheme: str) -> None:
    colours = palette(scheme)
    assert contrast(colours[word], colours[ground]) >= TEXT


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["highlight", "fellow"])
def test_a_highlighted_sentence_can_be_read(ground: str, scheme: str) -> None:
    colours = palette(scheme)
    assert contrast(colours["ink"], colours[ground]) >= TEXT


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("edge", EDGES)
def test_edges_and_outlines_can_be_seen(edge: str, ground: str, scheme: str) -> None:
    colours = palette(scheme)
    assert contrast(colours[edge], colours[ground]) >= EDGE


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_line_under_a_cited_sentence_can_be_seen_on_its_ground(scheme: str) -> None:
    colours = palette(scheme)
    assert contrast(colours["partly"], colours["highlight"]) >= EDGE
    assert contrast(colours["quiet"], colours["fellow"]) >= EDGE


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_theme_of_streamlit_has_the_colours_of_the_palette(scheme: str) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    theme, colours = config["theme"][scheme], palette(scheme)
    assert theme["backgroundColor"] == colours["page"]
    assert theme["secondaryBackgroundColor"] == colours["paper"]
    assert theme["textColor"] == colours["ink"]
    assert theme["primaryColor"] == theme["linkColor"] == colours["accent"]
    assert theme["borderColor"] == colours["line"]


def test_every_colour_of_the_styles_is_in_the_palette() -> None:
    folder = ROOT / "rag" / "ui"
    styles = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.css"))
    used = set(re.findall(r"var\(--(\w+)", styles))
    assert used - {"verdict", "reading", "aside", "beside", "list"} <= set(palette("light"))
    outside = [path for path in folder.rglob("*.css") if path.name != "palette.css"]
    assert not [path.name for path in outside if re.search(r"#[0-9a-f]{6}", path.read_text())]
