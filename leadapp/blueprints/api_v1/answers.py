"""What the API answers: one plain dictionary a record, turned into JSON once."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

import orjson
from flask import Response

from leadapp.blueprints.api_v1.conditional import etag_of, is_unchanged
from leadapp.queries.events import EventView
from leadapp.queries.lead_view import LeadView
from leadapp.queries.runs import RunView
from leadapp.queries.sale_view import SaleView
from leadapp.queries.stale_inputs import stale_inputs

JSON = "application/json"
# What everybody may know of a run: its parameters are its service's own.
RUN_FIELDS = [f.name for f in fields(RunView) if f.name != "params"]


def lead_answer(lead: LeadView, status: int = 200, *, location: str | None = None) -> Response:
    """One lead, with its tag."""
    data = _leads([lead])[0] if lead.stale else _lead(lead, [])
    return _record(data, lead.version, status, location)


def sale_answer(sale: SaleView) -> Response:
    """One sale, with its tag."""
    return _record(_sale(sale), sale.version, 200, None)


def leads_answer(leads: list[LeadView], next_cursor: str | None) -> Response:
    """A page of leads."""
    return _list(_leads(leads), next_cursor)


def sales_answer(sales: list[SaleView], next_cursor: str | None) -> Response:
    """A page of sales."""
    return _list(map(_sale, sales), next_cursor)


def events_answer(events: list[EventView], next_cursor: str | None) -> Response:
    """A page of events."""
    return _list((event._asdict() for event in events), next_cursor)


def run_answer(run: RunView, status: int = 200, *, location: str | None = None) -> Response:
    """One run, which changes by itself and has no tag."""
    data = {name: getattr(run, name) for name in RUN_FIELDS}
    headers = {} if location is None else {"Location": location}
    return Response(orjson.dumps(data), status, headers, content_type=JSON)


def _record(data: Mapping[str, Any], version: int, status: int, location: str | None) -> Response:
    body = orjson.dumps(data)
    etag = etag_of(version, body)
    headers = {"ETag": etag}
    if location is not None:
        headers["Location"] = location
    if is_unchanged(etag):
        return Response(status=304, headers=headers)
    return Response(body, status, headers, content_type=JSON)


def _list(items: Iterable[Mapping[str, Any]], next_cursor: str | None) -> Response:
    body = orjson.dumps({"items": list(items), "next_cursor": next_cursor})
    return Response(body, 200, content_type=JSON)


def _leads(leads: list[LeadView]) -> list[dict[str, Any]]:
    """Leads with what is read beside them: what made them stale."""
    changes = stale_inputs(leads)
    return [
        _lead(
            lead,
            [
                {"input": c.input, "then": _number(c.then), "now": _number(c.now)}
                for c in changes.get(lead.id, [])
            ],
        )
        for lead in leads
    ]


def _lead(lead: LeadView, changes: list[dict[str, Any]]) -> dict[str, Any]:
    score = lead.ai_score
    return {
        "id": lead.id,
        "source": lead.source,
        "stage": lead.stage,
        "business_domain": lead.business_domain,
        "activity_count": lead.activity_count,
        "ai_score": None if score is None else float(score),
        "ai_recommendation": lead.ai_recommendation,
        "ai_reason": lead.ai_reason,
        "stale": lead.stale,
        "stale_inputs": changes,
        "name": lead.name,
        "company": lead.company,
        "email": lead.email,
        "phone": lead.phone,
        "owner_id": lead.owner_id,
        "owner": lead.owner,
        "notes": lead.notes,
        "follow_up_on": lead.follow_up_on,
        "external_id": lead.external_id,
        "attributes": lead.attributes,
        "lost_reason": lead.lost_reason,
        "lost_note": lead.lost_note,
        "started_from_id": lead.started_from_id,
        "sale_id": lead.sale_id,
        "created_at": lead.created_at,
        "stage_changed_at": lead.stage_changed_at,
        "version": lead.version,
    }


def _sale(sale: SaleView) -> dict[str, Any]:
    return {
        "id": sale.id,
        "lead_id": sale.lead_id,
        "stage": sale.stage,
        "owner_id": sale.owner_id,
        "owner": sale.owner,
        "score": float(sale.score),
        "threshold": float(sale.threshold),
        "recommendation": sale.recommendation,
        "reason": sale.reason,
        "business_domain": sale.business_domain,
        "assessment_id": sale.assessment_id,
        "handed_off_by_id": sale.handed_off_by_id,
        "handed_off_by": sale.handed_off_by,
        "lost_reason": sale.lost_reason,
        "lost_note": sale.lost_note,
        "against_advice": sale.against_advice,
        "created_at": sale.created_at,
        "stage_changed_at": sale.stage_changed_at,
        "version": sale.version,
    }


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
