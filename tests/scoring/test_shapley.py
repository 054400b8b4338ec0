"""Shapley values: against all coalitions, and by the rules that no other values keep."""

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadapp.scoring.document import MAX_REACH, MAX_TERM, SCALE
from leadapp.scoring.shapley import ERROR, REACHES, Shapley

BASES = st.integers(-6 * SCALE, 6 * SCALE)
COMMON = st.integers(-2 * SCALE, 2 * SCALE)
EXTREME = st.integers(-MAX_TERM, MAX_TERM) | st.sampled_from([0, 1, -1, MAX_TERM, -MAX_TERM])
MIXED = st.sampled_from([COMMON, EXTREME]).flatmap(lambda t: st.lists(t, max_size=8))


def sigmoid(log_odds: int) -> float:
    return 1 / (1 + math.exp(-log_odds / SCALE))


def by_all_coalitions(base: int, terms: list[int]) -> list[float]:
    """Shapley's own formula: what each adds, over all coalitions of the others, weighted."""
    n = len(terms)
    sums = [base]
    for term in terms:
        sums += [others + term for others in sums]
    values = list(map(sigmoid, sums))
    weights = [1 / (n * math.comb(n - 1, size)) for size in range(n)]
    return [
        math.fsum(
            weights[s.bit_count()] * (values[s | 1 << i] - values[s])
            for s in range(1 << n)
            if not s >> i & 1
        )
        for i in range(n)
    ]


@settings(max_examples=60)
@given(BASES, MIXED)
def test_values_are_those_of_all_coalitions(base: int, terms: list[int]) -> None:
    exact = by_all_coalitions(base, terms)
    assert Shapley(len(terms)).values(base, terms) == pytest.approx(exact, abs=1e-6)


@settings(max_examples=8)
@given(BASES, st.lists(COMMON, min_size=12, max_size=12))
def test_values_of_twelve_players(base: int, terms: list[int]) -> None:
    exact = by_all_coalitions(base, terms)
    assert Shapley(12).values(base, terms) == pytest.approx(exact, abs=1e-6)


@settings(max_examples=60)
@given(BASES, st.lists(COMMON | EXTREME, max_size=40))
def test_all_values_together_are_what_all_inputs_add(base: int, terms: list[int]) -> None:
    if abs(base) + sum(map(abs, terms)) > MAX_REACH:
        return
    values = Shapley(40).values(base, terms)
    added = sigmoid(base + sum(terms)) - sigmoid(base)
    assert sum(values) == pytest.approx(added, abs=1e-6)


@given(BASES, COMMON, st.lists(COMMON, max_size=6))
def test_equal_terms_have_equal_values(base: int, twin: int, others: list[int]) -> None:
    first, *_, last = Shapley(8).values(base, [twin, *others, twin])
    assert first == pytest.approx(last, abs=1e-12)


@given(BASES, st.lists(COMMON, max_size=6))
def test_who_adds_nothing_gets_nothing_and_changes_nothing(base: int, terms: list[int]) -> None:
    values = Shapley(7).values(base, [0, *terms])
    assert values[0] == 0
    assert values[1:] == Shapley(7).values(base, terms)


@given(BASES, st.lists(COMMON, min_size=1, max_size=8))
def test_a_value_has_the_sign_of_its_term(base: int, terms: list[int]) -> None:
    for value, term in zip(Shapley(8).values(base, terms), terms, strict=True):
        assert value * (1 if term > 0 else -1) >= -ERROR


@given(BASES, st.lists(COMMON, max_size=6), st.randoms(use_true_random=False))
def test_values_depend_on_no_order(base: int, terms: list[int], random: object) -> None:
    order = list(range(len(terms)))
    random.shuffle(order)  # type: ignore[attr-defined]
    values = Shapley(6).values(base, terms)
    shuffled = Shapley(6).values(base, [terms[i] for i in order])
    assert shuffled == pytest.approx([values[i] for i in order], abs=1e-12)


def test_how_many_may_play_changes_no_value() -> None:
    terms = [300_000, -700_000, 1_100_000, 40_000, -2_000_000]
    values = [Shapley(n).values(-500_000, terms) for n in (5, 9, 40, 256)]
    for one, other in combinations(values, 2):
        assert one == pytest.approx(other, abs=1e-12)


@pytest.mark.parametrize("reach", REACHES)
def test_every_reach_is_exact_at_its_end(reach: int) -> None:
    base, terms = -min(reach * SCALE, MAX_TERM), [3 * SCALE, -2 * SCALE]
    terms += [(reach * SCALE - abs(base) - 5 * SCALE) // 6] * 6 if reach > 24 else []
    exact = by_all_coalitions(base, terms)
    assert Shapley(8).values(base, terms) == pytest.approx(exact, abs=1e-6)


def test_as_many_and_as_large_terms_as_a_model_may_have() -> None:
    terms = [(MAX_REACH - SCALE) // 256] * 256
    values = Shapley(256).values(SCALE, terms)
    assert values[0] == pytest.approx((1 - sigmoid(SCALE)) / 256, abs=1e-6)
    with pytest.raises(ValueError, match="log-odds"):
        Shapley(256).values(SCALE, [2 * SCALE] * 256)
