"""Paired statistics: by hand, against the exact sign test, and by how often they are right."""

from math import comb

import numpy as np
import pytest

from eval.compare.paired import (
    Interval,
    columns_of,
    compare_paired,
    corrected_level,
    interval_of,
    resampled_means,
)

NAN = float("nan")


def test_means_differences_and_counts_are_those_of_the_complete_pairs() -> None:
    a = columns_of([[1.0], [0.5], [0.0], [None], [1.0]], 1)
    b = columns_of([[0.0], [1.0], [0.0], [1.0], [None]], 1)
    (paired,) = compare_paired(a, b)
    assert (paired.count, paired.a) == (3, 0.5)
    assert paired.b == pytest.approx(1 / 3)
    assert paired.difference == pytest.approx(-1 / 6)
    assert (paired.higher, paired.lower, paired.same) == (1, 1, 1)


def test_scores_that_were_rounded_are_the_same() -> None:
    (paired,) = compare_paired(np.array([[1 / 3]]), np.array([[0.333333]]))
    assert (paired.difference, paired.same) == (0.0, 1)


def test_no_difference_gives_an_interval_of_exactly_zero() -> None:
    scores = np.random.default_rng(1).random((300, 3))
    for paired in compare_paired(scores, scores.copy()):
        assert paired.interval == paired.strict == Interval(0.0, 0.0)
        assert paired.difference == 0.0


def test_two_questions_are_drawn_in_the_four_ways_that_there_are() -> None:
    means = resampled_means(np.array([[1.0], [0.0]]))[:, 0]
    shares = [float((means == value).mean()) for value in (0.0, 0.5, 1.0)]
    assert shares == pytest.approx([0.25, 0.5, 0.25], abs=0.02)
    assert interval_of(means, 0.95) == Interval(0.0, 1.0)
    assert interval_of(means, 0.4) == Interval(0.5, 0.5)


def test_many_questions_give_the_interval_of_the_normal_distribution() -> None:
    differences = np.random.default_rng(2).normal(0.1, 1.0, (1_000, 1))
    found = interval_of(resampled_means(differences)[:, 0], 0.95)
    half = 1.96 * differences.std() / np.sqrt(1_000)
    assert found.low == pytest.approx(differences.mean() - half, abs=0.004)
    assert found.high == pytest.approx(differences.mean() + half, abs=0.004)


def test_the_same_scores_give_the_same_interval_every_time() -> None:
    differences = np.random.default_rng(3).normal(0, 1, (50, 2))
    assert np.array_equal(resampled_means(differences), resampled_means(differences))


def test_a_metric_that_applies_to_few_questions_is_resampled_over_those() -> None:
    differences = np.array([[1.0, 0.5]] * 30 + [[1.0, NAN]] * 30)
    means = resampled_means(differences)
    assert means.min(axis=0) == pytest.approx([1.0, 0.5])
    assert means.max(axis=0) == pytest.approx([1.0, 0.5])


def test_no_questions_and_no_pairs_give_zeros() -> None:
    for rows in ([], [[1.0, None]]):
        a, b = columns_of(rows, 2), columns_of([[None, 1.0] for _ in rows], 2)
        assert [paired.count for paired in compare_paired(a, b)] == [0, 0]


@pytest.mark.parametrize(("metrics", "level"), [(0, 0.95), (1, 0.95), (5, 0.99)])
def test_the_level_is_corrected_for_the_number_of_metrics(metrics: int, level: float) -> None:
    assert corrected_level(metrics) == pytest.approx(level)


def test_the_interval_holds_the_true_difference_about_95_times_in_100() -> None:
    drawn = np.random.default_rng(4)
    true, held, times = 0.1, 0, 200
    for _ in range(times):
        differences = drawn.choice([-1.0, 0.0, 1.0], p=[0.1, 0.7, 0.2], size=(80, 1))
        found = interval_of(resampled_means(differences, resamples=1_000)[:, 0], 0.95)
        held += found.low <= true <= found.high
    assert 0.90 <= held / times <= 0.99


@pytest.mark.parametrize(
    ("losses", "wins"), [(3, 0), (6, 0), (7, 0), (9, 1), (12, 8), (20, 4), (30, 10), (14, 14)]
)
def test_the_interval_agrees_with_the_exact_sign_test(losses: int, wins: int) -> None:
    differences = np.zeros((300, 1))
    differences[:losses] = -1
    differences[losses : losses + wins] = 1
    by_interval = interval_of(resampled_means(differences)[:, 0], 0.99).high < 0
    chance = sign_test(losses, wins)
    assert by_interval == (chance < 0.02), f"the sign test says {chance:.4f}"


def test_chance_alone_is_called_a_drop_as_seldom_as_the_level_says() -> None:
    drawn = np.random.default_rng(5)
    differences = drawn.choice([-1.0, 0.0, 1.0], p=[0.05, 0.9, 0.05], size=(300, 200))
    means = resampled_means(differences, resamples=2_000)
    drops = sum(interval_of(column, 0.95).high < 0 for column in means.T)
    assert drops / 200 <= 0.06


def sign_test(losses: int, wins: int) -> float:
    """How likely so many losses or more are by chance; ties left out."""
    pairs = losses + wins
    return sum(comb(pairs, more) for more in range(losses, pairs + 1)) / 2.0**pairs
