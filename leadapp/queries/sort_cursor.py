"""Where the next page of a sorted column begins: behind a sort key and an id."""

import base64
import binascii
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from leadapp.errors import InvalidInput


def _score(text: str) -> Decimal:
    """A score, or -1 for none. Exponents beyond it are numbers that PostgreSQL does not know."""
    value = Decimal(text)
    if not -1 <= value <= 1 or value != value.quantize(Decimal("0.0001")):
        raise ValueError(text)
    return value


_PARSERS: dict[str, Any] = {
    "numeric": _score,
    "timestamptz": datetime.fromisoformat,
    "integer": int,
}


def write_cursor(key: tuple[Any, int]) -> str:
    """The cursor of what stands behind this sort key and id."""
    value = key[0].isoformat() if isinstance(key[0], datetime) else str(key[0])
    return base64.urlsafe_b64encode(f"{value}|{key[1]}".encode()).decode().rstrip("=")


def read_cursor(cursor: str, kind: str) -> tuple[Any, int]:
    """The sort key, of PostgreSQL's type `kind`, and the id that a cursor stands for.

    Raises InvalidInput for what is no cursor.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
        value, _, last_id = raw.rpartition("|")
        parsed, number = _PARSERS[kind](value), int(last_id)
        if 0 <= number < 2**63 and (kind != "integer" or 0 <= parsed < 2**31):
            return parsed, number
    except (ValueError, InvalidOperation, binascii.Error, UnicodeError):
        pass
    raise InvalidInput([("cursor", "is not one that this board gave out; start from the board")])
