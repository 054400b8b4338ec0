"""Everything a lead's page shows, in four statements."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import text

from leadapp.errors import LeadNotFound
from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.advice import ADVICE_OF_LEAD, AdviceView, advice_views
from leadapp.queries.lead_view import (
    DEFAULT_SCORER,
    LEAD_COLUMNS,
    LEAD_JOINS,
    VISIBLE,
    LeadView,
    get_lead,
    lead_view,
    squeezed,
)
from leadapp.queries.lists import Lists, load_lists
from leadapp.queries.sale_view import SALE_COLUMNS, SALE_VISIBLE, SaleView
from leadapp.rules.stages import LeadStage, SaleStage

EVENTS_AT_ONCE = 20
ASSESSMENTS_AT_ONCE = 10
RELATIVES_AT_ONCE = 10


class Relative(NamedTuple):
    """A lead that this one was started from, or one that was started from this one."""

    id: int
    title: str


class TimelineRow(NamedTuple):
    """One event of a lead, with the words of the activity it logged. Newest first."""

    id: int
    kind: str
    actor_id: int | None
    via: str
    at: datetime
    data: dict[str, Any]
    note: str | None


class Timeline(NamedTuple):
    """One page of events, and the id behind which the next page begins, or None."""

    rows: list[TimelineRow]
    before: int | None


class AssessmentRow(NamedTuple):
    """One analysis: what the scorer said, and when it was asked by whom."""

    id: int
    scorer: str
    scorer_version: str
    threshold: Decimal
    score: Decimal
    recommendation: str
    reason: str
    contributions: list[dict[str, str]]
    missing: list[str]
    ignored: list[str]
    requested_by_id: int | None
    created_at: datetime


class Assessments(NamedTuple):
    """One page of assessments, the latest first, and the id behind which the next one begins."""

    rows: list[AssessmentRow]
    before: int | None


@dataclass(frozen=True, slots=True)
class LeadPage:
    """A lead with all that belongs to it.

    `sale` is there for its evidence even where the actor may not see the sale itself
    (`sale_visible`); `lost_from` is the stage in which a lost lead was lost. `assessment` is the
    one that the lead's score rests on, and `scored_attributes` what it knew of the attributes, None
    where the person was erased. `model_id` is the learned model in use, `latest_training` the
    latest one there is.
    """

    lead: LeadView
    rule_key: str
    require_fresh: bool
    sale: SaleView | None
    sale_visible: bool
    started_from: Relative | None
    started: list[Relative]
    lost_from: str | None
    model_id: int | None
    latest_training: int | None
    activity_count_unknown: bool
    assessment: AssessmentRow | None
    scored_attributes: dict[str, Any] | None
    assessment_count: int
    advice: list[AdviceView]
    timeline: Timeline
    lists: Lists

    @property
    def restartable(self) -> bool:
        """Whether it ended in a way after which one may want to start a new lead from it."""
        ended_badly = self.sale is not None and self.sale.stage is SaleStage.LOST
        return self.lead.stage is LeadStage.LOST or ended_badly


_RELATIVE = "jsonb_build_array(k.id, coalesce(k.name, k.company, 'Lead ' || k.id))"
_RELATIVE_VISIBLE = VISIBLE.replace("l.", "k.")

_LEAD = text(
    squeezed(f"""
    SELECT {LEAD_COLUMNS}, {SALE_COLUMNS}, s.rule_key, c.require_fresh_score,
        c.scoring_model_id AS model_id, l.activity_count_unknown AND l.activity_count = 0
            AS activity_count_unknown,
        (SELECT max(id) FROM scoring_models) AS latest_training,
        {SALE_VISIBLE} AS sale_visible,
        CASE WHEN l.stage = 'lost' THEN (
            SELECT e.data ->> 'from' FROM events e
            WHERE e.lead_id = l.id AND e.kind = 'stage_changed' ORDER BY e.id DESC LIMIT 1
        ) END AS lost_from,
        (SELECT {_RELATIVE} FROM leads k
            WHERE k.id = l.started_from_id AND {_RELATIVE_VISIBLE}) AS started_from,
        (SELECT jsonb_agg(relative) FROM (
            SELECT {_RELATIVE} AS relative FROM leads k
            WHERE k.started_from_id = l.id AND {_RELATIVE_VISIBLE}
            ORDER BY k.id DESC LIMIT {RELATIVES_AT_ONCE}) AS latest) AS started,
        {ADVICE_OF_LEAD} AS advice
    FROM leads l {LEAD_JOINS}
    LEFT JOIN sales x ON x.lead_id = l.id
    LEFT JOIN users o ON o.id = x.owner_id
    LEFT JOIN users h ON h.id = x.handed_off_by_id
    WHERE l.id = :id AND {VISIBLE}
""")
)

_ROW = ", ".join(f"a.{name}" for name in AssessmentRow._fields)
_ASSESSMENT = text(f"""
    SELECT {_ROW},
        CASE WHEN a.inputs_hash IS NULL THEN coalesce(a.inputs -> 'attributes', '{{}}') END,
        (SELECT count(*) FROM assessments c WHERE c.lead_id = a.lead_id)
    FROM assessments a WHERE a.id = :id
""")
_EARLIER = text(f"""
    SELECT {_ROW} FROM assessments a JOIN leads l ON l.id = a.lead_id
    WHERE a.lead_id = :id AND {VISIBLE} AND a.id < :before
    ORDER BY a.id DESC LIMIT {ASSESSMENTS_AT_ONCE + 1}
""")

# What became of a sale is for those who may see the sale.
_TIMELINE = text(f"""
    SELECT e.id, e.kind, e.actor_id, e.via, e.at, e.data, a.note
    FROM events e JOIN leads l ON l.id = e.lead_id
    LEFT JOIN activities a ON a.id = CAST(e.data ->> 'activity_id' AS bigint)
    WHERE e.lead_id = :id AND {VISIBLE} AND (CAST(:before AS bigint) IS NULL OR e.id < :before)
        AND (e.kind <> 'sale_stage_changed' OR EXISTS (
            SELECT FROM sales x WHERE x.id = e.sale_id AND {SALE_VISIBLE}))
    ORDER BY e.id DESC LIMIT {EVENTS_AT_ONCE + 1}
""")


def load_lead_page(lead_id: int, *, actor: Actor, lists: Lists | None = None) -> LeadPage:
    """The lead with all its page shows, if this actor may see it. Raises LeadNotFound.

    Four statements; one less where the caller has the `lists` already, and one less for a lead that
    was never analyzed.
    """
    params = {"id": lead_id, "scope": actor.scope, "scorer": DEFAULT_SCORER}
    row = db.session.execute(_LEAD, params).one_or_none()
    if row is None:
        raise LeadNotFound(lead_id)
    end = len(LeadView._fields)
    sale_row = row[end : end + len(SaleView._fields)]
    lead = lead_view(row)
    found = None
    if lead.assessment_id is not None:
        found = db.session.execute(_ASSESSMENT, {"id": lead.assessment_id}).one()
    return LeadPage(
        lead=lead,
        rule_key=row.rule_key,
        require_fresh=row.require_fresh_score,
        sale=None if sale_row[0] is None else SaleView.of(sale_row),
        sale_visible=row.sale_visible,
        started_from=None if row.started_from is None else Relative(*row.started_from),
        started=[Relative(*relative) for relative in row.started or []],
        lost_from=row.lost_from,
        model_id=row.model_id,
        latest_training=row.latest_training,
        activity_count_unknown=row.activity_count_unknown,
        assessment=AssessmentRow._make(found[:-2]) if found else None,
        scored_attributes=found[-2] if found else None,
        assessment_count=found[-1] if found else 0,
        advice=advice_views(row.advice),
        timeline=_timeline(lead_id, None, actor),
        lists=lists or load_lists(),
    )


def load_assessments(lead_id: int, *, actor: Actor, before: int) -> Assessments:
    """The assessments of a lead before the one of that id. Raises LeadNotFound.

    One statement, two where there are none.
    """
    params = {"id": lead_id, "before": before, "scope": actor.scope}
    rows = [AssessmentRow._make(row) for row in db.session.execute(_EARLIER, params)]
    if not rows:
        get_lead(lead_id, actor=actor)
    more = len(rows) > ASSESSMENTS_AT_ONCE
    rows = rows[:ASSESSMENTS_AT_ONCE]
    return Assessments(rows, rows[-1].id if more else None)


def load_timeline(lead_id: int, *, actor: Actor, before: int) -> Timeline:
    """The events of a lead that happened before the event `before`. Raises LeadNotFound.

    One statement, two where there are none.
    """
    timeline = _timeline(lead_id, before, actor)
    if not timeline.rows:
        get_lead(lead_id, actor=actor)
    return timeline


def _timeline(lead_id: int, before: int | None, actor: Actor) -> Timeline:
    params = {"id": lead_id, "before": before, "scope": actor.scope}
    rows = [TimelineRow._make(row) for row in db.session.execute(_TIMELINE, params)]
    more = len(rows) > EVENTS_AT_ONCE
    rows = rows[:EVENTS_AT_ONCE]
    return Timeline(rows, rows[-1].id if more else None)
