"""Moving sales: every pair of stages, whoever asks, whatever happened meanwhile."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from leadapp.errors import (
    InvalidInput,
    InvalidTransition,
    SaleNotFound,
    StageMoved,
    VersionConflict,
)
from leadapp.permissions import Actor, Role
from leadapp.queries.sale_view import SaleView
from leadapp.rules.lost import SaleLostReason
from leadapp.rules.stages import SALE_PIPELINE, SaleStage
from leadapp.services.sales import move_sale
from tests.factories import NOW, make_sale, make_user, reload_sale

MakeActor = Callable[..., Actor]
OPEN = ["new", "kyc", "agreement"]
ALLOWED = {
    ("new", "kyc"),
    ("kyc", "agreement"),
    ("agreement", "paid"),
    *((stage, "lost") for stage in OPEN),
}
EVIDENCE = [
    "lead_id",
    "score",
    "threshold",
    "recommendation",
    "reason",
    "business_domain",
    "assessment_id",
    "handed_off_by_id",
    "created_at",
]


def evidence(sale: SaleView) -> list[object]:
    return [getattr(sale, field) for field in EVIDENCE]


@pytest.mark.parametrize("from_", SALE_PIPELINE.stages)
@pytest.mark.parametrize("to", SALE_PIPELINE.stages)
def test_every_pair_of_stages(from_: str, to: str, actor: MakeActor) -> None:
    sale, by = make_sale(stage=from_), actor()
    if (from_, to) in ALLOWED:
        moved = move_sale(sale.id, SaleStage(to), actor=by, now=NOW)
        assert (moved.stage, moved.version) == (to, sale.version + 1)
        assert evidence(moved) == evidence(sale)
    else:
        with pytest.raises(InvalidTransition) as refusal:
            move_sale(sale.id, SaleStage(to), actor=by, now=NOW)
        assert refusal.value.details["from"] == from_
        assert set(refusal.value.allowed) == {t for f, t in ALLOWED if f == from_}
        assert reload_sale(sale.id) == sale


@pytest.mark.parametrize(
    ("to", "reason", "data"),
    [
        ("kyc", None, {"from": "new", "to": "kyc"}),
        ("lost", "no_budget", {"from": "new", "to": "lost", "lost_reason": "no_budget"}),
    ],
)
def test_writes_the_event_with_who_and_when(
    to: str, reason: str | None, data: object, actor: MakeActor, db_session: Session
) -> None:
    sale, by = make_sale(), actor()
    move_sale(sale.id, SaleStage(to), actor=by, now=NOW, lost_reason=reason)
    rows = db_session.execute(
        text(
            "SELECT kind, lead_id, actor_id, via, at, data FROM events"
            " WHERE sale_id = :id ORDER BY id"
        ),
        {"id": sale.id},
    ).all()
    assert [row[0] for row in rows] == ["stage_changed", "sale_stage_changed"]
    assert tuple(rows[1]) == ("sale_stage_changed", sale.lead_id, by.id, "page", NOW, data)


def test_a_refused_move_writes_no_event(actor: MakeActor, db_session: Session) -> None:
    sale, by = make_sale(), actor()
    count = text("SELECT count(*) FROM events")
    before = db_session.scalar(count)
    with pytest.raises(InvalidTransition):
        move_sale(sale.id, SaleStage.PAID, actor=by, now=NOW)
    assert db_session.scalar(count) == before


def test_a_move_from_a_stage_that_is_no_more_tells_who_moved_it(actor: MakeActor) -> None:
    sale, first, second = make_sale(), actor(), actor()
    move_sale(sale.id, SaleStage.KYC, actor=first, now=NOW, seen=SaleStage.NEW)
    with pytest.raises(StageMoved) as refusal:
        move_sale(sale.id, SaleStage.KYC, actor=second, now=NOW, seen=SaleStage.NEW)
    assert refusal.value.who == first.name
    assert (refusal.value.from_, refusal.value.to) == ("new", "kyc")
    assert refusal.value.details["when"] == NOW.isoformat()


def test_a_stage_that_never_was_is_told_as_a_move_by_somebody(actor: MakeActor) -> None:
    sale = make_sale()
    with pytest.raises(StageMoved) as refusal:
        move_sale(sale.id, SaleStage.AGREEMENT, actor=actor(), now=NOW, seen=SaleStage.KYC)
    assert refusal.value.who is None
    assert reload_sale(sale.id) == sale


def test_a_move_for_another_version_is_a_conflict(actor: MakeActor) -> None:
    sale = make_sale()
    with pytest.raises(VersionConflict) as refusal:
        move_sale(sale.id, SaleStage.KYC, actor=actor(), now=NOW, version=sale.version + 1)
    assert refusal.value.details == {"expected": sale.version + 1, "present": sale.version}
    moved = move_sale(sale.id, SaleStage.KYC, actor=actor(), now=NOW, version=sale.version)
    assert moved.version == sale.version + 1


@pytest.mark.parametrize("reason", SaleLostReason)
def test_each_reason_can_be_given(reason: SaleLostReason, actor: MakeActor) -> None:
    lost = move_sale(
        make_sale().id,
        SaleStage.LOST,
        actor=actor(),
        now=NOW,
        lost_reason=reason,
        lost_note="  in words ",
        reason_required=True,
    )
    assert (lost.lost_reason, lost.lost_note) == (reason, "in words")


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [
        (None, None, "lost_reason"),
        (" ", "words", "lost_reason"),
        ("bored", None, "lost_reason"),
        ("other", " ", "lost_note"),
    ],
)
def test_a_loss_without_a_proper_reason_is_not_accepted(
    reason: str | None, note: str | None, field: str, actor: MakeActor
) -> None:
    sale = make_sale()
    with pytest.raises(InvalidInput) as refusal:
        move_sale(
            sale.id,
            SaleStage.LOST,
            actor=actor(),
            now=NOW,
            lost_reason=reason,
            lost_note=note,
            reason_required=True,
        )
    assert [name for name, _ in refusal.value.errors] == [field]
    assert reload_sale(sale.id) == sale


def test_programs_may_leave_the_reason_out(actor: MakeActor) -> None:
    lost = move_sale(make_sale().id, SaleStage.LOST, actor=actor(via="api"), now=NOW)
    assert (lost.stage, lost.lost_reason) == ("lost", None)


def test_a_reason_is_kept_for_losses_alone(actor: MakeActor) -> None:
    moved = move_sale(
        make_sale().id, SaleStage.KYC, actor=actor(), now=NOW, lost_reason="no_budget"
    )
    assert moved.lost_reason is None


def test_a_rep_advances_their_own_sales_and_finds_no_others(db_session: Session) -> None:
    rep, other = make_user(Role.REP), make_user(Role.REP)
    sale = make_sale(owner=rep)
    with pytest.raises(SaleNotFound):
        move_sale(sale.id, SaleStage.KYC, actor=other.actor("page"), now=NOW)
    assert reload_sale(sale.id) == sale
    moved = move_sale(sale.id, SaleStage.KYC, actor=rep.actor("page"), now=NOW)
    assert (moved.stage, moved.owner_id) == ("kyc", rep.id)


def test_a_sale_that_does_not_exist_is_not_found(actor: MakeActor) -> None:
    with pytest.raises(SaleNotFound):
        move_sale(2**62, SaleStage.KYC, actor=actor(), now=NOW)


@pytest.mark.parametrize("column", EVIDENCE)
def test_the_database_keeps_evidence_as_it_is(column: str, db_session: Session) -> None:
    sale = make_sale()
    others = {"score": "0.99", "threshold": "0.5", "created_at": "now()"}
    value = others.get(column, "'changed'" if isinstance(getattr(sale, column), str) else "-1")
    with pytest.raises(DBAPIError, match="evidence of a sale never changes"):
        db_session.execute(text(f"UPDATE sales SET {column} = {value} WHERE id = {sale.id}"))
