"""The sales board's reads: how many statements, whole by its cursors, and who sees what."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from leadapp.errors import InvalidInput
from leadapp.permissions import Actor, Role
from leadapp.queries.board import PAGE
from leadapp.queries.sale_board import SaleFilters, count_sales, load_sale_cards
from leadapp.rules.stages import SALE_PIPELINE, SaleStage
from leadapp.services.sales import move_sale
from tests.factories import NOW, make_sale, make_user

MakeActor = Callable[..., Actor]
ALL = SaleFilters()


def ids(stage: SaleStage, actor: Actor, filters: SaleFilters = ALL) -> list[int]:
    cards = load_sale_cards(filters, actor=actor, stages=[stage])[stage].cards
    return [card.id for card in cards]


def test_cards_and_counts_take_one_statement_each(
    actor: MakeActor, count_statements: list[str]
) -> None:
    by = actor()
    for stage in SALE_PIPELINE.stages:
        make_sale(stage=stage)
    count_statements.clear()
    columns = load_sale_cards(ALL, actor=by)
    counts = count_sales(ALL, actor=by)
    assert len(count_statements) == 2
    assert [len(column.cards) for column in columns.values()] == [1, 1, 1, 1, 1]
    assert [counts.shown(stage) for stage in SALE_PIPELINE.stages] == ["1", "1", "1", "1", "1"]


@pytest.mark.parametrize("stage", [SaleStage.NEW, SaleStage.LOST])
def test_the_cursor_shows_every_sale_once(stage: SaleStage, actor: MakeActor) -> None:
    by, owner = actor(), make_user(Role.REP)
    # All of one moment: the id alone tells them apart.
    made = [make_sale(stage=stage, owner=owner).id for _ in range(PAGE + 3)]
    first = load_sale_cards(ALL, actor=by, stages=[stage])[stage]
    assert len(first.cards) == PAGE
    assert first.next_cursor is not None
    second = load_sale_cards(ALL, actor=by, stages=[stage], cursor=first.next_cursor)[stage]
    assert second.next_cursor is None
    shown = [card.id for card in [*first.cards, *second.cards]]
    assert shown == sorted(made, reverse=stage is SaleStage.LOST)


def test_open_columns_show_first_what_waits_longest_and_final_ones_the_latest(
    actor: MakeActor,
) -> None:
    by = actor()
    early, late = make_sale(), make_sale()
    move_sale(late.id, SaleStage.KYC, actor=by, now=NOW + timedelta(hours=1))
    move_sale(early.id, SaleStage.KYC, actor=by, now=NOW + timedelta(hours=2))
    assert ids(SaleStage.KYC, by) == [late.id, early.id]
    move_sale(late.id, SaleStage.LOST, actor=by, now=NOW + timedelta(hours=3))
    move_sale(early.id, SaleStage.LOST, actor=by, now=NOW + timedelta(hours=4))
    assert ids(SaleStage.LOST, by) == [early.id, late.id]


def test_a_rep_sees_their_own_sales_alone(db_session: Session) -> None:
    rep, other = make_user(Role.REP), make_user(Role.REP)
    own, theirs = make_sale(owner=rep), make_sale(owner=other)
    me = rep.actor("page")
    assert ids(SaleStage.NEW, me) == [own.id]
    assert count_sales(ALL, actor=me).by_stage["new"] == 1
    others = SaleFilters(owner=str(other.id))
    assert ids(SaleStage.NEW, me, others) == []
    assert ids(SaleStage.NEW, make_user(Role.VIEWER).actor("page"), others) == [theirs.id]


def test_filters_narrow_cards_and_counts_alike(actor: MakeActor) -> None:
    by, rep = actor(), make_user(Role.REP)
    own, other = make_sale(owner=rep), make_sale()
    for filters, expected in (
        (SaleFilters(owner=str(rep.id)), [own.id]),
        (SaleFilters(lead_id=other.lead_id), [other.id]),
        (SaleFilters(owner=str(rep.id), lead_id=other.lead_id), []),
        (SaleFilters(owner="none"), []),
    ):
        assert ids(SaleStage.NEW, by, filters) == expected
        assert count_sales(filters, actor=by).by_stage["new"] == len(expected)


@pytest.mark.parametrize(
    ("arguments", "filters"),
    [
        ({}, ALL),
        ({"owner": "7", "lead_id": "12"}, SaleFilters("7", 12)),
        ({"owner": "none"}, SaleFilters("none")),
        ({"owner": "me", "lead_id": "-1"}, ALL),
        ({"owner": "٣", "lead_id": "9" * 30}, ALL),
    ],
)
def test_filters_are_read_from_an_address(arguments: dict[str, str], filters: SaleFilters) -> None:
    assert SaleFilters.parse(arguments) == filters
    assert SaleFilters.parse(dict([p.split("=") for p in filters.query().split("&") if p])) == (
        filters
    )


@pytest.mark.parametrize(
    "text", ["", "x", "never|1", "2026-03-02T09:30:00+00:00|-1", f"2026-03-02|{2**63}"]
)
def test_a_made_up_cursor_is_not_accepted(text: str, actor: MakeActor) -> None:
    cursor = base64.urlsafe_b64encode(text.encode()).decode() or "!"
    with pytest.raises(InvalidInput):
        load_sale_cards(ALL, actor=actor(), stages=[SaleStage.NEW], cursor=cursor)
