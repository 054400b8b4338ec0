"""How leads that closed here had been scored, for a track record."""

from typing import Any

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.queries.closed_leads import CLOSED_HERE

# A score of an erased lead still tells how good scores are; of whom it was is not part of it.
_CELLS = text(f"""
    SELECT to_char(closed_on, 'YYYY-MM') AS month,
        CASE WHEN inputs ->> 'source_rule_key' IS DISTINCT FROM 'unknown'
            THEN inputs ->> 'source' END AS source,
        CASE WHEN business_domain_id IS NULL THEN 0 ELSE 1 END AS has_domain,
        CAST(floor(score * 100) AS integer) AS hundredth,
        count(*), count(*) FILTER (WHERE won)
    FROM ({CLOSED_HERE}) c
    WHERE CAST(:scorer AS text) IS NULL OR (scorer = :scorer AND scorer_version = :version)
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
""")


def own_record(scorer: str | None = None) -> list[list[Any]]:
    """The record of leads closed here by their last score before closing, as cells.

    `scorer` is the id of one, such as "learned/7"; None takes the scores of all together. A cell
    is what `leadapp.scoring.record` says. One statement.
    """
    name, _, version = (scorer or "").partition("/")
    params = {"scorer": name or None, "version": version}
    return [list(cell) for cell in db.session.execute(_CELLS, params)]
