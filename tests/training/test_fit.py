"""The additive model: it finds what decided, holds what told nothing, and never explodes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadapp.training import fit as module
from leadapp.training.arrays import rates_of
from leadapp.training.binning import make_feature
from leadapp.training.columns import read
from leadapp.training.fit import Design, fit

N = 4000


@pytest.fixture(scope="module")
def design() -> Design:
    """`word` and `curve` decide, `idle` does not."""
    chance = np.random.default_rng(3)
    words = chance.choice(["good", "bad", "fair"], N)
    numbers = np.round(chance.uniform(0, 10, N), 1)
    effect = np.select([words == "good", words == "bad"], [1.0, -1.0], 0.0)
    won = chance.random(N) < rates_of(effect + np.sin(numbers))
    columns = {"word": words, "curve": numbers, "idle": chance.choice(list("abcdefgh"), N)}
    features = [
        make_feature(read(name, [str(c) for c in cells])) for name, cells in columns.items()
    ]
    return Design(tuple(features), won.astype(float))


def test_it_finds_what_decided(design: Design) -> None:
    word, curve, idle = fit(design, np.arange(N)).terms
    levels = dict(design.features[0].values)

    assert word[levels["good"]] - word[levels["bad"]] == pytest.approx(2.0, abs=0.25)
    middles = np.array([*design.features[1].edges, 10.0]) - 0.2
    shape = curve[: len(middles)] - curve[: len(middles)].mean()
    assert np.corrcoef(shape, np.sin(middles))[0, 1] > 0.97
    assert np.abs(idle).max() < 0.1


def test_the_same_leads_give_the_same_model(design: Design) -> None:
    one, other = (fit(design, np.arange(N)) for _ in range(2))

    assert one.intercept == other.intercept
    assert all((a == b).all() for a, b in zip(one.terms, other.terms, strict=True))


def test_it_sees_only_the_leads_that_it_is_given(design: Design) -> None:
    rows = np.arange(N // 2)
    changed = Design(design.features, np.where(np.arange(N) < N // 2, design.won, 1 - design.won))

    one, other = fit(design, rows), fit(changed, rows)

    assert all((a == b).all() for a, b in zip(one.terms, other.terms, strict=True))


def test_columns_that_say_the_same_share_their_terms(design: Design) -> None:
    twice = Design((*design.features, design.features[0]), design.won)

    model = fit(twice, np.arange(N))

    assert np.allclose(model.terms[0], model.terms[3], atol=1e-3)


def test_of_too_many_columns_those_take_part_that_tell_most(
    design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_FEATURES", 2)

    assert design.select(np.arange(N)) == [0, 1]
    assert not fit(design, np.arange(N)).terms[2].any()


def test_levels_too_many_to_count_in_pairs_stay_out(
    design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_LEVELS", design.features[1].size + 2)

    assert design.select(np.arange(N)) == [0]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.booleans()), max_size=30))
def test_any_leads_give_finite_terms(leads: list[tuple[str, int, bool]]) -> None:
    features = tuple(
        make_feature(read(name, [str(lead[i]) for lead in leads]))
        for i, name in enumerate(("word", "number"))
    )
    won = np.array([lead[2] for lead in leads], dtype=float)

    model = fit(Design(features, won), np.arange(len(leads)))

    assert np.isfinite([model.base, model.intercept, *np.concatenate(model.terms)]).all()
    assert max(np.abs(part).max(initial=0.0) for part in model.terms) < 8
