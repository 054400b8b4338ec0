"""Trainings and the models they gave, as the pages of scoring show them."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text

from leadapp.errors import ModelNotFound
from leadapp.extensions import db

MOST = 100
"""How many trainings the list shows."""


class Training(NamedTuple):
    """One training without its long parts. The order of the fields is that of the statement."""

    id: int
    status: str
    """candidate, in_use, retired or refused."""
    trained: dict[str, Any]
    figures: dict[str, Any] | None
    refused: str | None
    columns_used: int
    trained_by: str | None
    created_at: datetime
    promoted_at: datetime | None


class TrainedModel(NamedTuple):
    """One training with all that it told. The order of the fields is that of the statement."""

    id: int
    status: str
    report: dict[str, Any]
    open_leads: list[Any]
    trained_by: str | None
    created_at: datetime
    promoted_at: datetime | None


class ColumnChoiceRow(NamedTuple):
    """What an admin said of a column."""

    choice: str
    chosen_by: str | None
    chosen_at: datetime


_LIST = text(f"""
    SELECT m.id, m.status, m.report -> 'trained', m.report -> 'figures', m.report ->> 'refused',
        jsonb_array_length(jsonb_path_query_array(
            m.report, '$.columns[*] ? (@.verdict == "used")')),
        u.name, m.created_at, m.promoted_at
    FROM scoring_models m LEFT JOIN users u ON u.id = m.trained_by_id
    ORDER BY m.id DESC LIMIT {MOST}
""")
_MODEL = """
    SELECT m.id, m.status, m.report, m.open_leads, u.name, m.created_at, m.promoted_at
    FROM scoring_models m LEFT JOIN users u ON u.id = m.trained_by_id
"""
_ONE = text(f"{_MODEL} WHERE m.id = :id")
_LATEST = text(f"{_MODEL} ORDER BY m.id DESC LIMIT :count")
_CHOICES = text("""
    SELECT c.name, c.choice, u.name, c.chosen_at
    FROM column_choices c LEFT JOIN users u ON u.id = c.chosen_by_id ORDER BY c.name
""")


def list_trainings() -> list[Training]:
    """The latest trainings, the latest first. One statement."""
    return [Training._make(row) for row in db.session.execute(_LIST)]


def get_training(model_id: int) -> TrainedModel:
    """One training. One statement. Raises ModelNotFound."""
    row = db.session.execute(_ONE, {"id": model_id}).one_or_none()
    if row is None:
        raise ModelNotFound(model_id)
    return TrainedModel._make(row)


def latest_trainings(count: int = 1) -> list[TrainedModel]:
    """The latest trainings with all that they told, the latest first. One statement."""
    return [TrainedModel._make(row) for row in db.session.execute(_LATEST, {"count": count})]


def column_choices() -> dict[str, ColumnChoiceRow]:
    """What admins said of columns, by the column's name. One statement."""
    return {name: ColumnChoiceRow(*rest) for name, *rest in db.session.execute(_CHOICES)}
