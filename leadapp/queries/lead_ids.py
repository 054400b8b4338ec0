"""The ids of leads, a part at a time."""

from collections.abc import Iterator, Sequence

from sqlalchemy import text

from leadapp.extensions import db

_NEXT = text("""
    SELECT id FROM leads
    WHERE id > :after AND (NOT :open_only OR stage NOT IN ('transferred', 'lost'))
    ORDER BY id LIMIT :limit
""")


def lead_ids(*, open_only: bool, at_a_time: int) -> Iterator[Sequence[int]]:
    """The ids of all leads, or of all that are not final, in order; one statement a part."""
    after = 0
    while True:
        params = {"after": after, "open_only": open_only, "limit": at_a_time}
        ids = db.session.scalars(_NEXT, params).all()
        if not ids:
            return
        yield ids
        after = ids[-1]
