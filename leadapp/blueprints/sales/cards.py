"""From rows to cards of sales: everything a card says, ready to show."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from leadapp.permissions import Actor, Permission
from leadapp.queries.lists import Lists
from leadapp.queries.sale_board import SaleCardRow
from leadapp.queries.sale_view import SaleView
from leadapp.rules.stages import SALE_PIPELINE, SaleStage
from leadapp.web.words import (
    LOST_REASON_LABELS,
    STAGE_LABELS,
    initials,
    score_bar,
    score_text,
    score_word,
)

# A card's days in stage stand out once they exceed these. Final stages have no usual length.
USUAL_DAYS = {"new": 3, "kyc": 10, "agreement": 14}


class SaleCard(NamedTuple):
    """A card as the template draws it; all texts are ready to show."""

    id: int
    url: str
    title: str
    company: str | None
    stage: str
    domain: str
    owner: str | None
    initials: str | None
    score: str
    band: str
    bar: int
    lost: str | None
    days: int
    days_long: bool
    next: str | None
    next_label: str | None
    may_act: bool


def make_cards(
    rows: Iterable[SaleCardRow], lists: Lists, *, actor: Actor, now: datetime
) -> list[SaleCard]:
    """The cards of these rows, for this person, at this moment."""
    may_act = actor.may(Permission.WORK_SALES)
    return [_card(row, lists, may_act, now) for row in rows]


def card_of_sale(sale: SaleView, lists: Lists, *, actor: Actor, now: datetime) -> SaleCard:
    """The card of a sale that was just changed."""
    row = SaleCardRow._make(getattr(sale, field) for field in SaleCardRow._fields)
    return make_cards([row], lists, actor=actor, now=now)[0]


def _card(row: SaleCardRow, lists: Lists, may_act: bool, now: datetime) -> SaleCard:
    stage = SaleStage(row.stage)
    following = SALE_PIPELINE.next_of(stage)
    owner = None if row.owner_id is None else lists.users[row.owner_id]
    days = (now - row.stage_changed_at).days
    return SaleCard(
        id=row.id,
        url=f"/sales/{row.id}",
        title=row.lead_name or row.lead_company or f"Lead {row.lead_id}",
        company=row.lead_company if row.lead_name else None,
        stage=row.stage,
        domain=row.business_domain,
        owner=owner,
        initials=initials(owner),
        score=str(score_text(row.score)),
        band=str(score_word(row.score)),
        bar=score_bar(row.score),
        lost=LOST_REASON_LABELS[row.lost_reason] if row.lost_reason else None,
        days=days,
        days_long=days > USUAL_DAYS.get(row.stage, days),
        next=following,
        next_label=STAGE_LABELS[following] if following else None,
        may_act=may_act,
    )
