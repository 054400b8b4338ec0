"""Calibration: what was said too loudly is said as it came true."""

import numpy as np
import pytest

from leadapp.training.arrays import rates_of
from leadapp.training.calibration import calibrate


def test_overconfidence_is_taken_back() -> None:
    chance = np.random.default_rng(1)
    said = chance.normal(0, 2, 20_000)
    won = (chance.random(20_000) < rates_of(-1 + 0.5 * said + 0.3)).astype(float)

    found = calibrate(said, -1.0, won)

    assert found.stretch == pytest.approx(0.5, abs=0.05)
    assert found.shift == pytest.approx(0.3, abs=0.06)


def test_few_leads_change_little() -> None:
    found = calibrate(np.array([1.0, -1.0]), 0.0, np.array([0.0, 1.0]))

    assert 0.8 < found.stretch < 1
    assert abs(found.shift) < 0.05


def test_what_is_wrong_way_round_becomes_nothing() -> None:
    said = np.repeat([3.0, -3.0], 5000)

    assert calibrate(said, 0.0, (said < 0).astype(float)).stretch == 0
