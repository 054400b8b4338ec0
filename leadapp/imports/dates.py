"""Dates as people and programs write them, as long as each can be read in one way only."""

import re
from datetime import date

from leadapp.errors import InvalidInput

FIRST = date(1970, 1, 1)

_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?: ?[AaPp][Mm])?"
_TIME = rf"(?:[T ]+{_CLOCK}(?: ?Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([-/.]?)([0-9]{{2}})\2([0-9]{{2}}){_TIME}")
# With dots the day comes first wherever dates are written so.
_DOTTED = re.compile(rf"([0-9]{{1,2}})\. ?([0-9]{{1,2}})\. ?([0-9]{{4}}){_TIME}")
_DAY_WORD = re.compile(rf"([0-9]{{1,2}})[ -]([A-Za-z]{{3,9}})\.?,?[ -]([0-9]{{4}}){_TIME}")
_WORD_DAY = re.compile(rf"([A-Za-z]{{3,9}})\.? ([0-9]{{1,2}}),? ([0-9]{{4}}){_TIME}")
_EITHER = re.compile(r"[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{2,4}\b.*")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip


def parse_closed_on(text: str, *, today: date, field: str = "closed_on") -> date:
    """The date of a text such as 2026-03-31, 31.3.2026, 31 Mar 2026 or March 31, 2026.

    A time after it is passed over. Raises InvalidInput for what is no date, lies in the future or
    before 1970, or could be read in two ways.
    """
    if _EITHER.fullmatch(text):
        message = "may be day or month first; write it as 2026-03-31"
        raise InvalidInput([(field, message)])
    found = _parts(text)
    try:
        day = date(*found) if found else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput([(field, "must be a date such as 2026-03-31")])
    if not FIRST <= day <= today:
        raise InvalidInput([(field, "must be a day that has been, from 1970 on")])
    return day


def _parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day as they stand in the text; None where it is no date."""
    if match := _YEAR_FIRST.fullmatch(text):
        return int(match[1]), int(match[3]), int(match[4])
    if match := _DOTTED.fullmatch(text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _DAY_WORD.fullmatch(text):
        return int(match[3]), _month(match[2]), int(match[1])
    if match := _WORD_DAY.fullmatch(text):
        return int(match[3]), _month(match[1]), int(match[2])
    return None


def _month(word: str) -> int:
    """The number of a month by its name or the first letters of it; 0 for another word."""
    word = word.lower()
    for number, name in enumerate(_MONTHS, start=1):
        if name.startswith(word) or (name == "september" and word == "sept"):
            return number
    return 0
