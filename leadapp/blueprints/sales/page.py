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

_VIA = {"api": "by the API", "command": "by a command"}


class Happening(NamedTuple):
    """A line of the timeline."""

    icon: str
    who: str
    words: str
    via: str | None
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


def _steps(page: SalePage) -> list[tuple[str, str]]:
    """The stages with their state, as far as the sale came: done, now or ahead."""
    steps = SALE_PIPELINE.steps
    here = page.sale.stage
    if here is not SaleStage.LOST:
        at = steps.index(here)
        states = ("done" if i < at else "now" if i == at else "ahead" for i in range(len(steps)))
        return [(STAGE_LABELS[stage], state) for stage, state in zip(steps, states, strict=True)]
    left = next(e.data["from"] for e in page.events if e.data.get("to") == SaleStage.LOST)
    passed = steps[: steps.index(SaleStage(left)) + 1]
    return [*((STAGE_LABELS[stage], "done") for stage in passed), (STAGE_LABELS[here], "now lost")]


def _happening(event: SaleEvent) -> Happening:
    """An event in words. A sale knows two kinds: its handoff, and its own moves."""
    data = event.data
    if event.kind == "stage_changed":
        icon, words = "sales", "handed it off to sales"
    elif data["to"] == SaleStage.LOST:
        reason = data.get("lost_reason")
        why = f": {LOST_REASON_LABELS[reason].lower()}" if reason else ""
        icon, words = "lost", f"marked it as lost from {STAGE_LABELS[data['from']]}{why}"
    else:
        icon = "done" if data["to"] == SaleStage.PAID else "move"
        words = f"moved it from {STAGE_LABELS[data['from']]} to {STAGE_LABELS[data['to']]}"
    who = event.actor or "Somebody on the server"
    return Happening(icon, who, words, _VIA.get(event.via), event.at)
