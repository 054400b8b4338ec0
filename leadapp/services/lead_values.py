"""Checking what a person or program enters about a lead, before anything is written."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from leadapp.errors import InvalidInput
from leadapp.rules.values import check_text, is_text, parse_activity_count

# Longest texts in characters. An e-mail address by RFC 5321 has at most 254.
TEXT_LIMITS = {
    "name": 200,
    "company": 200,
    "email": 254,
    "phone": 50,
    "external_id": 200,
    "notes": 20_000,
    "source": 100,
    "business_domain": 100,
}
CONTACT_FIELDS = ("name", "company", "email", "phone", "notes", "external_id")
MAX_ATTRIBUTES = 200
MAX_ATTRIBUTE_TEXT = 20_000


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by field, cleaned: blank texts are None, counts whole numbers.

    Raises InvalidInput naming every field that cannot be accepted.
    """
    cleaned: dict[str, Any] = {}
    errors: list[tuple[str, str]] = []
    for field, value in values.items():
        try:
            cleaned[field] = _CLEANERS.get(field, _as_is)(field, value)
        except InvalidInput as refusal:
            errors.extend(refusal.errors)
    if errors:
        raise InvalidInput(errors)
    return cleaned


def _as_is(_field: str, value: Any) -> Any:
    return value


def _text(field: str, value: Any) -> str | None:
    return check_text(value, field=field, limit=TEXT_LIMITS[field])


def _email(field: str, value: Any) -> str | None:
    text = _text(field, value)
    # Deliverability is not ours to judge; one @ between two parts is what every address has.
    if text is not None:
        local, _, host = text.rpartition("@")
        if not local or not host or any(c.isspace() for c in text):
            raise InvalidInput([(field, "must look like name@example.com")])
    return text


def _count(field: str, value: Any) -> int:
    return parse_activity_count(value, field=field)


def _attributes(field: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or len(value) > MAX_ATTRIBUTES:
        raise InvalidInput([(field, f"must be an object of at most {MAX_ATTRIBUTES} entries")])
    attributes = dict(value)
    if _are_short_texts(attributes):
        return attributes
    waiting: list[Any] = [attributes]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if any(not isinstance(key, str) or len(key) > 200 for key in item):
                raise InvalidInput([(field, "names must be texts of at most 200 characters")])
            waiting.extend((*item, *item.values()))
        elif isinstance(item, list):
            waiting.extend(item)
        elif not _is_json(item):
            raise InvalidInput([(field, "holds a value that cannot be kept")])
    return attributes


def _are_short_texts(attributes: dict[Any, Any]) -> bool:
    """Whether all names and values are texts that can be kept: one look for the rows of an import,
    which hold nothing else."""
    texts = (*attributes, *attributes.values())
    return (
        set(map(type, texts)) <= {str}
        and max(map(len, texts), default=0) <= 200
        and is_text("".join(texts))
    )


def _is_json(item: Any) -> bool:
    """Whether a single value is one that JSON and the database can hold."""
    if isinstance(item, str):
        return len(item) <= MAX_ATTRIBUTE_TEXT and is_text(item)
    if isinstance(item, float):
        return math.isfinite(item)
    return item is None or (isinstance(item, int) and abs(item) < 2**63)


def _date(field: str, value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise InvalidInput([(field, "must be a date such as 2026-03-31")]) from None


_CLEANERS: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(TEXT_LIMITS, _text),
    "email": _email,
    "activity_count": _count,
    "attributes": _attributes,
    "follow_up_on": _date,
}
