"""Suggestions: what the columns of a file seem to be."""

from typing import Any

import pytest

from leadapp.imports.guesses import (
    can_be_outcome,
    guess_blanks,
    guess_fields,
    guess_outcome,
    guess_personal,
    guess_won,
)


def column(name: str, *values: str, many: bool = False, unique: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "values": [[value, 10] for value in values],
        "samples": list(values[:3]),
        "filled": 10 * len(values),
        "many": many,
        "unique": unique,
    }


YES_NO = column("Do not call", "No", "Yes")


@pytest.mark.parametrize(
    ("columns", "guess"),
    [
        ([YES_NO, column("Converted", "0", "1")], "Converted"),
        ([column("Status", "Won", "Lost", "Open"), YES_NO], "Status"),
        ([column("Status", "a", "b", "c"), column("isWon", "true", "false")], "isWon"),
        ([column("Stage", "a", "b", "c"), column("deal_outcome", "a", "b", "c")], "deal_outcome"),
        ([YES_NO, column("City", "a", "b", "c")], "Do not call"),
        ([YES_NO, column("Newsletter", "0", "1")], None),
        ([column("Converted", "1")], None),
        ([column("Result", *map(str, range(31)))], None),
        ([column("Wonder", "a", "b", "c")], None),
        ([], None),
    ],
)
def test_the_outcome(columns: list[dict[str, Any]], guess: str | None) -> None:
    assert guess_outcome(columns) == guess


def test_a_column_with_many_values_is_no_outcome() -> None:
    assert can_be_outcome(YES_NO)
    assert not can_be_outcome(column("Won", "a", many=True))
    assert not can_be_outcome(column("Won"))


@pytest.mark.parametrize(
    ("values", "won"),
    [
        (["0", "1"], ["1"]),
        (["Lost", "Closed-Won", "1"], ["Closed-Won"]),
        (["no", "YES"], ["YES"]),
        (["a", "b"], []),
    ],
)
def test_the_value_that_means_won(values: list[str], won: list[str]) -> None:
    assert guess_won(column("Outcome", *values)) == won


def test_fields_by_their_names() -> None:
    columns = [
        column("Lead ID", "1", "2", unique=True),
        column("LEAD_SOURCE", "Fair"),
        column("Industry", "Retail"),
        column("Closing date", "2025-05-03"),
        column("City", "Oslo"),
    ]
    assert guess_fields(columns, rows=20) == {
        "external_id": "Lead ID",
        "source": "LEAD_SOURCE",
        "business_domain": "Industry",
        "closed_on": "Closing date",
    }


@pytest.mark.parametrize(
    "name",
    ["Calls", "TotalVisits", "Activities", "Interactions", "number_of_calls", "Interaction count"],
)
def test_the_number_of_interactions_is_a_whole_number(name: str) -> None:
    assert guess_fields([column(name, "0", "12", "3.0")], rows=30) == {"activity_count": name}
    for values in (("Yes", "No"), ("1.5", "2"), ("-1", "2"), ("Email opened", "3")):
        assert guess_fields([column(name, *values)], rows=20) == {}


def test_of_several_columns_the_one_that_says_it_best() -> None:
    columns = [column("Visits", "1", "2"), column("Total activities", "1", "2")]
    assert guess_fields(columns, rows=20) == {"activity_count": "Total activities"}


def test_an_id_that_repeats_or_is_blank_is_none() -> None:
    assert guess_fields([column("id", "1", "2")], rows=20) == {}
    assert guess_fields([column("id", "1", "2", unique=True)], rows=21) == {}


def test_who_a_person_is() -> None:
    columns = [
        column("First Name", "Ada"),
        column("Login", "ada@example.com"),
        column("E-mail", "x"),
        column("Do Not Email", "No"),
    ]
    assert guess_personal(columns) == ["First Name", "Login", "E-mail"]


def test_texts_that_may_mean_nothing() -> None:
    columns = [column("City", "Oslo", "Select", "unknown"), column("Plan", "Gold", "N/A")]
    assert guess_blanks(columns, rows=30) == {"Select": True, "unknown": False, "N/A": True}
    assert guess_blanks(columns, rows=5000) == {}
