"""Noting what happened, in the transaction of what happened."""

from datetime import datetime

from leadapp.extensions import db
from leadapp.models import Event
from leadapp.permissions import Actor


def record(kind: str, *, actor: Actor, now: datetime, **data: object) -> None:
    """Add an event that belongs to no lead. `data` must hold no personal values."""
    db.session.add(Event(kind=kind, actor_id=actor.id, via=actor.via, at=now, data=data))
