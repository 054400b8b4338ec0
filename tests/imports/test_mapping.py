"""Which column holds what."""

import pytest

from leadapp.errors import InvalidInput
from leadapp.imports.mapping import ColumnMapping, MappingError

COLUMNS = ["Lead Source", "Line", "Visits", "name", "City"]


def test_given_columns_and_those_of_a_fields_own_name_are_mapped() -> None:
    mapping = ColumnMapping(COLUMNS, {"source": "lead source ", "activity_count": "Visits"})
    assert mapping.fields == {"source": 0, "activity_count": 2, "name": 3}
    assert mapping.attributes == [("Line", 1), ("City", 4)]


def test_a_row_becomes_values_with_blanks_as_nothing() -> None:
    mapping = ColumnMapping(COLUMNS, {"source": "Lead Source", "business_domain": "Line"})
    values = mapping.values([" partner ", "SELECT", "3", "'=Ada", "Select"], {"select"})
    assert values == {
        "source": "partner",
        "business_domain": None,
        "name": "=Ada",
        "attributes": {"Visits": "3"},
    }


def test_a_given_column_is_not_taken_by_its_own_name_too() -> None:
    mapping = ColumnMapping(["source", "name"], {"source": "source", "company": "name"})
    assert mapping.fields == {"source": 0, "company": 1}


def test_a_field_that_no_column_holds_takes_none_by_its_own_name() -> None:
    mapping = ColumnMapping(["lead", "source", "name"], {"source": "lead", "name": ""})
    assert mapping.fields == {"source": 0}
    assert mapping.attributes == [("source", 1), ("name", 2)]


def test_attributes_of_an_export_are_attributes_again() -> None:
    mapping = ColumnMapping(["source", "attributes", "stage"], {})
    values = mapping.values(["partner", '{"City": "Oslo", "size": 3}', "qualified"], ())
    assert values["attributes"] == {"City": "Oslo", "size": 3, "stage": "qualified"}
    with pytest.raises(InvalidInput):
        mapping.values(["partner", "Oslo", ""], ())


@pytest.mark.parametrize(
    ("columns", "given", "message"),
    [
        (["a"], {}, "Say which column holds the source"),
        (["source"], {"color": "source"}, "There is no field 'color'"),
        (["source"], {"name": "Name"}, "There is no column 'Name'; there are source"),
        (["source"], {"source": "source", "name": "source"}, "mapped to the same column"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(
    columns: list[str], given: dict[str, str], message: str
) -> None:
    with pytest.raises(MappingError, match=message):
        ColumnMapping(columns, given)
