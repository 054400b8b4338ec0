"""A sale as everyone reads it, with its evidence."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import text

from leadapp.errors import SaleNotFound
from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.rules.stages import SaleStage

SALE_VISIBLE = "(CAST(:scope AS bigint) IS NULL OR x.owner_id IS NULL OR x.owner_id = :scope)"


class SaleView(NamedTuple):
    """One sale. The order of the fields is that of SALE_COLUMNS."""

    id: int
    lead_id: int
    stage: SaleStage
    owner_id: int | None
    owner: str | None
    score: Decimal
    threshold: Decimal
    recommendation: str
    reason: str
    business_domain: str
    assessment_id: int
    handed_off_by_id: int | None
    handed_off_by: str | None
    created_at: datetime
    stage_changed_at: datetime
    lost_reason: str | None
    lost_note: str | None
    against_advice: str | None
    version: int
    lead_name: str | None
    lead_company: str | None

    @property
    def title(self) -> str:
        """What to call the sale: by its lead's name, company or number."""
        return self.lead_name or self.lead_company or f"Lead {self.lead_id}"

    @classmethod
    def of(cls, row: Sequence[Any]) -> "SaleView":
        """The view of a row that selected SALE_COLUMNS."""
        sale = cls._make(row)
        return sale._replace(stage=SaleStage(sale.stage))


_EXPRESSIONS = {
    "owner": "o.name",
    "handed_off_by": "h.name",
    "lead_name": "l.name",
    "lead_company": "l.company",
}
SALE_COLUMNS = ", ".join(
    f"{_EXPRESSIONS.get(name, f'x.{name}')} AS {name}" for name in SaleView._fields
)
SALE_JOINS = """
    JOIN leads l ON l.id = x.lead_id
    LEFT JOIN users o ON o.id = x.owner_id
    LEFT JOIN users h ON h.id = x.handed_off_by_id
"""

_GET = text(f"SELECT {SALE_COLUMNS} FROM sales x {SALE_JOINS} WHERE x.id = :id AND {SALE_VISIBLE}")


def get_sale(sale_id: int, *, actor: Actor) -> SaleView:
    """The sale, if this actor may see it. Raises SaleNotFound. One statement."""
    row = db.session.execute(_GET, {"id": sale_id, "scope": actor.scope}).one_or_none()
    if row is None:
        raise SaleNotFound(sale_id)
    return SaleView.of(row)
