"""The ledger: who went against the advice, and who turned out right."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from leadapp.errors import InvalidInput
from leadapp.models import Lead, Sale
from leadapp.permissions import Actor, Role
from leadapp.queries.disagreements import load_disagreements, sum_disagreements
from leadapp.rules.stages import LeadStage, SaleStage
from leadapp.services import leads, pipeline, sales
from leadapp.services.handoff import hand_off
from tests.factories import NOW, make_lead, make_ready_lead, make_transferred_lead, make_user
from tests.factories import set_threshold as set_to

BY = Actor(id=None, role=Role.ADMIN, name="x", via="command")


def hand_off_against(reason: str | None = None, **values: Any) -> tuple[int, int]:
    """Hand a lead off whose advice is to go on; the ids of lead and sale."""
    user = make_user(Role.MANAGER, name="Ann Lee")
    set_to("0.65")
    lead = make_ready_lead(source="manual", activity_count=1, **values)
    set_to("0.60")
    _, sale_id = hand_off(lead.id, actor=user.actor("page"), now=NOW, against_advice=reason)
    return lead.id, sale_id


def lose_against(reason: str = "no_budget", **values: Any) -> int:
    """Lose a lead that the advice would hand off."""
    user = make_user(Role.MANAGER, name="Ben Ode")
    lead = make_ready_lead(**values)
    pipeline.move(lead.id, LeadStage.LOST, actor=user.actor("page"), now=NOW, lost_reason=reason)
    return lead.id


def end(sale_id: int, *stages: SaleStage, reason: str | None = None) -> None:
    for stage in stages:
        sales.move_sale(sale_id, stage, actor=BY, now=NOW, lost_reason=reason)


PAID = (SaleStage.KYC, SaleStage.AGREEMENT, SaleStage.PAID)


def test_what_followed_the_advice_is_not_in_it(db_session: Session) -> None:
    make_transferred_lead()
    make_lead(stage="lost", analyzed=False)
    lose_against("duplicate")
    assert load_disagreements().items == []
    assert sum_disagreements().total[1:] == (0, 0, 0, 0, 0, 0)


def test_a_handoff_against_the_advice_with_its_reason(db_session: Session) -> None:
    lead_id, sale_id = hand_off_against("I met them.", name="Kestrel")
    (item,) = load_disagreements().items
    assert item[1:] == (
        "handed_off", lead_id, "Kestrel", sale_id, "manual", "Ann Lee", NOW,
        Decimal("0.7000"), "continue_qualification", None, "I met them.", "open",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stages", "reason", "outcome"),
    [
        ([], None, "open"),
        (PAID[:2], None, "open"),
        (PAID, None, "person"),
        ([SaleStage.LOST], "not_qualified", "advice"),
        ([SaleStage.LOST], "duplicate", "unknown"),
    ],
)
def test_the_sale_says_who_was_right(
    db_session: Session, stages: list[SaleStage], reason: str | None, outcome: str
) -> None:
    _, sale_id = hand_off_against()
    end(sale_id, *stages, reason=reason)
    assert [item.outcome for item in load_disagreements().items] == [outcome]
    assert getattr(sum_disagreements().total, outcome) == 1


def test_a_loss_against_the_advice(db_session: Session) -> None:
    lead_id = lose_against(company="Merlin")
    (item,) = load_disagreements().items
    assert (item.kind, item.lead_id, item.lead, item.sale_id) == ("lost", lead_id, "Merlin", None)
    assert (item.who, item.lost_reason, item.outcome) == ("Ben Ode", "no_budget", "unknown")
    assert (item.score, item.recommendation) == (Decimal(1), "transfer_to_sales")


def test_a_lead_started_from_a_lost_one_says_who_was_right(db_session: Session) -> None:
    lost = lose_against()
    again = leads.start_lead_from(lost, actor=BY, now=NOW)
    assert [item.outcome for item in load_disagreements().items] == ["open"]
    db_session.execute(update(Lead).where(Lead.id == again.id).values(stage="contacted"))
    pipeline.move(again.id, LeadStage.LOST, actor=BY, now=NOW, lost_reason="no_need")
    assert [item.outcome for item in load_disagreements().items] == ["person"]


def test_its_sums_are_by_source_and_by_month(db_session: Session) -> None:
    _, won = hand_off_against()
    end(won, *PAID)
    hand_off_against()
    lose_against()
    early = lose_against()
    moved = update(Lead).where(Lead.id == early)
    db_session.execute(moved.values(stage_changed_at=NOW - timedelta(days=40)))
    sums = sum_disagreements()
    assert sums.total == ("All", 2, 2, 1, 0, 1, 2)
    assert sums.by_source == [("manual", 2, 0, 1, 0, 1, 0), ("partner", 0, 2, 0, 0, 0, 2)]
    assert sums.by_month == [("2026-03", 2, 1, 1, 0, 1, 1), ("2026-01", 0, 1, 0, 0, 0, 1)]


def test_it_is_read_page_by_page_without_gap_or_repeat(
    db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, sale_id = hand_off_against()
    lead_id = lose_against()
    # Many of the same moment, as rows of their own would be.
    db_session.execute(text("ALTER TABLE sales DISABLE TRIGGER USER"))
    db_session.execute(text("ALTER TABLE leads DISABLE TRIGGER USER"))
    names = "source_id, stage, ai_score, ai_recommendation, lost_reason, stage_changed_at"
    db_session.execute(
        text(
            f"INSERT INTO leads ({names}) SELECT {names} FROM leads, generate_series(1, 60)"
            " WHERE id = :id"
        ),
        {"id": lead_id},
    )
    db_session.execute(update(Sale).values(created_at=NOW - timedelta(days=1)))
    seen: list[int] = []
    cursor = None
    while True:
        page = load_disagreements(cursor)
        seen += [item.key for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 62
    assert seen[-1] == sale_id * 2


def test_a_forged_cursor_is_refused(db_session: Session) -> None:
    for cursor in ("x", "", "bm9uZXwx"):
        with pytest.raises(InvalidInput):
            load_disagreements(cursor)


def test_each_takes_one_statement(db_session: Session, count_statements: list[str]) -> None:
    hand_off_against()
    lose_against()
    count_statements.clear()
    load_disagreements()
    assert len(count_statements) == 1
    sum_disagreements()
    assert len(count_statements) == 2
