"""Which further columns open leads have: what a model could learn from is of use there alone."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text

from leadapp.extensions import db

# So many of the latest open leads are looked at.
LOOKED_AT = 1000

_NAMES = text("""
    WITH latest AS (
        SELECT attributes FROM leads
        WHERE stage IN ('new', 'contacted', 'qualified') AND NOT is_demo
        ORDER BY id DESC LIMIT :looked_at
    )
    SELECT (SELECT count(*) FROM latest),
        ARRAY(SELECT DISTINCT jsonb_object_keys(attributes) FROM latest)
""")

_COVERAGE = text("""
    SELECT count(*), count(*) FILTER (WHERE had = 0),
        count(*) FILTER (WHERE had * 4 < cardinality(CAST(:names AS text[])))
    FROM (
        SELECT (
            SELECT count(*) FROM jsonb_each_text(attributes)
            WHERE key = ANY(CAST(:names AS text[])) AND btrim(value) <> ''
        ) AS had
        FROM leads
        WHERE stage IN ('new', 'contacted', 'qualified')
        ORDER BY id DESC LIMIT :looked_at
    ) AS latest
""")


class Coverage(NamedTuple):
    """How many open leads there are, how many have none of some attributes, and how many less than
    a quarter of them. The order of the fields is that of the statement."""

    leads: int
    without: int
    few: int


def open_columns() -> frozenset[str] | None:
    """The names of the latest open leads' attributes; None where there are no open leads.

    Demo leads do not count. One statement.
    """
    count, names = db.session.execute(_NAMES, {"looked_at": LOOKED_AT}).one()
    return frozenset(names) if count else None


def coverage(names: Sequence[str]) -> Coverage:
    """How many of the latest open leads have these attributes; one that is blank does not count.

    Demo leads count, since they are scored. One statement.
    """
    params = {"names": list(names), "looked_at": LOOKED_AT}
    return Coverage._make(db.session.execute(_COVERAGE, params).one())
