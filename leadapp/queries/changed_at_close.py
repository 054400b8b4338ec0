"""Attributes that change when a lead closes and hardly ever before: filled in afterwards."""

from sqlalchemy import text

from leadapp.extensions import db

# So many leads of either kind are looked at, the latest ones.
LOOKED_AT = 20_000
# An attribute is one of them if it differs in so many closed leads at least, in such a share of
# them, and so many times as often as in open ones.
LEAST_LEADS = 5
LEAST_SHARE = 0.05
TIMES = 4

# What an analysis saw is kept in full only since scorers read attributes; one from before then
# says nothing. One that saw no attributes keeps none.
_CHANGED = text("""
    WITH closed AS (
        SELECT l.attributes AS present, a.inputs -> 'attributes' AS seen, a.created_at
        FROM leads l JOIN assessments a ON a.id = l.assessment_id
        LEFT JOIN sales s ON s.lead_id = l.id
        WHERE NOT l.is_demo AND a.inputs <> '{}'
            AND (l.stage = 'lost' OR s.stage IN ('paid', 'lost'))
        ORDER BY l.id DESC LIMIT :looked_at
    ), open AS (
        SELECT l.attributes AS present, a.inputs -> 'attributes' AS seen, a.created_at
        FROM leads l JOIN assessments a ON a.id = l.assessment_id
        WHERE NOT l.is_demo AND a.inputs <> '{}' AND l.stage NOT IN ('transferred', 'lost')
        ORDER BY l.id DESC LIMIT :looked_at
    ), leads_seen AS (
        SELECT true AS is_closed, * FROM closed UNION ALL SELECT false, * FROM open
    ), since AS (
        SELECT min(created_at) AS at FROM leads_seen WHERE seen IS NOT NULL
    ), pair AS (
        SELECT is_closed, present, coalesce(seen, '{}') AS seen
        FROM leads_seen, since WHERE created_at >= since.at
    ), changed AS (
        SELECT name, count(*) FILTER (WHERE is_closed) AS closed,
            count(*) FILTER (WHERE NOT is_closed) AS open
        FROM pair, LATERAL (
            SELECT name FROM (
                SELECT key AS name, value #>> '{}' AS value FROM jsonb_each(present)) n
            FULL JOIN (
                SELECT key AS name, value #>> '{}' AS value FROM jsonb_each(seen)) t
            USING (name)
            WHERE coalesce(btrim(n.value), '') <> coalesce(btrim(t.value), '')
        ) difference
        WHERE present <> seen
        GROUP BY name
    ), total AS (
        SELECT count(*) FILTER (WHERE is_closed) AS closed,
            count(*) FILTER (WHERE NOT is_closed) AS open
        FROM pair
    )
    SELECT name, c.closed, c.open, t.closed, t.open FROM changed c, total t
""")


def changed_at_close() -> frozenset[str]:
    """The attributes of which this can be said. One statement."""
    rows = db.session.execute(_CHANGED, {"looked_at": LOOKED_AT})
    return frozenset(
        name
        for name, closed, open_, all_closed, all_open in rows
        if closed >= LEAST_LEADS
        and closed / all_closed >= LEAST_SHARE
        and (closed / all_closed) >= TIMES * (open_ / all_open if all_open else 0)
    )
