"""Reading a long list page by page: behind the last id seen, never by counting rows off."""

import base64
import binascii
from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from leadapp.errors import InvalidInput

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
_MAX_ID = 2**63 - 1


class HasId(Protocol):
    """A row with an id."""

    @property
    def id(self) -> int: ...


Item = TypeVar("Item", bound=HasId)


class Page(NamedTuple, Generic[Item]):
    """One page, and the cursor of the next one, or None."""

    items: list[Item]
    next_cursor: str | None


def page_of(rows: Sequence[Item], limit: int) -> Page[Item]:
    """The page of rows that were asked for with one more than `limit`."""
    items = list(rows[:limit])
    return Page(items, write_cursor(items[-1].id) if len(rows) > limit else None)


def write_cursor(last_id: int) -> str:
    """The cursor of what stands behind this id. Callers must not read anything into it."""
    return base64.urlsafe_b64encode(b"id:%d" % last_id).rstrip(b"=").decode()


def read_cursor(cursor: str | None) -> int:
    """The id that a cursor stands for, 0 for none. Raises InvalidInput for what is no cursor.

    It needs no signature: whoever makes one up can say nothing with it but where to begin.
    """
    if cursor is None:
        return 0
    try:
        padding = "=" * (-len(cursor) % 4)
        text = base64.b64decode(cursor + padding, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    digits = text.removeprefix("id:")
    last_id = int(digits) if digits != text and digits.isdigit() and len(digits) < 20 else -1
    if not 0 <= last_id <= _MAX_ID or write_cursor(last_id) != cursor:
        raise InvalidInput([("cursor", "use next_cursor of an earlier answer as it is")])
    return last_id
