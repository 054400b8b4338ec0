"""Removing uploaded files that no job will read."""

from datetime import datetime, timedelta

from sqlalchemy import text

from leadapp.extensions import db

# So long somebody may take between uploading a file and saying which column is what.
KEPT = timedelta(days=2)

_REMOVE = text("""
    DELETE FROM uploads u
    WHERE created_at < :before AND NOT EXISTS (
        SELECT FROM runs r
        WHERE r.kind = 'import_history' AND r.status IN ('queued', 'running')
            AND CAST(r.params ->> 'upload_id' AS bigint) = u.id)
""")


def remove_old_uploads(*, now: datetime) -> None:
    """Remove uploads of long ago, except those that a run waits to read."""
    db.session.execute(_REMOVE, {"before": now - KEPT})
