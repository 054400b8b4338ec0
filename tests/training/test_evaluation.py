"""The figures: as they would be counted by hand, each within its interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.training.evaluation import (
    auc,
    brier,
    calibration_error,
    figures,
    gain,
    log_loss,
    outcomes,
    reliability,
)

LEADS = st.lists(st.tuples(st.integers(1, 9999), st.booleans()), min_size=1, max_size=60)


def split(leads: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([score for score, _ in leads]), np.array([float(won) for _, won in leads])


@given(LEADS)
def test_figures_are_as_counted_lead_by_lead(leads: list[tuple[int, bool]]) -> None:
    scores, won = split(leads)
    found = outcomes(scores, won)
    rates = scores / 10_000
    pairs = [(a > b) + (a == b) / 2 for a in rates[won == 1] for b in rates[won == 0]]
    tenths = [rates * 10 // 1 == tenth for tenth in range(10)]
    off = sum(abs(float((won - rates)[inside].sum())) for inside in tenths)

    assert auc(found)[0] == pytest.approx(np.mean(pairs) if pairs else 0.5)
    assert brier(found)[0] == pytest.approx(np.mean((rates - won) ** 2))
    assert log_loss(found)[0] == pytest.approx(-np.mean(np.log(np.where(won, rates, 1 - rates))))
    assert calibration_error(found)[0] == pytest.approx(off / len(leads))


@given(LEADS)
def test_each_value_lies_within_its_interval(leads: list[tuple[int, bool]]) -> None:
    found = figures(*split(leads[:8]))

    assert found.pop("leads") == len(leads[:8])
    assert found.keys() == {"auc", "brier", "log_loss", "calibration_error"}
    assert all(one["low"] <= one["value"] <= one["high"] for one in found.values())


def test_an_interval_is_as_wide_as_chance_makes_it() -> None:
    chance = np.random.default_rng(2)
    scores = chance.integers(1, 9999, 1000)
    won = (chance.random(1000) < scores / 10_000).astype(float)

    found = figures(scores, won)["brier"]

    error = ((scores / 10_000 - won) ** 2).std() / np.sqrt(1000)
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_a_better_brier_score_is_told_from_chance() -> None:
    chance = np.random.default_rng(2)
    scores = chance.integers(1000, 9000, 2000)
    won = (chance.random(2000) < scores / 10_000).astype(float)
    base = np.full(2000, 5000)

    assert gain(scores, base, won)["low"] > 0
    assert gain(chance.permutation(scores), base, won)["low"] < 0
    assert gain(base, base, won) == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_the_reliability_curve_counts_by_tenths() -> None:
    bands = reliability(np.array([1, 999, 1000, 9999]), np.array([0.0, 1.0, 1.0, 1.0]))

    assert [(b["from"], b["to"], b["leads"], b["won"]) for b in bands] == [
        (0.0, 0.1, 2, 1),
        (0.1, 0.2, 1, 1),
        (0.9, 1.0, 1, 1),
    ]
    assert bands[0]["mean_score"] == pytest.approx(0.05)
    assert 0 <= bands[0]["low"] < 0.5 < bands[0]["high"] <= 1
