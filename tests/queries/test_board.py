"""The board's reads: filters, sorts, pages, who sees what, and in how many statements."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.permissions import Actor, Role
from leadapp.queries.board import CardRow, load_cards
from leadapp.queries.board_counts import count_leads
from leadapp.queries.board_filters import SORTS, BoardFilters
from leadapp.queries.bulk import ids_on_board
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.services.activities import log_activity
from leadapp.services.lists import add_domain, add_source, merge_domain, merge_source
from tests.factories import (
    NOW,
    make_lead,
    make_transferred_lead,
    make_user,
    reload,
    set_score,
    set_threshold,
    source_id,
)
from tests.queries.board_cases import ALL, cards, check_shown, ids

MakeActor = Callable[..., Actor]


def test_each_lead_stands_in_the_column_of_its_stage(actor: MakeActor) -> None:
    by = actor()
    made = {stage: make_lead(stage=stage).id for stage in ("new", "contacted", "qualified", "lost")}
    made["transferred"] = make_transferred_lead()[0].id
    columns = load_cards(ALL, actor=by)
    assert list(columns) == list(LEAD_PIPELINE.stages)
    assert {str(s): [c.id for c in column.cards] for s, column in columns.items()} == {
        stage: [lead_id] for stage, lead_id in made.items()
    }


def test_a_card_has_what_it_is_drawn_from(actor: MakeActor) -> None:
    owner = make_user(Role.REP)
    lead = make_lead(
        owner=owner, analyzed=True, name="Ada", company="Kestrel", business_domain="Retail",
        activity_count=2,
    )  # fmt: skip
    [card] = cards(ALL, actor())
    assert card == CardRow._make(getattr(lead, field) for field in CardRow._fields)


def test_the_owner_narrows_it(actor: MakeActor) -> None:
    by, rep = actor(), make_user(Role.REP)
    own, nobodys = make_lead(owner=rep).id, make_lead().id
    other = make_lead(owner=make_user(Role.REP)).id
    check_shown(ALL, [own, nobodys, other], by)
    check_shown(BoardFilters(owner=str(rep.id)), [own], by)
    check_shown(BoardFilters(owner="none"), [nobodys], by)
    check_shown(BoardFilters(owner="999999999"), [], by)


def test_the_source_narrows_it_and_takes_in_what_was_merged_into_it(actor: MakeActor) -> None:
    by = actor(Role.ADMIN)
    old = add_source("Fair", actor=by, now=NOW)
    fair, partner, _ = (make_lead(source=name).id for name in ("fair", "partner", "manual"))
    filters = BoardFilters(source=source_id("partner"))
    check_shown(filters, [partner], by)
    merge_source(old.id, source_id("partner"), actor=by, now=NOW)
    check_shown(filters, [partner, fair], by)


def test_the_domain_narrows_it_and_takes_in_what_was_merged_into_it(actor: MakeActor) -> None:
    by = actor(Role.ADMIN)
    shops, retail = (add_domain(name, actor=by, now=NOW) for name in ("Shops", "Retail"))
    first, second = (make_lead(business_domain=name).id for name in ("Shops", "Retail"))
    without = make_lead().id
    check_shown(BoardFilters(domain=str(retail.id)), [second], by)
    check_shown(BoardFilters(domain="none"), [without], by)
    merge_domain(shops.id, retail.id, actor=by, now=NOW)
    check_shown(BoardFilters(domain=str(retail.id)), [first, second], by)


def test_the_score_narrows_it_at_both_ends_inclusively(actor: MakeActor) -> None:
    by = actor()
    scored = {}
    for score in ("0.0000", "0.5999", "0.6000", "1.0000"):
        scored[score] = make_lead(analyzed=True).id
        set_score(scored[score], score)
    make_lead()
    low, high = Decimal("0.60"), Decimal("0.5999")
    check_shown(BoardFilters(score_min=low), [scored["0.6000"], scored["1.0000"]], by)
    check_shown(BoardFilters(score_max=high), [scored["0.0000"], scored["0.5999"]], by)
    check_shown(BoardFilters(score_min=low, score_max=low), [scored["0.6000"]], by)
    check_shown(BoardFilters(score_min=Decimal(0)), list(scored.values()), by)
    check_shown(BoardFilters(score_min=low, score_max=high), [], by)


def test_the_recommendation_narrows_it(actor: MakeActor) -> None:
    by = actor()
    values: dict[str, dict[str, Any]] = {
        "transfer_to_sales": {"source": "partner", "activity_count": 7, "business_domain": "A"},
        "continue_qualification": {"source": "partner"},
        "drop_lead": {"source": "unknown"},
    }
    made = {advice: make_lead(analyzed=True, **given).id for advice, given in values.items()}
    for advice, lead_id in made.items():
        check_shown(BoardFilters(recommendation=advice), [lead_id], by)


def test_stale_shows_what_changed_since_its_analysis(actor: MakeActor) -> None:
    by = actor()
    fresh, changed = make_lead(analyzed=True), make_lead(analyzed=True)
    make_lead()
    log_activity(changed.id, "call", note=None, actor=by, now=NOW)
    check_shown(BoardFilters(stale=True), [changed.id], by)
    assert {card.id: card.stale for card in cards(BoardFilters(score_min=Decimal(0)), by)} == {
        fresh.id: False,
        changed.id: True,
    }
    set_threshold("0.70")
    check_shown(BoardFilters(stale=True), [changed.id, fresh.id], by)


def test_several_filters_must_all_hold(actor: MakeActor) -> None:
    by, rep = actor(), make_user(Role.REP)
    both = make_lead(owner=rep, source="partner", name="Ada Novak", analyzed=True).id
    make_lead(owner=rep, source="manual", name="Ada Novak", analyzed=True)
    make_lead(source="partner", name="Ada Novak", analyzed=True)
    make_lead(owner=rep, source="partner", name="Bea", analyzed=True)
    filters = BoardFilters(
        owner=str(rep.id),
        source=source_id("partner"),
        q="novak",
        score_min=Decimal("0.1"),
        domain="none",
    )
    check_shown(filters, [both], by)


def test_each_sort(actor: MakeActor, db_session: Session) -> None:
    by = actor()
    low, none, high, tied = (make_lead().id for _ in range(4))
    set_score(low, "0.1000")
    set_score(high, "0.9000")
    set_score(tied, "0.9000")
    for lead_id, count, created, moved in (
        (low, 5, 3, 1),
        (none, 1, 1, 2),
        (high, 3, 2, 3),
        (tied, 3, 2, 3),
    ):
        db_session.execute(
            text(
                "UPDATE leads SET activity_count = :count, created_at = :created,"
                " stage_changed_at = :moved WHERE id = :id"
            ),
            {
                "id": lead_id,
                "count": count,
                "created": NOW + timedelta(days=created),
                "moved": NOW + timedelta(days=moved),
            },
        )
    assert ids(BoardFilters(sort="score"), by) == [tied, high, low, none]
    assert ids(BoardFilters(sort="activity"), by) == [low, tied, high, none]
    # The oldest first, as they wait longest.
    assert ids(BoardFilters(sort="age"), by) == [none, high, tied, low]
    assert ids(BoardFilters(sort="days"), by) == [low, none, high, tied]


@pytest.mark.parametrize("sort", SORTS)
def test_final_columns_show_the_latest_first_whatever_the_sort(
    sort: str, actor: MakeActor, db_session: Session
) -> None:
    by, made = actor(), [make_lead(stage="lost").id for _ in range(3)]
    db_session.execute(
        text("UPDATE leads SET stage_changed_at = :at WHERE id = :id"),
        {"at": NOW + timedelta(days=1), "id": made[0]},
    )
    expected = [made[0], made[2], made[1]]
    assert ids(BoardFilters(sort=sort), by, LeadStage.LOST) == expected


def test_a_rep_sees_own_and_unassigned_leads_alone(db_session: Session) -> None:
    rep, other = make_user(Role.REP), make_user(Role.REP)
    me = rep.actor("page")
    own, nobodys = make_lead(owner=rep).id, make_lead().id
    others = make_lead(owner=other, name="Ada").id
    check_shown(ALL, [own, nobodys], me)
    check_shown(BoardFilters(owner=str(rep.id)), [own], me)
    check_shown(BoardFilters(owner="none"), [nobodys], me)
    for filters in (
        BoardFilters(owner=str(other.id)),
        BoardFilters(owner=str(other.id), domain="none"),
        BoardFilters(q="ada"),
    ):
        check_shown(filters, [], me)
    check_shown(BoardFilters(owner=str(other.id)), [others], make_user("viewer").actor("page"))


def test_bulk_takes_the_unscored_first_and_no_final_ones(actor: MakeActor) -> None:
    by = actor()
    scored, unscored, lost = make_lead(analyzed=True), make_lead(), make_lead(stage="lost")
    make_transferred_lead()
    assert ids_on_board(ALL, actor=by, limit=10) == [unscored.id, scored.id]
    assert ids_on_board(ALL, actor=by, limit=1) == [unscored.id]
    assert reload(lost) == lost


@pytest.mark.parametrize(
    "filters", [ALL, BoardFilters(owner="none"), BoardFilters(stale=True, sort="age")], ids=str
)
@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
def test_cards_and_counts_take_one_statement_each(
    filters: BoardFilters, role: Role, actor: MakeActor, count_statements: list[str]
) -> None:
    by = actor(role)
    count_statements.clear()
    load_cards(filters, actor=by)
    count_leads(filters, actor=by)
    assert len(count_statements) == 2
