"""Moving a sale through its pipeline, in the manner of `leadapp.services.pipeline`."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from leadapp.errors import VersionConflict
from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.moves import last_move_of_sale
from leadapp.queries.sale_view import SALE_COLUMNS, SALE_JOINS, SALE_VISIBLE, SaleView, get_sale
from leadapp.rules.lost import SaleLostReason, parse_lost_reason
from leadapp.rules.stages import SALE_PIPELINE, SaleStage
from leadapp.services.pipeline import check_step

_MOVE = text(f"""
    WITH moved AS (
        UPDATE sales x
        SET stage = :to, stage_changed_at = :now, version = x.version + 1,
            owner_id = coalesce(x.owner_id, :scope),
            lost_reason = :lost_reason, lost_note = :lost_note
        FROM sales before
        WHERE x.id = :id AND before.id = :id AND x.stage = before.stage
            AND x.stage = ANY(CAST(:from AS text[]))
            AND (CAST(:version AS integer) IS NULL OR x.version = :version)
            AND {SALE_VISIBLE}
        RETURNING x.*, before.stage AS from_stage
    ), event AS (
        INSERT INTO events (kind, lead_id, sale_id, actor_id, via, at, data)
        SELECT 'sale_stage_changed', lead_id, id, :actor, :via, :now, jsonb_strip_nulls(
            jsonb_build_object('from', from_stage, 'to', stage, 'lost_reason', lost_reason))
        FROM moved
    )
    SELECT {SALE_COLUMNS} FROM moved x {SALE_JOINS}
""")


def move_sale(
    sale_id: int,
    to: SaleStage,
    *,
    actor: Actor,
    now: datetime,
    seen: SaleStage | None = None,
    version: int | None = None,
    lost_reason: str | None = None,
    lost_note: str | None = None,
    reason_required: bool = False,
) -> SaleView:
    """Move a sale one step forward or to `lost`. Returns the sale as it is afterwards.

    Raises SaleNotFound, VersionConflict, StageMoved, InvalidTransition and InvalidInput.
    """
    reason = note = None
    if to is SaleStage.LOST:
        reason, note = parse_lost_reason(
            SaleLostReason, lost_reason, lost_note, required=reason_required
        )
    allowed = [str(s) for s in SALE_PIPELINE.sources(to) if seen is None or s is seen]
    params: dict[str, Any] = {
        "id": sale_id,
        "to": str(to),
        "from": allowed,
        "now": now,
        "version": version,
        "actor": actor.id,
        "via": actor.via,
        "scope": actor.scope,
        "lost_reason": reason,
        "lost_note": note,
    }
    row = db.session.execute(_MOVE, params).one_or_none() if allowed else None
    if row is not None:
        return SaleView.of(row)
    sale = check_movable(sale_id, to, actor=actor, seen=seen, version=version)
    # The rules see nothing against it: somebody else was at work between statement and reading.
    raise VersionConflict(version, sale.version)


def check_movable(
    sale_id: int, to: SaleStage, *, actor: Actor, seen: SaleStage | None, version: int | None
) -> SaleView:
    """Say why a move does not go: the first of what speaks against it is raised.

    Raises SaleNotFound, VersionConflict, StageMoved or InvalidTransition; returns the sale as it is
    when nothing speaks against the move.
    """
    sale = get_sale(sale_id, actor=actor)
    if version is not None and sale.version != version:
        raise VersionConflict(version, sale.version)
    check_step(
        SALE_PIPELINE, sale.stage, to, seen=seen, last_move=lambda: last_move_of_sale(sale_id)
    )
    return sale
