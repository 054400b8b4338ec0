"""Making what a test needs, through the services where they have a say."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from leadapp.extensions import db
from leadapp.models import Lead, Source, User
from leadapp.permissions import Actor, Role, command_actor
from leadapp.queries.lead_view import LeadView, get_lead
from leadapp.queries.sale_view import SaleView, get_sale
from leadapp.rules.stages import LEAD_PIPELINE, SALE_PIPELINE, LeadStage, SaleStage
from leadapp.services import analysis, handoff, leads, pipeline, sales
from leadapp.services.users import create_user

PASSWORD = "correct horse battery"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

_numbers = itertools.count(1)
_MACHINE = command_actor()


def make_user(role: Role | str = Role.MANAGER, *, name: str | None = None, **values: Any) -> User:
    """A user of this role, with PASSWORD."""
    number = next(_numbers)
    user = create_user(
        email=values.pop("email", f"{role}{number}@example.com"),
        name=name or f"{Role(role).value.capitalize()} {number}",
        role=Role(role),
        password=PASSWORD,
        actor=_MACHINE,
        now=NOW,
    )
    for field, value in values.items():
        setattr(user, field, value)
    db.session.commit()
    return user


def make_lead(
    *, stage: str = "new", owner: User | None = None, analyzed: bool = False, **values: Any
) -> LeadView:
    """A lead in any stage but `transferred`; see `make_transferred_lead` for that.

    `source` is `manual` unless given; further values are those of `create_lead`.
    """
    given: Mapping[str, Any] = {
        "source": "manual",
        "owner_id": owner.id if owner else None,
        **values,
    }
    lead = leads.create_lead(given, actor=_MACHINE, now=NOW)
    for step in _steps_to(LeadStage(stage)):
        lead = pipeline.move(lead.id, step, actor=_MACHINE, now=NOW)
    if analyzed:
        lead = analysis.analyze(lead.id, actor=_MACHINE, now=NOW)
    db.session.commit()
    return lead


def _steps_to(stage: LeadStage) -> list[LeadStage]:
    if stage is LeadStage.LOST:
        return [stage]
    steps = list(LEAD_PIPELINE.steps)
    return steps[1 : steps.index(stage) + 1]


def make_ready_lead(owner: User | None = None, **values: Any) -> LeadView:
    """A qualified lead that meets every condition of the handoff; its score is 1.00."""
    ready = {"source": "partner", "activity_count": 8, "business_domain": "Retail"}
    return make_lead(stage="qualified", owner=owner, analyzed=True, **{**ready, **values})


def make_transferred_lead(
    owner: User | None = None, *, actor: Actor | None = None, **values: Any
) -> tuple[LeadView, int]:
    """A lead that was handed off, and the id of its sale."""
    salesperson = owner or make_user(Role.REP)
    lead = make_ready_lead(owner, **values)
    result = handoff.hand_off(
        lead.id, actor=actor or _MACHINE, now=NOW, salesperson_id=salesperson.id
    )
    db.session.commit()
    return result


def set_score(lead_id: int, score: str | None) -> None:
    """Give a lead this stored score, as no scorer might; its assessment stays."""
    value = None if score is None else Decimal(score)
    db.session.execute(update(Lead).where(Lead.id == lead_id).values(ai_score=value))
    db.session.commit()


def reload(lead: LeadView | int) -> LeadView:
    """The lead as it is in the database now."""
    return get_lead(lead if isinstance(lead, int) else lead.id, actor=_MACHINE)


def source_id(name: str) -> int:
    """The id of a source."""
    return int(db.session.scalars(select(Source.id).where(Source.key == name)).one())


def set_threshold(value: str) -> None:
    """Set the handoff threshold, past the service."""
    db.session.execute(text("UPDATE company SET handoff_threshold = :t"), {"t": Decimal(value)})
    db.session.commit()


def sign_in(app: Flask, client: FlaskClient, user: Any) -> None:
    """Sign a user in on this client by the sign-in page."""
    response = client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert response.status_code == 302, response.get_data(as_text=True)


def make_sale(
    *, stage: str = "new", owner: User | None = None, reason: str | None = None, **values: Any
) -> SaleView:
    """A sale in any stage, of a lead that is ready; `values` are the lead's."""
    _, sale_id = make_transferred_lead(owner, **values)
    for step in _sale_steps_to(SaleStage(stage)):
        sales.move_sale(sale_id, step, actor=_MACHINE, now=NOW, lost_reason=reason)
    db.session.commit()
    return reload_sale(sale_id)


def _sale_steps_to(stage: SaleStage) -> list[SaleStage]:
    if stage is SaleStage.LOST:
        return [stage]
    steps = list(SALE_PIPELINE.steps)
    return steps[1 : steps.index(stage) + 1]


def reload_sale(sale_id: int) -> SaleView:
    """The sale as it is in the database now."""
    return get_sale(sale_id, actor=_MACHINE)
