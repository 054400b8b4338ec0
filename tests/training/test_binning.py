"""Columns as levels: the same that a scorer finds for the same text."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadapp.scoring.bins import Bins
from leadapp.scoring.document import Category, Feature, Number
from leadapp.training import binning
from leadapp.training.binning import NEUTRAL, make_feature
from leadapp.training.columns import read

CELLS = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "Yes", "yes ", "NO", "n/a", "nan", "1e999", "1,5", "ß", "SS", "ͅ"]),
    st.integers(-50, 50).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.text(max_size=6),
)


def as_scored(feature: binning.Feature) -> Feature:
    if feature.is_number:
        bins = len(feature.edges) + 1
        return Number(feature.name, feature.edges, tuple(range(bins)), 0, 0, None)
    return Category(feature.name, dict(feature.values), 0)


@settings(deadline=None, max_examples=60)
@given(st.lists(CELLS, max_size=40), st.integers(1, 3))
def test_a_lead_has_the_level_that_a_scorer_finds_for_its_text(
    cells: list[str | None], times: int
) -> None:
    cells = cells * times
    feature = make_feature(read("a column", cells))
    scored = as_scored(feature)
    places = Bins(scored)
    # The order in which a document lists terms, and behind them what is neutral.
    order: list[Any] = [*feature.part(np.arange(feature.size)), NEUTRAL]

    assert [order[places[cell]] for cell in cells] == list(feature.levels)


def test_few_different_numbers_have_a_bin_each() -> None:
    feature = make_feature(read("count", ["many", *["0", "1", "2", "5", None] * 20]))

    assert feature.edges == (0.0, 1.0, 2.0)
    assert list(feature.levels[:6]) == [5, 0, 1, 2, 3, 4]
    assert feature.size == 6


def test_a_number_that_most_leads_have_leaves_bins_for_the_others() -> None:
    feature = make_feature(read("amount", ["0"] * 960 + [f"{i}.5" for i in range(40)]))

    assert feature.edges[0] == 0.0
    assert len(feature.edges) > 8
    assert len(feature.edges) < binning.BINS


def test_rare_values_share_a_level_and_single_ones_are_neutral() -> None:
    cells = ["often"] * 50 + ["twice"] * 2 + ["thrice"] * 3 + ["once"] + [None] * 9

    feature = make_feature(read("word", cells))

    assert feature.values == (("often", 0), ("thrice", 1), ("twice", 1))
    assert feature.rare == 1
    assert feature.levels[55] == NEUTRAL
    assert feature.levels[56] == feature.blank == 2


@pytest.mark.parametrize(
    "cells",
    [
        [f"person{i}@example.com" for i in range(99)],
        [f"2026-01-{1 + i % 28}" for i in range(99)],
        [f"They asked about case {i}, and then about much more" for i in range(99)],
    ],
)
def test_of_what_never_comes_again_only_whether_it_is_filled_in_is_kept(cells: list[str]) -> None:
    feature = make_feature(read("a column", [*cells, None]))

    assert (feature.size, feature.values, feature.edges) == (1, (), ())
    assert set(feature.levels[:-1]) == {NEUTRAL}
    assert feature.levels[-1] == feature.blank == 0
