"""The kept counts: right after whatever happens to leads, folded or not."""

from collections.abc import Callable
from functools import partial

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.extensions import db
from leadapp.permissions import Actor, Role, command_actor
from leadapp.queries.board_counts import count_leads
from leadapp.queries.board_filters import BoardFilters
from leadapp.rules.stages import LeadStage
from leadapp.services.activities import log_activity
from leadapp.services.analysis import analyze_many
from leadapp.services.counts import fold_counts
from leadapp.services.leads import assign_lead, create_lead, erase_lead
from leadapp.services.pipeline import move
from tests.factories import NOW, make_lead, make_transferred_lead, make_user
from tests.services.test_races import at_once

MakeActor = Callable[..., Actor]
MACHINE = command_actor()

_KEPT = """
    SELECT stage, owner_id, sum(leads) FROM (
        SELECT stage, owner_id, leads FROM lead_counts
        UNION ALL SELECT stage, owner_id, leads FROM lead_count_deltas) AS counted
    GROUP BY stage, owner_id HAVING sum(leads) <> 0
"""
_TRUE = "SELECT stage, coalesce(owner_id, 0), count(*) FROM leads GROUP BY 1, 2"


def rows(statement: str) -> set[tuple[object, ...]]:
    return {tuple(row) for row in db.session.execute(text(statement))}


def check() -> None:
    assert rows(_KEPT) == rows(_TRUE)


def pending() -> object:
    return db.session.scalar(text("SELECT count(*) FROM lead_count_deltas"))


def work(by: Actor) -> None:
    """Some of everything that changes where leads are counted."""
    rep, other = make_user(Role.REP), make_user(Role.REP)
    first, second, third = (make_lead() for _ in range(3))
    move(first.id, LeadStage.CONTACTED, actor=by, now=NOW)
    check()
    move(second.id, LeadStage.CONTACTED, actor=rep.actor("page"), now=NOW)
    check()
    log_activity(third.id, "call", note=None, actor=other.actor("page"), now=NOW)
    check()
    assign_lead(second.id, other.id, actor=by, now=NOW)
    assign_lead(third.id, None, actor=by, now=NOW)
    check()
    move(first.id, LeadStage.LOST, actor=by, now=NOW)
    make_transferred_lead(rep)
    check()
    analyze_many([second.id, third.id], actor=rep.actor("page"), now=NOW)
    erase_lead(first.id, actor=by, now=NOW)
    check()


def test_they_are_right_after_whatever_happens(actor: MakeActor) -> None:
    by = actor()
    work(by)
    counts = count_leads(BoardFilters(), actor=by)
    assert counts.by_stage == {
        "new": 1,
        "contacted": 1,
        "qualified": 0,
        "transferred": 1,
        "lost": 1,
    }
    assert counts.pending == pending()


def test_folding_changes_nothing_but_where_they_are_kept(actor: MakeActor) -> None:
    by = actor()
    work(by)
    fold_counts()
    assert pending() == 0
    check()
    work(by)
    fold_counts()
    fold_counts()
    check()
    assert count_leads(BoardFilters(), actor=by).pending == 0


def test_folding_takes_one_statement(db_session: Session, count_statements: list[str]) -> None:
    make_lead()
    count_statements.clear()
    fold_counts()
    assert len(count_statements) == 1


def test_many_rows_added_at_once_are_counted(db_session: Session) -> None:
    owner = make_user(Role.REP)
    db_session.execute(
        text(
            "INSERT INTO leads (source_id, owner_id) SELECT 1, CASE WHEN n % 3 = 0 THEN :owner END"
            " FROM generate_series(1, 100) AS n"
        ),
        {"owner": owner.id},
    )
    check()
    assert pending() == 2


def test_a_lead_that_is_not_added_after_all_is_not_counted(db_session: Session) -> None:
    make_lead()
    savepoint = db_session.begin_nested()
    db_session.execute(text("INSERT INTO leads (source_id) VALUES (1)"))
    savepoint.rollback()
    check()


def test_folding_while_leads_move_loses_nothing(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        leads = [make_lead().id for _ in range(24)]

    def go_on(mine: list[int]) -> None:
        for lead_id in mine:
            for to in (LeadStage.CONTACTED, LeadStage.QUALIFIED, LeadStage.LOST):
                move(lead_id, to, actor=MACHINE, now=NOW)
                db.session.commit()
            create_lead({"source": "manual"}, actor=MACHINE, now=NOW)
            db.session.commit()

    def fold() -> None:
        for _ in range(25):
            fold_counts()
            db.session.commit()

    at_once(fresh_app, [*(partial(go_on, leads[part::4]) for part in range(4)), fold, fold])
    with fresh_app.app_context():
        check()
        fold_counts()
        db.session.commit()
        check()
        kept = {stage: n for stage, n in rows("SELECT stage, leads FROM lead_counts") if n}
        assert kept == {"new": 24, "lost": 24}
