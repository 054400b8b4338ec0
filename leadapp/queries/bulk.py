"""Many leads at once, as ids."""

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.board_sql import board_condition


def ids_on_board(filters: BoardFilters, *, actor: Actor, limit: int) -> list[int]:
    """The ids of open leads that the filters show, at most `limit`. One statement.

    Those that gain most from an analysis come first: without a score, then by id.
    """
    condition, params = board_condition(filters, actor)
    statement = text(f"""
        SELECT l.id FROM leads l CROSS JOIN company c
        WHERE l.stage IN ('new', 'contacted', 'qualified') AND {condition}
        ORDER BY l.ai_score IS NOT NULL, l.id LIMIT :limit
    """)
    return list(db.session.execute(statement, params | {"limit": limit}).scalars())
