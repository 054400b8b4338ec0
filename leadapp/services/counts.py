"""Folding the appended changes of the lead counts into the counts."""

from sqlalchemy import text

from leadapp.extensions import db

# So many unfolded deltas cost a board less than a millisecond; beyond that they are folded.
WORTH_FOLDING = 500

# Whoever comes second waits for no lock: rows that the first one took are gone for the second.
_FOLD = text("""
    WITH taken AS (
        DELETE FROM lead_count_deltas WHERE id IN (
            SELECT id FROM lead_count_deltas FOR UPDATE SKIP LOCKED)
        RETURNING stage, owner_id, leads
    )
    INSERT INTO lead_counts (stage, owner_id, leads)
    SELECT stage, owner_id, sum(leads) FROM taken GROUP BY stage, owner_id
    ORDER BY stage, owner_id
    ON CONFLICT (stage, owner_id) DO UPDATE SET leads = lead_counts.leads + excluded.leads
""")


def fold_counts() -> None:
    """Fold all deltas that no other process is folding. One statement; the caller commits."""
    db.session.execute(_FOLD)
