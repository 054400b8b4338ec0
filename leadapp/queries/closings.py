"""Whether there is anything new to learn from."""

from sqlalchemy import text

from leadapp.extensions import db

_CLOSED = text("""
    WITH trained AS (SELECT coalesce(max(created_at), '-infinity') AS at FROM scoring_models)
    SELECT EXISTS (
        SELECT FROM leads, trained
        WHERE stage = 'lost' AND stage_changed_at > trained.at AND NOT is_demo
    ) OR EXISTS (
        SELECT FROM sales s JOIN leads l ON l.id = s.lead_id, trained
        WHERE s.stage IN ('paid', 'lost') AND s.stage_changed_at > trained.at AND NOT l.is_demo
    ) OR EXISTS (SELECT FROM history_files, trained WHERE created_at > trained.at)
""")


def closed_since_training() -> bool:
    """Whether leads were closed, or history imported, since the latest training. One statement."""
    return bool(db.session.execute(_CLOSED).scalar_one())
