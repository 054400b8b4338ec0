"""Drift: an input's shares in training against those of this month."""

from math import log

import pytest

from leadapp.scoring.drift import ENOUGH, by_chance, measure

THEN = {"partner": 0.12, "scanner": 0.48, "manual": 0.40}


def drift_of(now: dict[str, int], learned_from: int = 5_000) -> tuple[str, float]:
    drift = measure("source", list(THEN), list(THEN.values()), now, learned_from=learned_from)
    return drift.verdict, drift.index


def test_the_same_shares_are_stable() -> None:
    assert drift_of({"partner": 120, "scanner": 480, "manual": 400}) == ("stable", 0)


def test_the_index_is_the_sum_over_values() -> None:
    verdict, index = drift_of({"partner": 340, "scanner": 380, "manual": 280})
    assert index == pytest.approx(0.22 * log(34 / 12) + -0.10 * log(38 / 48) + -0.12 * log(28 / 40))
    assert verdict == "shifted"


def test_between_the_thresholds_an_input_is_moving() -> None:
    assert drift_of({"partner": 260, "scanner": 420, "manual": 320})[0] == "moving"


def test_a_few_leads_say_nothing() -> None:
    assert drift_of({"manual": ENOUGH - 1})[0] == "too_few"
    assert drift_of({"manual": ENOUGH})[0] == "shifted"
    assert drift_of({})[0] == "too_few"


def test_a_value_that_training_never_saw_is_another_one() -> None:
    drift = measure(
        "source", list(THEN), list(THEN.values()), {"fair": 100, "manual": 100}, learned_from=900
    )
    assert [(s.label, s.then, s.now) for s in drift.shares][-1] == ("other", 0, 0.5)
    assert drift.verdict == "shifted"
    assert drift.largest.label == "other"


def test_a_blank_is_told_from_another_value_where_training_listed_all() -> None:
    drift = measure("x", ["a"], [1.0], {"blank": 100}, learned_from=900)
    assert (drift.verdict, drift.largest.label) == ("shifted", "blank")
    now = {"a": 600, "b": 370, "blank": 30}
    assert measure("x", ["a", "b"], [0.6, 0.37], now, learned_from=900).verdict == "stable"


def test_what_training_left_out_of_its_list_is_not_new() -> None:
    now = {"a": 300, "b": 300, "rare": 200, "rarer": 200}
    assert measure("x", ["a", "b"], [0.3, 0.3], now, learned_from=900).verdict == "stable"


def test_chance_is_no_drift() -> None:
    """Twenty values in fifty leads differ from anything by chance alone."""
    assert by_chance(19, 1_000, 50) == pytest.approx(30.14 * (1 / 1_000 + 1 / 50), rel=0.01)
    labels = [str(i) for i in range(20)]
    now = {label: 5 if i % 2 else 0 for i, label in enumerate(labels)}
    few = measure("x", labels, [0.05] * 20, now, learned_from=1_000)
    many = measure(
        "x", labels, [0.05] * 20, {k: v * 100 for k, v in now.items()}, learned_from=1_000
    )
    assert (few.index > 0.25, few.verdict, many.verdict) == (True, "shifted", "shifted")
    slight = {label: 3 if i % 2 else 2 for i, label in enumerate(labels)}
    assert measure("x", labels, [0.05] * 20, slight, learned_from=1_000).verdict == "stable"
