"""From rows to cards: everything a card says, ready to show."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from leadapp.permissions import Actor, Permission
from leadapp.queries.board import CardRow
from leadapp.queries.lead_view import LeadView
from leadapp.queries.lists import Lists
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.web.words import (
    RECOMMENDATION_LABELS,
    STAGE_LABELS,
    initials,
    score_bar,
    score_text,
    score_word,
)

# A card says its days in stage once they exceed these. Final stages have no usual length.
USUAL_DAYS = {"new": 7, "contacted": 14, "qualified": 14}
KNOWN_SOURCES = frozenset({"scanner", "partner", "manual"})

_NEXT = {str(s): LEAD_PIPELINE.next_of(s) for s in LeadStage}
_NEXT_LABELS = {
    s: None if n is None else "Hand off" if n is LeadStage.TRANSFERRED else STAGE_LABELS[n]
    for s, n in _NEXT.items()
}


class Card(NamedTuple):
    """A card as the template draws it; all texts are ready to show."""

    id: int
    url: str
    title: str
    stage: str
    source: str
    source_kind: str
    domain: str | None
    activities: int
    owner: str | None
    initials: str | None
    score: str | None
    band: str | None
    bar: int
    stale: bool
    advice: str | None
    note: str | None
    days: int
    days_long: bool
    next: str | None
    next_label: str | None
    may_act: bool


def make_cards(rows: Iterable[CardRow], lists: Lists, *, actor: Actor, now: datetime) -> list[Card]:
    """The cards of these rows, for this person, at this moment."""
    may_act = actor.may(Permission.WORK_LEADS)
    short = {user_id: initials(name) for user_id, name in lists.users.items()}
    return [_card(row, lists, short, may_act, now) for row in rows]


def card_of_lead(lead: LeadView, lists: Lists, *, actor: Actor, now: datetime) -> Card:
    """The card of a lead that was just changed."""
    row = CardRow._make(getattr(lead, field) for field in CardRow._fields)
    return make_cards([row], lists, actor=actor, now=now)[0]


def _card(
    row: CardRow, lists: Lists, short: dict[int, str | None], may_act: bool, now: datetime
) -> Card:
    stage = row.stage
    source, kind = lists.sources[row.source_id]
    score = row.ai_score
    days = (now - row.stage_changed_at).days
    owner = row.owner_id
    final = _NEXT[stage] is None
    return Card(
        id=row.id,
        url=f"/leads/{row.id}",
        title=row.name or row.company or f"Lead {row.id}",
        stage=stage,
        source=source,
        source_kind=kind if kind in KNOWN_SOURCES else "other",
        domain=None if row.business_domain_id is None else lists.domains[row.business_domain_id],
        activities=row.activity_count,
        owner=None if owner is None else lists.users[owner],
        initials=None if owner is None else short[owner],
        score=score_text(score),
        band=score_word(score),
        bar=score_bar(score),
        stale=row.stale,
        advice=None
        if final or score is None
        else RECOMMENDATION_LABELS[row.ai_recommendation or ""],
        note=_missing(row, lists) if stage == "qualified" else None,
        days=days,
        days_long=days > USUAL_DAYS.get(stage, days),
        next=_NEXT[stage],
        next_label=_NEXT_LABELS[stage],
        may_act=may_act,
    )


def _missing(row: CardRow, lists: Lists) -> str | None:
    """What a qualified lead lacks for the handoff, in a few words."""
    parts = []
    if row.business_domain_id is None:
        parts.append("needs a domain")
    if row.ai_score is None:
        parts.append("needs a score")
    elif row.ai_score < lists.threshold:
        parts.append(f"score {score_text(row.ai_score)} of {lists.threshold}")
    return ", ".join(parts) or None
