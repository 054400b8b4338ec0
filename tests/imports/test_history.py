"""What the columns of a file of closed leads hold."""

from datetime import date
from typing import Any

import pytest

from leadapp.errors import InvalidInput
from leadapp.imports.history import HistoryMapping
from leadapp.imports.mapping import MappingError

COLUMNS = ["Id", "Source", "Status", "name", "Email Address", "City", "Closed"]
GIVEN = {"outcome": "status", "closed_on": "Closed", "external_id": "Id"}
ROW = ["7", "Fair", " Closed WON ", "Ada", "ada@example.com", "Oslo", "2025-05-03"]
TODAY = date(2026, 3, 2)


def read(row: list[str] = ROW, **options: Any) -> dict[str, Any]:
    mapping = HistoryMapping(COLUMNS, GIVEN, **{"won": ["closed won"], **options})
    return mapping.values(row, today=TODAY)


def test_a_row_becomes_values_without_its_outcome_or_person() -> None:
    assert read(left_out=["email address "]) == {
        "won": True,
        "closed_on": "2025-05-03",
        "external_id": "7",
        "source": "Fair",
        "attributes": {"City": "Oslo"},
    }


def with_status(status: str) -> list[str]:
    return [*ROW[:2], status, *ROW[3:]]


def test_every_other_outcome_is_lost_unless_said() -> None:
    assert read(with_status("Lost"))["won"] is False
    assert read(with_status("Lost"), lost=["LOST"])["won"] is False
    with pytest.raises(InvalidInput) as refused:
        read(with_status("Open"), lost=["LOST"])
    assert "'Open' is neither among the values for won" in refused.value.errors[0][1]


def test_where_no_value_means_lost_others_are_not_lost() -> None:
    with pytest.raises(InvalidInput) as refused:
        read(with_status("Open"), lost=[])
    assert "'Open' is neither among the values for won" in refused.value.errors[0][1]


def test_a_column_left_out_is_no_field_either() -> None:
    assert "source" not in read(left_out=["Source"])


@pytest.mark.parametrize("status", ["", "  ", "Select"])
def test_a_blank_outcome_is_refused(status: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(with_status(status), blanks=["select"])
    assert refused.value.errors == (("outcome", "is blank"),)


def test_a_blank_day_is_none() -> None:
    assert read([*ROW[:6], " "])["closed_on"] is None


def test_what_was_said_is_kept() -> None:
    mapping = HistoryMapping(COLUMNS, GIVEN, won=["1"], lost=["0"], blanks=["-"], left_out=["City"])
    assert mapping.to_json() == {
        "columns": {
            "outcome": "Status", "closed_on": "Closed", "external_id": "Id", "source": "Source"
        },
        "won": ["1"], "lost": ["0"], "blanks": ["-"], "left_out": ["City"],
    }  # fmt: skip
    assert mapping.attributes == ["Email Address"]


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        ({}, {}, "Say which column holds the outcome, by --outcome-column"),
        ({"outcome": "Converted"}, {}, "There is no column 'Converted'"),
        ({"outcome": "Status", "name": "name"}, {}, "There is no field 'name'"),
        ({"outcome": "Status", "source": "Status"}, {}, "Two fields are mapped to the same"),
        ({"outcome": "Status"}, {"won": [" "]}, "Say which values of 'Status' mean won"),
        ({"outcome": "Status"}, {"lost": ["YES"]}, "'yes' cannot mean won and something else"),
        ({"outcome": "Status"}, {"blanks": ["Yes"]}, "'yes' cannot mean won and something else"),
        ({"outcome": "Status"}, {"left_out": ["Town"]}, "There is no column 'Town'"),
    ],
)
def test_what_does_not_fit_is_refused(
    given: dict[str, str], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(MappingError, match=message):
        HistoryMapping(COLUMNS, given, **{"won": ["yes"], **options})
