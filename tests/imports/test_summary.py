"""What the columns of a file look like."""

import io
from typing import Any

import pytest

from leadapp.imports import summary
from leadapp.imports.csv_reader import CsvFileError, CsvReader


def summary_of(data: bytes) -> dict[str, Any]:
    return summary.summarize(CsvReader(io.BufferedReader(io.BytesIO(data))))


def test_values_are_counted_and_the_most_frequent_come_first() -> None:
    found = summary_of(b"id,city\n1,Oslo\n2,Rome\n3, Rome\n4,\n")
    assert (found["rows"], found["bad"], found["sampled"]) == (4, 0, 4)
    id_, city = found["columns"]
    assert city["name"] == "city"
    assert city["samples"] == ["Oslo", "Rome"]
    assert city["values"] == [["Rome", 2], ["Oslo", 1]]
    assert (city["filled"], city["many"]) == (3, False)
    assert id_["unique"]
    assert not summary_of(b"id\n1\n2\n1\n")["columns"][0]["unique"]


def test_many_different_values_take_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "MANY", 3)
    column = summary_of(b"id\n" + b"".join(b"%d\n" % n for n in range(100)) + b"0\n")["columns"][0]
    assert len(column["values"]) == 3
    assert column["values"][0] == ["0", 2]
    assert (column["filled"], column["many"], column["unique"]) == (101, True, False)


def test_long_texts_are_no_values() -> None:
    column = summary_of(b"notes\n" + b"x" * 500 + b"\n")["columns"][0]
    assert (column["values"], column["filled"], column["many"]) == ([], 1, True)


def test_bad_rows_are_counted_and_the_first_told() -> None:
    found = summary_of(b"a,b\n1,2\n" + b"1\n" * 7)
    assert (found["rows"], found["bad"], len(found["first_bad"])) == (1, 7, 5)
    assert found["first_bad"][0] == {"row": 3, "reason": "has 1 field, and the first row has 2"}


def test_columns_are_looked_at_in_the_first_rows_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "SAMPLED", 2)
    found = summary_of(b"a\n1\n1\n2\n")
    assert (found["rows"], found["sampled"]) == (3, 2)
    assert found["columns"][0]["values"] == [["1", 2]]


def test_a_file_that_does_not_end_is_refused() -> None:
    with pytest.raises(CsvFileError):
        summary_of(b'a\n"1\n')
