"""Filters as they stand in an address."""

from dataclasses import fields
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.queries.board_filters import BoardFilters
from leadapp.scoring.assessment import Recommendation


@pytest.mark.parametrize(
    ("arguments", "filters"),
    [
        ({}, BoardFilters()),
        ({"owner": "7", "source": "3", "domain": "4"}, BoardFilters("7", 3, "4")),
        ({"owner": "none", "domain": "none"}, BoardFilters(owner="none", domain="none")),
        (
            {"score_min": "0.6", "score_max": "1"},
            BoardFilters(score_min=Decimal("0.6"), score_max=Decimal(1)),
        ),
        ({"score_min": ".5"}, BoardFilters(score_min=Decimal("0.5"))),
        ({"recommendation": "drop_lead"}, BoardFilters(recommendation="drop_lead")),
        ({"stale": "1", "sort": "age"}, BoardFilters(stale=True, sort="age")),
        ({"q": "  Ada  "}, BoardFilters(q="Ada")),
        ({"q": "a\x00da"}, BoardFilters(q="ada")),
        ({"q": "x" * 200}, BoardFilters(q="x" * 100)),
    ],
)
def test_they_are_read_from_an_address(arguments: dict[str, str], filters: BoardFilters) -> None:
    assert BoardFilters.parse(arguments) == filters
    assert BoardFilters.parse(dict(parse_qsl(filters.query()))) == filters


@pytest.mark.parametrize("name", ["owner", "source", "domain"])
@pytest.mark.parametrize("value", ["", "x", "-1", "٣", "1.5", "9" * 30, "\x00", "NONE", "1_0"])
def test_what_is_no_id_is_left_out(name: str, value: str) -> None:
    assert BoardFilters.parse({name: value}) == BoardFilters()


@pytest.mark.parametrize("name", ["score_min", "score_max"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "x",
        "-0.1",
        "1.01",
        "2",
        "NaN",
        "sNaN",
        "Infinity",
        "1e999",
        "1E-999999",
        "٠",
        "0,5",
    ],
)
def test_what_is_no_score_is_left_out(name: str, value: str) -> None:
    assert BoardFilters.parse({name: value}) == BoardFilters()


@pytest.mark.parametrize(
    "arguments",
    [{"recommendation": "buy"}, {"stale": "yes"}, {"sort": "name"}, {"q": " "}, {"page": "2"}],
)
def test_what_makes_no_sense_is_left_out(arguments: dict[str, str]) -> None:
    assert BoardFilters.parse(arguments) == BoardFilters()


@pytest.mark.parametrize(
    ("q", "search"),
    [
        ("ab", None),
        ("ada", "ada"),
        ("ADA", "ada"),
        ("ЖУК", "жук"),
        ("+44 20 79", "442079"),
        ("(020) 7946-0", "02079460"),
        ("1-2", "1-2"),
        ("12 ab", "12 ab"),
        (None, None),
    ],
)
def test_what_is_looked_for(q: str | None, search: str | None) -> None:
    assert BoardFilters(q=q).search == search


@pytest.mark.parametrize(
    ("filters", "narrow", "any_"),
    [
        (BoardFilters(), False, False),
        (BoardFilters(sort="age"), False, False),
        (BoardFilters(owner="7"), False, True),
        (BoardFilters(q="ab"), False, True),
        (BoardFilters(q="abc"), True, True),
        (BoardFilters(source=1), True, True),
        (BoardFilters(score_min=Decimal(0)), True, True),
        (BoardFilters(stale=True), True, True),
    ],
)
def test_whether_counts_must_be_counted(filters: BoardFilters, narrow: bool, any_: bool) -> None:
    assert (filters.narrow, filters.any) == (narrow, any_)


def test_changes_make_the_address_of_another_board() -> None:
    filters = BoardFilters(owner="7", q="a&b", stale=True, sort="age")
    assert filters.query() == "owner=7&stale=1&q=a%26b&sort=age"
    assert filters.query(owner=None, q=None) == "stale=1&sort=age"
    assert BoardFilters().query() == ""
    assert BoardFilters(score_min=Decimal(0)).query() == "score_min=0"


@given(
    st.dictionaries(
        st.sampled_from([f.name for f in fields(BoardFilters)]),
        st.text(max_size=20)
        | st.integers().map(str)
        | st.decimals().map(str)
        | st.sampled_from([*Recommendation, "none", "1", "age"]),
    )
)
def test_whatever_an_address_holds_it_reads_the_same_again(arguments: dict[str, str]) -> None:
    filters = BoardFilters.parse(arguments)
    assert BoardFilters.parse(dict(parse_qsl(filters.query()))) == filters
