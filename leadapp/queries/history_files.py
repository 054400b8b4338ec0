"""Imported files of closed leads, as a page lists them."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from leadapp.errors import HistoryFileNotFound
from leadapp.extensions import db
from leadapp.models import HistoryFile, User


class HistoryFileView(NamedTuple):
    """An imported file: what it brought, who imported it and when."""

    id: int
    name: str
    added: int
    won: int
    rejected: int
    outcome: str
    """The column that held the outcome."""
    won_values: list[str]
    """The values of that column that meant won."""
    imported_by: str | None
    """None for a command on the server."""
    created_at: datetime

    @property
    def lost(self) -> int:
        """How many of the leads were lost."""
        return self.added - self.won

    @property
    def won_share(self) -> float:
        """Which part of the leads was won, 0 to 1."""
        return self.won / self.added if self.added else 0.0


_FILES: Select[Any] = select(
    HistoryFile.id,
    HistoryFile.name,
    HistoryFile.added,
    HistoryFile.won,
    HistoryFile.rejected,
    HistoryFile.mapping["columns"]["outcome"].astext,
    HistoryFile.mapping["won"],
    User.name,
    HistoryFile.created_at,
).outerjoin(User, User.id == HistoryFile.imported_by_id)


def list_files() -> list[HistoryFileView]:
    """All imported files, the latest first. One statement."""
    rows = db.session.execute(_FILES.order_by(HistoryFile.id.desc()))
    return [HistoryFileView._make(row) for row in rows]


def get_file(file_id: int) -> HistoryFileView:
    """One imported file. Raises HistoryFileNotFound."""
    row = db.session.execute(_FILES.where(HistoryFile.id == file_id)).one_or_none()
    if row is None:
        raise HistoryFileNotFound(file_id)
    return HistoryFileView._make(row)
