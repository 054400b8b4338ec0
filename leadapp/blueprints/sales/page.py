"""The page of a sale: its evidence and what happened to it, ready to show."""

from datetime import datetime
from typing import NamedTuple

from flask import render_template

from leadapp.permissions import Actor
from leadapp.queries.sale_page import SaleEvent, SalePage, load_sale_page
from leadapp.rules.stages import SALE_PIPELINE, SaleStage
from leadapp.web.clock import utc_now
from leadapp.web.contributions import make_chart
from leadapp.web.words import LOST_REASON_LABELS, STAGE_LABELS

_VIA = {"api": "through the API", "command": "by command"}


class Step(NamedTuple):
    """A stage on the way of a sale: `state` is done, now or ahead."""

    label: str
    state: str


class Happening(NamedTuple):
    """A line of the timeline."""

    icon: str
    words: str
    who: str
    at: datetime


def render_sale(sale_id: int, *, actor: Actor, in_panel: bool) -> str:
    """The sale as a page or for the panel, if this actor may see it. Raises SaleNotFound."""
    page = load_sale_page(sale_id, actor=actor)
    sale = page.sale
    return render_template(
        "sales/show.html",
        in_panel=in_panel,
        page_url=f"/sales/{sale_id}",
        page=page,
        sale=sale,
        steps=_steps(page),
        next_stage=SALE_PIPELINE.next_of(sale.stage),
        final=SALE_PIPELINE.is_final(sale.stage),
        chart=make_chart(page.contributions, score=sale.score, threshold=sale.threshold),
        happenings=[_happening(event) for event in page.events],
        now=utc_now(),
    )


def _steps(page: SalePage) -> list[Step]:
    """The stages in order, as far as the sale came; a lost one ends with `Lost`."""
    stage = page.sale.stage
    if stage is not SaleStage.LOST:
        at = SALE_PIPELINE.steps.index(stage)
        return [
            Step(STAGE_LABELS[s], "now" if i == at else "done" if i < at else "ahead")
            for i, s in enumerate(SALE_PIPELINE.steps)
        ]
    moves = [event.data for event in page.events if event.kind == "sale_stage_changed"]
    lost_from = next((data["from"] for data in moves if data["to"] == SaleStage.LOST), "new")
    reached = SALE_PIPELINE.steps[: SALE_PIPELINE.steps.index(SaleStage(lost_from)) + 1]
    return [*(Step(STAGE_LABELS[s], "done") for s in reached), Step(STAGE_LABELS[stage], "now")]


def _happening(event: SaleEvent) -> Happening:
    """An event in words. A sale knows two kinds: its handoff, and its own moves."""
    who = event.actor or "leadapp"
    if event.via in _VIA:
        who += f", {_VIA[event.via]}"
    data = event.data
    if event.kind == "stage_changed":
        return Happening("sales", "Handed off to sales", who, event.at)
    if data["to"] == SaleStage.LOST:
        reason = data.get("lost_reason")
        why = f": {LOST_REASON_LABELS[reason].lower()}" if reason else ""
        words = f"Marked as lost from {STAGE_LABELS[data['from']]}{why}"
        return Happening("lost", words, who, event.at)
    words = f"Moved from {STAGE_LABELS[data['from']]} to {STAGE_LABELS[data['to']]}"
    icon = "done" if data["to"] == SaleStage.PAID else "move"
    return Happening(icon, words, who, event.at)
