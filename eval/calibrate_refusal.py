"""The curve that says whether the documents hold an answer: ``python -m eval.calibrate_refusal``.

Takes question sets with ``answerable`` true and false, indexes each, reads the two signs of
every question, fits a logistic curve (ridge, classes balanced, every set weighing the same) and
prints its weights, the threshold at 10 % false refusals, and how many unanswerable questions it
refuses there: on the sets themselves, by ten-fold cross-validation, and from set to set.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.indexing import indexed
from eval.questions import Question, read_questions
from rag.answerability import Curve, Signs, probability, read_signs
from rag.config import Config, read_config
from rag.evidence import find_evidence
from rag.libraries import Library

FALSE_REFUSALS = 0.10
RIDGE = 3.0
FOLDS = 10
Matrix = NDArray[np.float64]
Labels = NDArray[np.bool_]


def signs_of(folder: Path, config: Config) -> tuple[Matrix, Labels]:
    """Return the (n, 2) signs of a set's questions and whether each is answerable."""
    questions = read_questions(folder / "questions.jsonl")
    with indexed(folder / "documents", config) as library:
        return signs_in(library, questions)


def signs_in(library: Library, questions: Sequence[Question]) -> tuple[Matrix, Labels]:
    """Return the same of questions about documents that are indexed already."""
    snapshot = library.snapshot()
    rows = []
    for question in questions:
        found = find_evidence(library, snapshot, question.text)
        signs = read_signs(snapshot, question.text, found.scored)
        rows.append((signs.likeness, signs.coverage))
    return np.array(rows), np.array([question.answerable for question in questions])


def fit(signs: Matrix, answerable: Labels, weights: Matrix) -> Curve:
    """Fit the curve by Newton's method; the threshold is left at one half."""
    inputs = np.column_stack([np.ones(len(signs)), signs])
    ridge = np.diag([0.0, RIDGE, RIDGE]) * inputs.var(axis=0).clip(1e-9)
    found = np.zeros(3)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-inputs @ found))
        slope = inputs.T @ (weights * (chance - answerable)) + ridge @ found
        bend = (inputs * (weights * chance * (1 - chance))[:, None]).T @ inputs + ridge
        found -= np.linalg.solve(bend + 1e-9 * np.eye(3), slope)
    bias, likeness, coverage = found.tolist()
    return Curve(bias, likeness, coverage, threshold=0.5)


def balanced(answerable: Labels) -> Matrix:
    """Weights that make both classes count the same and sum to the number of questions."""
    share = answerable.mean()
    weights: Matrix = np.where(answerable, 0.5 / share, 0.5 / (1 - share))
    return weights


def chances(signs: Matrix, curve: Curve) -> Matrix:
    """Return the probability of every row."""
    return np.array([probability(Signs(*row), curve) for row in signs.tolist()])


def refused(chance: Matrix, answerable: Labels) -> tuple[float, float]:
    """Return the threshold at 10 % false refusals and the share refused rightly there."""
    threshold = float(np.quantile(chance[answerable], FALSE_REFUSALS))
    return threshold, float((chance[~answerable] < threshold).mean())


def cross_validated(signs: Matrix, answerable: Labels) -> float:
    """Return the share refused rightly when every question is judged by the other folds."""
    order = np.random.default_rng(0).permutation(len(signs))
    chance = np.zeros(len(signs))
    for fold in range(FOLDS):
        test = order[fold::FOLDS]
        train = np.setdiff1d(order, test)
        curve = fit(signs[train], answerable[train], balanced(answerable[train]))
        chance[test] = chances(signs[test], curve)
    return refused(chance, answerable)[1]


def main(folders: list[Path], config: Config) -> None:
    """Print the figures of every set and the curve made from all of them."""
    sets = {folder.name: signs_of(folder, config) for folder in folders}
    for name, (signs, answerable) in sets.items():
        found = cross_validated(signs, answerable)
        print(f"{name}: {len(signs)} questions, cross-validated {100 * found:.0f} % refused")
        alone = refused(signs[:, 0], answerable)[1]
        print(f"  by likeness alone {100 * alone:.0f} %")
        for other, (signs2, answerable2) in sets.items():
            if other != name:
                curve = fit(signs, answerable, balanced(answerable))
                moved = refused(chances(signs2, curve), answerable2)[1]
                print(f"  fitted on {name}, refused on {other}: {100 * moved:.0f} %")
    signs = np.concatenate([signs for signs, _ in sets.values()])
    answerable = np.concatenate([answerable for _, answerable in sets.values()])
    size = max(len(rows) for rows, _ in sets.values())
    weights = np.concatenate([balanced(a) * size / len(a) for _, a in sets.values()])
    curve = fit(signs, answerable, weights)
    threshold, share = refused(chances(signs, curve), answerable)
    print(f"all: {replace(curve, threshold=round(threshold, 3))}")
    print(f"     refuses {100 * share:.0f} % at {100 * FALSE_REFUSALS:.0f} % false refusals")
    for name, (signs, answerable) in sets.items():
        chance = chances(signs, curve)
        wrongly = float((chance[answerable] < threshold).mean())
        rightly = float((chance[~answerable] < threshold).mean())
        print(f"     {name}: refused rightly {100 * rightly:.0f} %, wrongly {100 * wrongly:.0f} %")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]], read_config(os.environ))
