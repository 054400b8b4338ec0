"""Scores from log-odds, and contributions rounded so that they add up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.scoring.document import MAX_REACH
from leadapp.scoring.points import BOUNDARIES, score_at, share_out


@pytest.mark.parametrize(
    ("log_odds", "score"),
    [
        (0, 5000),
        # One step of a score takes 400 units here.
        (199, 5000),
        (200, 5001),
        (-200, 5000),
        (-201, 4999),
        (-468_000, 3851),
        (20_000_000, 9999),
        (-20_000_000, 1),
        (MAX_REACH, 9999),
        (-MAX_REACH, 1),
    ],
)
def test_scores(log_odds: int, score: int) -> None:
    assert score_at(log_odds) == score


def test_there_is_one_boundary_between_two_scores() -> None:
    assert len(BOUNDARIES) == 9998
    assert list(BOUNDARIES) == sorted(set(BOUNDARIES))
    assert BOUNDARIES[0] == -BOUNDARIES[-1]


@given(st.integers(-12_000_000, 12_000_000))
def test_a_score_is_the_rounded_probability(log_odds: int) -> None:
    exact = 10_000 / (1 + math.exp(-log_odds / 1_000_000))
    # A boundary is rounded to a millionth: half of one moves a score by an eighth of 1e-6 at most.
    assert abs(score_at(log_odds) - min(max(exact, 1), 9999)) <= 0.5 + 0.00125 + 1e-9


@pytest.mark.parametrize(
    ("total", "values", "points"),
    [
        (0, [], []),
        (3000, [0.1, 0.2], [1000, 2000]),
        # 1000.4 + 1999.6: the larger remainder gets what is missing.
        (3000, [0.10004, 0.19996], [1000, 2000]),
        # Rounding down goes down below 0 as well.
        (1000, [-0.09996, 0.19996], [-1000, 2000]),
        # Of equal remainders the first.
        (1, [0.00005, 0.00005], [1, 0]),
        (1, [0.00005, 0.0, 0.00005], [1, 0, 0]),
        (3334, [1 / 9, 1 / 9, 1 / 9], [1112, 1111, 1111]),
        # Where a score was kept from 0 or 1, it may be more or less than one each.
        (5, [0.0001, 0.0001], [3, 2]),
        (-1, [0.0001, 0.0], [-1, 0]),
        (-3, [0.0001, 0.0001], [-1, -2]),
    ],
)
def test_points_by_largest_remainder(total: int, values: list[float], points: list[int]) -> None:
    assert share_out(total, values, [value != 0 for value in values]) == points


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.integers(-2, 2))
def test_points_add_up_and_are_near_their_values(values: list[float], off: int) -> None:
    total = round(sum(values) * 10_000) + off
    points = share_out(total, values, [True] * len(values))
    assert sum(points) == total
    assert all(abs(p - v * 10_000) < 1.001 + abs(off) for p, v in zip(points, values, strict=True))


def test_whom_nothing_is_due_gets_nothing() -> None:
    assert share_out(5, [0.1, 0.2], [False, True]) == [0, 5]
