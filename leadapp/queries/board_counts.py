"""How many leads each column of the board holds."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.board_sql import (
    COUNT_LIMIT,
    conditions_of,
    found_sql,
    params_of,
    statement_of,
)
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage


class Counts(NamedTuple):
    """How many stand in each stage; where `capped`, COUNT_LIMIT + 1 means "more"."""

    by_stage: dict[str, int]
    capped: bool
    pending: int
    """Deltas not folded yet."""

    def shown(self, stage: StrEnum) -> str:
        """The count as people read it."""
        count = self.by_stage.get(stage, 0)
        if self.capped and count > COUNT_LIMIT:
            return f"{COUNT_LIMIT:,}+"
        return f"{count:,}"


_COUNTS = text("""
    SELECT stage, sum(leads), sum(pending) FROM (
        SELECT stage, owner_id, leads, 0 AS pending FROM lead_counts
        UNION ALL SELECT stage, owner_id, leads, 1 FROM lead_count_deltas
    ) AS counted
    WHERE CAST(:owners AS bigint[]) IS NULL OR owner_id = ANY(CAST(:owners AS bigint[]))
    GROUP BY stage
""")


def count_leads(
    filters: BoardFilters,
    *,
    actor: Actor,
    stages: Iterable[LeadStage] = LEAD_PIPELINE.stages,
) -> Counts:
    """How many leads each column holds. One statement.

    Unfiltered or by owner from kept counts, exactly; under other filters counted up to COUNT_LIMIT.
    """
    params = params_of(filters, actor)
    if not filters.narrow:
        rows = db.session.execute(_COUNTS, {"owners": params["owners"]}).all()
        return Counts({r[0]: int(r[1]) for r in rows}, False, sum(int(r[2]) for r in rows))
    if filters.search is not None:
        sql = f"{found_sql(filters)} SELECT stage, count(*) FROM found GROUP BY stage"
    else:
        params["stages"] = [str(stage) for stage in stages]
        conditions = ["l.stage = place.stage", *conditions_of(filters)]
        if params["owners"] is not None:
            conditions.append("coalesce(l.owner_id, 0) = ANY(CAST(:owners AS bigint[]))")
        sql = f"""SELECT place.stage, n.n FROM unnest(CAST(:stages AS text[])) AS place (stage)
            CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
                SELECT FROM leads l CROSS JOIN company c WHERE {" AND ".join(conditions)}
                LIMIT {COUNT_LIMIT + 1}) AS matches) AS n"""
    rows = db.session.execute(statement_of(sql, filters), params).all()
    return Counts({row[0]: int(row[1]) for row in rows}, True, 0)
