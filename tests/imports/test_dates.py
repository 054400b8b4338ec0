"""Days of closing: read where they can be read in one way only."""

from datetime import date

import pytest

from leadapp.errors import InvalidInput
from leadapp.imports.dates import parse_closed_on

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    "text",
    [
        "2025-05-03", "2025/05/03", "2025.05.03", "20250503", "2025-05-03 14:07",
        "2025-05-03T14:07:09Z", "2025-05-03T14:07:09.123+02:00", "3.5.2025", "03.05.2025 9:00",
        "3 May 2025", "03-MAY-2025", "3 may. 2025", "May 3, 2025", "May 3 2025 9:05 pm",
    ],
)  # fmt: skip
def test_a_day_is_read(text: str) -> None:
    assert parse_closed_on(text, today=TODAY) == date(2025, 5, 3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2 Sept 2025", date(2025, 9, 2)),
        ("January 31, 2026", date(2026, 1, 31)),
        ("2026-03-02", TODAY),
        ("1970-01-01", date(1970, 1, 1)),
    ],
)
def test_other_days_are_read(text: str, day: date) -> None:
    assert parse_closed_on(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["03/05/2025", "3-5-2025", "13/05/2025", "5/3/25 10:00"])
def test_what_could_be_two_days_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_closed_on(text, today=TODAY)
    assert refused.value.errors == (
        ("closed_on", "may be day or month first; write it as 2026-03-31"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "2025-02-30",
        "2025-13-01",
        "31.2.2025",
        "45000",
        "3 Foo 2025",
        "2025-05",
        "٢٠٢٥-٠٥-٠٣",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_closed_on(text, today=TODAY)
    assert "must be a date such as" in refused.value.errors[0][1]


@pytest.mark.parametrize("text", ["2026-03-03", "1969-12-31", "0001-01-01", "9999-12-31"])
def test_a_day_that_has_not_been_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_closed_on(text, today=TODAY)
    assert "a day that has been" in refused.value.errors[0][1]
