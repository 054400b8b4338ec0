"""What an admin sets for the whole company."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Company
from leadapp.permissions import Actor
from leadapp.rules.values import parse_threshold
from leadapp.services import events


def set_threshold(value: str | Decimal, *, actor: Actor, now: datetime) -> Company:
    """Set the score from which on a lead may be handed off.

    All assessments that were made under another threshold are stale from now on; evidence keeps
    its own. Raises InvalidInput unless 0.01 to 1.00 in whole hundredths.
    """
    threshold = parse_threshold(value)
    company = _locked()
    if company.handoff_threshold != threshold:
        changed = {"from": str(company.handoff_threshold), "to": str(threshold)}
        company.handoff_threshold = threshold
        events.record("threshold_changed", actor=actor, now=now, **changed)
        db.session.flush()
    return company


def set_require_fresh_score(required: bool, *, actor: Actor, now: datetime) -> Company:
    """Say whether a stale score still suffices for a handoff."""
    company = _locked()
    if company.require_fresh_score != required:
        changed = {"from": company.require_fresh_score, "to": required}
        company.require_fresh_score = required
        events.record("require_fresh_score_changed", actor=actor, now=now, **changed)
        db.session.flush()
    return company


def set_analyze_on_change(wanted: bool, *, actor: Actor, now: datetime) -> Company:
    """Say whether a change of a lead's inputs analyzes it at once."""
    company = _locked()
    if company.analyze_on_change != wanted:
        changed = {"from": company.analyze_on_change, "to": wanted}
        company.analyze_on_change = wanted
        events.record("analyze_on_change_changed", actor=actor, now=now, **changed)
        db.session.flush()
    return company


def _locked() -> Company:
    """The company, locked, so that each change names what it really changed from."""
    statement = select(Company).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).one()
