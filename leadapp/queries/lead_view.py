"""A lead as everyone reads it: with names for its ids, and whether its score is stale."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, TextualSelect, column, text

from leadapp.errors import LeadNotFound
from leadapp.extensions import db
from leadapp.models.lead import inputs_key_sql, learned_key_sql
from leadapp.permissions import Actor
from leadapp.rules.stages import LeadStage
from leadapp.scoring import rule_table

# The scorer in use where the company has promoted none.
DEFAULT_SCORER = rule_table.SCORER_ID

# A rep sees and works their own and unassigned leads; `scope` is null for everyone else.
VISIBLE = "(CAST(:scope AS bigint) IS NULL OR l.owner_id IS NULL OR l.owner_id = :scope)"

# The inputs of the lead `l` as they are now, for a query that joins `company c`.
INPUTS_KEY_NOW = inputs_key_sql(
    alias="l", threshold="c.handoff_threshold", scorer="coalesce(c.learned_scorer, :scorer)"
)

STALE = (
    "(l.ai_score IS NOT NULL AND l.stage NOT IN ('transferred', 'lost')"
    f" AND l.ai_inputs_key IS DISTINCT FROM {INPUTS_KEY_NOW})"
)


class LeadView(NamedTuple):
    """One lead. The order of the fields is that of LEAD_COLUMNS."""

    id: int
    source: str
    stage: LeadStage
    business_domain: str | None
    activity_count: int
    ai_score: Decimal | None
    ai_recommendation: str | None
    ai_reason: str | None
    stale: bool
    name: str | None
    company: str | None
    email: str | None
    phone: str | None
    owner_id: int | None
    owner: str | None
    notes: str | None
    follow_up_on: date | None
    external_id: str | None
    attributes: dict[str, Any]
    lost_reason: str | None
    lost_note: str | None
    started_from_id: int | None
    created_at: datetime
    stage_changed_at: datetime
    version: int
    assessment_id: int | None
    ai_inputs_key: str | None
    source_id: int
    business_domain_id: int | None
    threshold: Decimal
    erased_at: datetime | None
    sale_id: int | None
    learned_key: str | None
    """The learned model in use and what it reads of the attributes; see `learned_key_sql`."""
    analyze_on_change: bool
    """Whether the company wants a change of inputs to be followed by an analysis."""

    @property
    def title(self) -> str:
        """What to call the lead: its name, or company, or number."""
        return self.name or self.company or f"Lead {self.id}"


_EXPRESSIONS = {
    "source": "s.name",
    "business_domain": "d.name",
    "owner": "u.name",
    "stale": STALE,
    "threshold": "c.handoff_threshold",
    # Looked up where there is one, and not where a statement has only just made it.
    "sale_id": "CASE WHEN l.stage = 'transferred'"
    " THEN (SELECT id FROM sales WHERE lead_id = l.id) END",
    "learned_key": learned_key_sql(alias="l"),
    "analyze_on_change": "c.analyze_on_change",
}
LEAD_COLUMNS = ", ".join(
    f"{_EXPRESSIONS[name]} AS {name}" if name in _EXPRESSIONS else f"l.{name}"
    for name in LeadView._fields
)
LEAD_JOINS = """
    JOIN sources s ON s.id = l.source_id
    LEFT JOIN business_domains d ON d.id = l.business_domain_id
    LEFT JOIN users u ON u.id = l.owner_id
    CROSS JOIN company c
"""


def lead_statement(sql: str) -> TextualSelect:
    """A statement that gives rows of LEAD_COLUMNS.

    SQLAlchemy is told the columns, and so looks at what PostgreSQL says of them once instead of
    with each result, which takes nearly as long as reading the lead.
    """
    return text(squeezed(sql)).columns(*(column(name) for name in LeadView._fields))


def squeezed(sql: str) -> str:
    """The SQL without its indentation.

    Psycopg remembers how it reads a statement of up to 4,096 characters; a longer one it would read
    anew each time, which takes longer than reading a lead.
    """
    return " ".join(sql.split())


_GET = lead_statement(
    f"SELECT {LEAD_COLUMNS} FROM leads l {LEAD_JOINS} WHERE l.id = :id AND {VISIBLE}"
)


_STAGE = LeadView._fields.index("stage")
# A dictionary finds a member in a fifth of the time that the class takes.
_STAGES = {str(stage): stage for stage in LeadStage}


def lead_view(row: Row[Any]) -> LeadView:
    """The view of a row that selected LEAD_COLUMNS first."""
    values = list(row[: len(LeadView._fields)])
    values[_STAGE] = _STAGES[values[_STAGE]]
    return LeadView._make(values)


def get_lead(lead_id: int, *, actor: Actor) -> LeadView:
    """The lead, if this actor may see it. Raises LeadNotFound. One statement."""
    params = {"id": lead_id, "scope": actor.scope, "scorer": DEFAULT_SCORER}
    row = db.session.execute(_GET, params).one_or_none()
    if row is None:
        raise LeadNotFound(lead_id)
    return lead_view(row)
