"""A lead's page, whole or as the panel's fragment."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import g, render_template

from leadapp.blueprints.leads import explanation
from leadapp.blueprints.leads.forms import ActivityForm, FollowUpForm, LeadForm, OwnerForm
from leadapp.blueprints.leads.history import entries
from leadapp.permissions import Actor
from leadapp.queries.lead_page import (
    AssessmentRow,
    Assessments,
    LeadPage,
    Timeline,
    load_lead_page,
)
from leadapp.queries.lead_view import LeadView
from leadapp.queries.lists import Lists, load_lists
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.scoring.assessment import contributions_from_json
from leadapp.web.adviser import adviser_model
from leadapp.web.clock import utc_now
from leadapp.web.contributions import Chart, make_chart, told_contributions, total_text
from leadapp.web.htmx import is_for
from leadapp.web.words import STAGE_LABELS

EDITABLE = (
    "name", "company", "email", "phone", "source", "business_domain", "notes", "external_id",
    "follow_up_on",
)  # fmt: skip
FROZEN = ("source", "business_domain")
"""What of it can no longer be changed once the lead is final."""


def layout() -> str:
    """Which of the layouts the request wants: panel, dialog or page."""
    return next((place for place in ("panel", "dialog") if is_for(place)), "page")


def request_lists() -> Lists:
    """The short lists, read once in a request."""
    lists: Lists = g.get("lists") or load_lists()
    g.lists = lists
    return lists


def forget_lists() -> None:
    """Let the lists be read again: what was written since may have added a business domain."""
    g.pop("lists", None)


def render_lead(
    lead_id: int,
    *,
    actor: Actor,
    in_panel: bool,
    activity: ActivityForm | None = None,
    owner: OwnerForm | None = None,
    follow_up: FollowUpForm | None = None,
) -> str:
    """The lead as a page or in the panel, with the form that was not accepted, if any.

    Raises LeadNotFound. Four statements, and two more once a minute in each process.
    """
    page = load_lead_page(lead_id, actor=actor, lists=g.get("lists"))
    lists = g.lists = page.lists
    lead = page.lead
    now = utc_now()
    scorer = explanation.scorer_in_use(page)
    changed = explanation.changed_attributes(page, scorer)
    return render_template(
        "leads/show.html",
        layout="panel" if in_panel else "base",
        page_url=f"/leads/{lead_id}",
        page=page,
        lead=lead,
        final=LEAD_PIPELINE.is_final(lead.stage),
        steps=_steps(page),
        next_stage=LEAD_PIPELINE.next_of(lead.stage),
        days=(now - lead.stage_changed_at).days,
        chart=_chart(page.assessment, lead.threshold) if page.assessment else None,
        changes=explanation.changes_in_words(lead, lists, changed),
        helpful=explanation.helpful(page, scorer),
        record=explanation.record_of(page, now),
        not_counted=explanation.not_counted(page.assessment),
        conditions=explanation.conditions(page),
        advice=page.advice,
        adviser_on=adviser_model() is not None,
        **timeline_context(lead_id, page.timeline, lists),
        form=_fact_form(lead, lists),
        activity_form=activity or ActivityForm(formdata=None),
        owner_form=owner or OwnerForm.of(lists, lead.owner_id, bound=False),
        follow_up_form=follow_up or FollowUpForm(formdata=None, data=values_of(lead)),
    )


def _chart(assessment: AssessmentRow, threshold: Decimal) -> Chart:
    contributions = contributions_from_json(list(assessment.contributions))
    return make_chart(
        contributions, score=assessment.score, threshold=threshold, missing=assessment.missing
    )


def values_of(lead: LeadView) -> dict[str, Any]:
    """The lead's values by field, as its form shows them."""
    return {name: getattr(lead, name) for name in EDITABLE}


def shown_values(lead: LeadView) -> str:
    """The same as one text, for the form to bring back."""
    return json.dumps(
        {
            name: value.isoformat() if isinstance(value, date | datetime) else value
            for name, value in values_of(lead).items()
        }
    )


def _fact_form(lead: LeadView, lists: Lists) -> LeadForm:
    """The fields for editing in place: the lead as it is, whatever was posted."""
    form = LeadForm.of(lists, place="fact", values=values_of(lead), bound=False)
    form.shown.data = shown_values(lead)
    return form


def _steps(page: LeadPage) -> list[tuple[str, str]]:
    """The stages with their state, as far as the lead came: done, now or ahead."""
    steps = LEAD_PIPELINE.steps
    here = page.lead.stage
    if here is not LeadStage.LOST:
        at = steps.index(here)
        states = ("done" if i < at else "now" if i == at else "ahead" for i in range(len(steps)))
        return [(STAGE_LABELS[stage], state) for stage, state in zip(steps, states, strict=True)]
    passed = steps[: steps.index(LeadStage(page.lost_from)) + 1] if page.lost_from else ()
    return [*((STAGE_LABELS[stage], "done") for stage in passed), (STAGE_LABELS[here], "now lost")]


def assessments_context(lead_id: int, assessments: Assessments, lists: Lists) -> dict[str, Any]:
    """What the templates of earlier assessments need: each with its contributions as texts."""
    before = assessments.before
    return {
        "earlier": [_earlier(row) for row in assessments.rows],
        "earlier_more": before and f"/leads/{lead_id}/assessments?before={before}",
        "lists": lists,
        "now": utc_now(),
    }


def _earlier(row: AssessmentRow) -> tuple[AssessmentRow, list[tuple[str, str]], str]:
    contributions = contributions_from_json(list(row.contributions))
    told = told_contributions(contributions, row.missing)
    return row, told, total_text(row.score, contributions)


def timeline_context(lead_id: int, timeline: Timeline, lists: Lists) -> dict[str, Any]:
    """What the timeline's templates need: its lines, and the address of those before them."""
    more = (
        None if timeline.before is None else f"/leads/{lead_id}/timeline?before={timeline.before}"
    )
    return {"timeline": entries(timeline.rows, lists), "timeline_more": more, "now": utc_now()}
