"""The refusal curve: what is refused rightly against what is refused wrongly, over a threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from eval.report import svg
from eval.report.reading import Result
from eval.report.words import percent
from rag.answerability import CURVE

LEFT, RIGHT, TOP, FLOOR, HEIGHT = 40, 326, 10, 236, 272
TENTH = 0.1
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Refusals:
    """Points are (answerable wrongly refused, unanswerable refused), as shares.

    ``shipped`` is the point of the threshold in ``rag.answerability``, None where the results
    carry no such probability; ``run`` is what was really refused.
    """

    score: str
    curve: tuple[Point, ...]
    shipped: Point | None
    run: Point


def refusals_of(results: Sequence[Result]) -> Refusals | str:
    """The curve, or a sentence that says why there is none."""
    asked = [result for result in results if not result.error and result.answer]
    known = all(result.answerability is not None for result in asked)
    scores = [_score(result, known=known) for result in asked]
    wanted = [result.question.outcome == "not_found" for result in asked]
    if not asked:
        return "No refusal curve: the run has no answers."
    if all(wanted) or not any(wanted):
        kind = "unanswerable" if all(wanted) else "answerable"
        return f"No refusal curve: every question of this run is {kind}."
    if len(set(scores)) == 1:
        return "No refusal curve: the results carry no score that tells the questions apart."
    name = "probability that the documents hold the answer" if known else "best evidence score"
    refused = [result.got == "not_found" for result in asked]
    return Refusals(
        name,
        tuple(_points(scores, wanted)),
        _point([score < CURVE.threshold for score in scores], wanted) if known else None,
        _point(refused, wanted),
    )


def refusal_chart(results: Sequence[Result]) -> str:
    """The curve as a figure with its words, or why it cannot be drawn."""
    refusals = refusals_of(results)
    if isinstance(refusals, str):
        return f'<p class="quiet">{escape(refusals)}</p>'
    words = _words(refusals)
    shapes = [*_axes(), svg.path(map(_place, refusals.curve), "curve"), *_dots(refusals)]
    return svg.figure(
        "Refused if the score is below a threshold",
        svg.picture(HEIGHT, f"Refusal curve. {words}", shapes),
    ) + (f'<p class="note">{escape(words)}</p>')


def _score(result: Result, *, known: bool) -> float:
    if known and result.answerability is not None:
        return result.answerability
    return max((one.score for one in result.evidence), default=0.0)


def _points(scores: Sequence[float], wanted: Sequence[bool]) -> list[Point]:
    """The point of every threshold: each score, and one above them all."""
    unanswerable = sum(wanted)
    points, right, wrong = [(0.0, 0.0)], 0, 0
    pairs = sorted(zip(scores, wanted, strict=True))
    for place, (score, refuse) in enumerate(pairs):
        right, wrong = right + refuse, wrong + (not refuse)
        if place + 1 == len(pairs) or pairs[place + 1][0] != score:
            points.append((wrong / (len(pairs) - unanswerable), right / unanswerable))
    return points


def _point(refused: Sequence[bool], wanted: Sequence[bool]) -> Point:
    pairs = list(zip(refused, wanted, strict=True))
    right = sum(gone and want for gone, want in pairs)
    wrong = sum(gone and not want for gone, want in pairs)
    return wrong / (len(pairs) - sum(wanted)), right / sum(wanted)


def _words(refusals: Refusals) -> str:
    """The chart in sentences."""
    at_tenth = max(right for wrong, right in refusals.curve if wrong <= TENTH)
    right, wrong = (percent(share, 0) for share in reversed(refusals.run))
    refused = f"This run refused {right} of the unanswerable questions and, wrongly, {wrong} of"
    said = [f"The score is the {refusals.score}.", f"{refused} the others."]
    if refusals.shipped:
        said.append(
            f"The shipped threshold of {CURVE.threshold:g} would refuse "
            f"{percent(refusals.shipped[1], 0)} and {percent(refusals.shipped[0], 0)}."
        )
    else:
        said.append(
            "The probability by which the program decides is not in the results, so its threshold "
            "cannot be marked."
        )
    said.append(f"At one wrong refusal in ten, the score could refuse {percent(at_tenth, 0)}.")
    return " ".join(said)


def _place(point: Point) -> Point:
    return LEFT + point[0] * (RIGHT - LEFT), FLOOR - point[1] * (FLOOR - TOP)


def _axes() -> list[str]:
    shapes = [svg.line(_place((0, 0)), _place((1, 1)), "grid dashed")]
    for share in (0.0, 0.5, 1.0):
        (x, y), words = _place((share, share)), f"{share * 100:.0f}"
        shapes += [svg.line((LEFT, y), (RIGHT, y), "grid"), svg.line((x, TOP), (x, FLOOR), "grid")]
        shapes.append(svg.text(LEFT - 6, y + 4, words, "quiet", "end"))
        shapes.append(svg.text(x, FLOOR + 14, words, "quiet", "middle"))
    below = "answerable, wrongly refused, %"
    shapes.append(svg.text((LEFT + RIGHT) / 2, HEIGHT - 6, below, "quiet", "middle"))
    shapes.append(svg.text(LEFT + 6, TOP + 12, "unanswerable, refused, %", "quiet"))
    return shapes


def _dots(refusals: Refusals) -> list[str]:
    shapes = []
    if refusals.shipped:
        x, y = _place(refusals.shipped)
        shapes += [svg.dot(x, y, "ring", 5.5), svg.text(x + 10, y + 14, "shipped threshold")]
    x, y = _place(refusals.run)
    return [*shapes, svg.dot(x, y, "dot all", 3.5), *_this_run(x, y)]


def _this_run(x: float, y: float) -> list[str]:
    """Words for the dot, to its left and above: no point of the curve is there, nor other words."""
    at = max(x - 40, LEFT + 6), max(y - 34, TOP + 30)
    end = at[0] + 18, at[1] + 3
    return [svg.line((x, y), end, "grid"), svg.text(*at, "this run", "all")]
