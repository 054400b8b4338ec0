"""Who passes the threshold before and after a change of scorer."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from leadapp.scoring.crossing import choices, crossing, suggest

CELLS: list[list[int | None]] = [
    [72, 41, 10],
    [61, 25, 5],
    [40, 38, 20],
    [10, 4, 60],
    [None, 45, 5],
]
D = Decimal


def test_leads_change_side_both_ways() -> None:
    found = crossing(CELLS, D("0.60"), D("0.35"))
    assert (found.leads, found.passed, found.passing) == (100, 15, 35)
    assert (found.up, found.down, found.unscored) == (25, 5, 5)
    same = crossing(CELLS, D("0.60"), D("0.60"))
    assert (same.passing, same.up, same.down) == (0, 0, 15)


def test_the_suggestion_lets_as_many_pass_as_now() -> None:
    found = suggest(CELLS, D("0.60"), present=[], new=[])
    assert (found.threshold, found.why) == (D("0.41"), "as_now")
    assert crossing(CELLS, D("0.60"), found.threshold).passing == 15


def test_without_scores_the_closed_leads_stand_in() -> None:
    cells = [[None, 30, 8]]
    present = [[None, None, 1, 65, 25, 10], [None, None, 1, 20, 75, 5]]
    new = [[None, None, 1, 33, 25, 12], [None, None, 1, 5, 75, 3]]
    found = suggest(cells, D("0.60"), present=present, new=new)
    assert (found.threshold, found.why, found.part) == (D("0.33"), "as_scored", 0.25)


def test_where_none_passes_now_as_many_pass_as_are_won() -> None:
    """The rule table gives no lead without a domain more than 0.55: that is nothing to match."""
    new = [[None, None, 0, 80, 20, 18], [None, None, 0, 42, 20, 10], [None, None, 0, 9, 60, 12]]
    for cells in (
        [[55, 80, 2], [25, 42, 2], [25, 9, 6]],
        [[None, 80, 2], [None, 42, 2], [None, 9, 6]],
        [],
    ):
        found = suggest(cells, D("0.60"), present=[[None, None, 0, 55, 90, 30]], new=new)
        assert (found.why, found.part) == ("as_won", 0.4)
        assert found.threshold == D("0.42")


def test_where_nothing_is_known_the_threshold_stays() -> None:
    assert suggest([], D("0.60"), present=[], new=[]).threshold == D("0.60")
    assert suggest([[None, 30, 8]], D("0.60"), present=[], new=[]).threshold == D("0.60")


def test_choices_name_the_closed_leads_that_would_have_passed() -> None:
    record = [["2026-01", "fair", 1, 44, 10, 6], ["2026-01", "fair", 0, 90, 5, 5]]
    found = {c.threshold: c for c in choices(CELLS, record, [D("0.41")])}
    assert list(found) == sorted({D("0.41"), *(D(n).scaleb(-1) for n in range(1, 10))})
    assert (found[D("0.41")].open_leads, found[D("0.41")].closed, found[D("0.41")].won) == (
        15,
        10,
        6,
    )
    nameless = [[None, None, 0, 44, 10, 6]]
    assert {c.threshold: c.closed for c in choices(CELLS, nameless, [])}[D("0.4")] == 10


HUNDREDTH = st.integers(0, 100)
ANY_CELLS = st.lists(st.tuples(st.none() | HUNDREDTH, HUNDREDTH, st.integers(1, 50)), max_size=30)


@given(ANY_CELLS, st.integers(1, 100), st.integers(1, 100))
def test_both_ways_add_up(cells: list[tuple[int | None, int, int]], a: int, b: int) -> None:
    found = crossing(cells, D(a).scaleb(-2), D(b).scaleb(-2))
    assert found.passing - found.passed == found.up - found.down
    assert 0 <= found.passing <= found.leads


@given(ANY_CELLS, st.integers(1, 100))
def test_a_suggestion_is_a_threshold(cells: list[tuple[int | None, int, int]], at: int) -> None:
    assert D("0.01") <= suggest(cells, D(at).scaleb(-2), present=[], new=[]).threshold <= 1
