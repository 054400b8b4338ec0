"""Loading the demo company: what its plan says happened, done by the services that do it.

Nothing in it breaks a rule, because nothing goes round the rules.
"""

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text, update

from leadapp.demo import people
from leadapp.demo.plan import MONTHS, LeadPlan, Step, lead_plans
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.models import Company, Lead
from leadapp.permissions import Actor, command_actor
from leadapp.rules.stages import LeadStage, SaleStage
from leadapp.services import (
    activities,
    analysis,
    counts,
    handoff,
    leads,
    lists,
    passwords,
    pipeline,
    sales,
    users,
)

SIGN_INS = ("manager@example.com", "admin@example.com")
_EMPTY = text("SELECT NOT EXISTS (SELECT FROM leads)")
_TAKEN = text("SELECT email FROM users WHERE lower(email) = ANY(:emails) ORDER BY email")


def load(*, password: str, now: datetime) -> None:
    """Load the demo company into a database without leads; the caller commits.

    `password` is that of SIGN_INS; the others of the team cannot sign in until they get one.
    Raises InvalidInput where there are leads, or users of the demo's addresses.
    """
    emails = [email for _, email, _ in people.TEAM]
    if not db.session.scalar(_EMPTY):
        raise InvalidInput([("leads", "are there already; a demo needs an empty database")])
    if taken := db.session.scalars(_TAKEN, {"emails": emails}).all():
        raise InvalidInput([("users", f"of the demo are there already: {', '.join(taken)}")])
    founded = now - timedelta(days=30 * MONTHS + 7)
    team = _hire(password, founded)
    for name in people.NEW_SOURCES:
        lists.add_source(name, actor=team[people.MANAGER], now=founded)
    _replay(lead_plans(now), team)
    db.session.execute(update(Lead).values(is_demo=True))
    db.session.execute(update(Company).values(is_demo=True))
    counts.fold_counts()


def _hire(password: str, founded: datetime) -> dict[str, Actor]:
    """Create the team; returns its members as actors, by e-mail address."""
    team = {}
    for name, email, role in people.TEAM:
        user = users.create_user(
            email=email,
            name=name,
            role=role,
            password=password if email in SIGN_INS else passwords.make_up(),
            actor=command_actor(),
            now=founded,
        )
        team[email] = user.actor("page")
    return team


def _replay(plans: list[LeadPlan], team: dict[str, Actor]) -> None:
    """Do what the plans say, all leads together in the order of time."""
    stories = [_Lead(team) for _ in plans]
    queue = [(step.at, n, i, step) for n, p in enumerate(plans) for i, step in enumerate(p.steps)]
    heapq.heapify(queue)
    while queue:
        _, number, _, step = heapq.heappop(queue)
        stories[number].do(step)


class _Lead:
    """One lead of the demo, as far as its story has been told."""

    def __init__(self, team: dict[str, Actor]) -> None:
        self._team = team
        self._lead_id = 0
        self._sale_id = 0

    def do(self, step: Step) -> None:
        """Do one step as the one who did it, at the time when it was done."""
        action: Callable[..., None] = getattr(self, f"_{step.kind}")
        action(actor=self._team[step.who], now=step.at, **step.values)

    def _create(self, values: dict[str, Any], **who: Any) -> None:
        self._lead_id = leads.create_lead(values, **who).id

    def _assign(self, owner: str, **who: Any) -> None:
        leads.assign_lead(self._lead_id, self._team[owner].id, **who)

    def _analyze(self, **who: Any) -> None:
        analysis.analyze(self._lead_id, **who)

    def _log(self, activity: str, note: str | None, **who: Any) -> None:
        activities.log_activity(self._lead_id, activity, note=note, **who)

    def _follow_up(self, on: Any, **who: Any) -> None:
        leads.update_lead(self._lead_id, {"follow_up_on": on}, **who)

    def _move(self, to: str, **how: Any) -> None:
        pipeline.move(self._lead_id, LeadStage(to), **how)

    def _hand_off(self, **who: Any) -> None:
        _, self._sale_id = handoff.hand_off(self._lead_id, **who)

    def _move_sale(self, to: str, **how: Any) -> None:
        sales.move_sale(self._sale_id, SaleStage(to), **how)
