"""Sales as a list for programs: filtered, in the order of ids, page by page."""

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.keyset import DEFAULT_LIMIT, Page, page_of, read_cursor
from leadapp.queries.sale_view import SALE_COLUMNS, SALE_JOINS, SALE_VISIBLE, SaleView

_LIST = """
    SELECT {columns} FROM sales x {joins}
    WHERE x.id > :after AND {visible} {conditions}
    ORDER BY x.id LIMIT :rows
"""


def list_sales(
    *,
    actor: Actor,
    lead_id: int | None = None,
    stage: str | None = None,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[SaleView]:
    """One page of the sales that this actor may see, by id. One statement.

    Raises InvalidInput for a cursor that is none.
    """
    given = {"lead_id": lead_id, "stage": stage}
    wanted = {name: value for name, value in given.items() if value is not None}
    statement = _LIST.format(
        columns=SALE_COLUMNS,
        joins=SALE_JOINS,
        visible=SALE_VISIBLE,
        conditions="".join(f" AND x.{name} = :{name}" for name in wanted),
    )
    params = wanted | {"after": read_cursor(cursor), "rows": limit + 1, "scope": actor.scope}
    rows = db.session.execute(text(statement), params).all()
    return page_of([SaleView.of(row) for row in rows], limit)
