"""The board page by page: complete, without doubles, and with cursors that others made up."""

import base64
from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.errors import InvalidInput
from leadapp.permissions import Actor, Role
from leadapp.queries.board import PAGE, load_column
from leadapp.queries.board_counts import count_leads
from leadapp.queries.board_filters import SORTS, BoardFilters
from leadapp.rules.stages import LeadStage
from tests.factories import (
    NOW,
    make_lead,
    make_user,
)
from tests.queries.board_cases import ALL, NEW

MakeActor = Callable[..., Actor]


def many(session: Session, count: int, owners: list[int | None]) -> set[int]:
    """So many leads with few different keys, a third of them without a score; their ids."""
    rows = session.execute(
        text("""
            INSERT INTO leads (source_id, owner_id, activity_count, ai_score, name, created_at,
                stage_changed_at)
            SELECT 1, (CAST(:owners AS bigint[]))[1 + n % :n_owners], n % 4,
                CASE n % 3 WHEN 1 THEN 0.5 WHEN 2 THEN 0.25 END, 'Ada ' || n,
                CAST(:now AS timestamptz) + n % 5 * interval '1 us',
                CAST(:now AS timestamptz) + n % 2 * interval '1 day'
            FROM generate_series(1, :count) AS n RETURNING id
        """),
        {"owners": owners, "n_owners": len(owners), "count": count, "now": NOW},
    )
    return set(rows.scalars())


def pages(filters: BoardFilters, actor: Actor, stage: LeadStage) -> list[int]:
    """All ids of a column, page by page, in the order in which they are shown."""
    shown: list[int] = []
    cursor = None
    while True:
        page = load_column(filters, stage, actor=actor, cursor=cursor)
        shown += [card.id for card in page.cards]
        if page.next_cursor is None:
            return shown
        assert len(page.cards) == PAGE
        cursor = page.next_cursor


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REP])
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("q", [None, "ada"])
@pytest.mark.parametrize("stage", [NEW, LeadStage.LOST])
def test_pages_show_every_lead_once(
    stage: LeadStage, q: str | None, sort: str, role: Role, db_session: Session
) -> None:
    user = make_user(role)
    made = many(db_session, 2 * PAGE + 7, [user.id, None])
    if stage is LeadStage.LOST:
        db_session.execute(text("UPDATE leads SET stage = 'lost'"))
    shown = pages(BoardFilters(sort=sort, q=q), user.actor("page"), stage)
    assert len(shown) == len(made)
    assert set(shown) == made


def test_a_column_of_just_a_page_has_no_more(db_session: Session, actor: MakeActor) -> None:
    by = actor()
    many(db_session, PAGE, [None])
    page = load_column(ALL, NEW, actor=by, cursor=None)
    assert (len(page.cards), page.next_cursor) == (PAGE, None)
    make_lead()
    assert load_column(ALL, NEW, actor=by, cursor=None).next_cursor is not None


def cursor_of(text_: str) -> str:
    return base64.urlsafe_b64encode(text_.encode()).decode().rstrip("=")


FORGED = ["", "x", "|", "0.5", "0.5|", "|7", "0.5|x", "0.5|-1", f"0.5|{2**63}", "NaN|7", "sNaN|7"]
FORGED += ["Infinity|7", "1e999999|7", "1e-999999|7", "0.5|7|8", "0.5\x00|7", "٠.٥|٧", "5_0|7"]
FORGED += ["2026-03-02T09:30:00|7", "0001-01-01T00:00:00+23:59|7", "9999-12-31T23:59:59-23:59|7"]
FORGED += [f"{2**31}|7", "-7|7", f"{'9' * 5000}|7", "soon|7"]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("forged", FORGED, ids=lambda text_: repr(text_[:20]))
def test_a_forged_cursor_is_refused_or_says_no_more_than_where_to_begin(
    forged: str, sort: str, actor: MakeActor
) -> None:
    by = actor()
    make_lead()
    with suppress(InvalidInput):
        page = load_column(BoardFilters(sort=sort), NEW, actor=by, cursor=cursor_of(forged) or "!")
        assert len(page.cards) <= 1


@pytest.mark.parametrize("cursor", ["!", "é", "\x00", "%%%", "a" * 10_001, "====", " "])
def test_what_is_no_cursor_at_all_is_refused(cursor: str, actor: MakeActor) -> None:
    with pytest.raises(InvalidInput):
        load_column(ALL, NEW, actor=actor(), cursor=cursor)


def test_a_count_stops_at_a_thousand_where_it_must_be_counted(
    actor: MakeActor, db_session: Session
) -> None:
    by, domain = actor(), BoardFilters(domain="none")
    many(db_session, 1000, [None])
    assert count_leads(domain, actor=by).shown(NEW) == "1,000"
    many(db_session, 204, [None])
    assert count_leads(domain, actor=by).shown(NEW) == "1,000+"
    assert count_leads(BoardFilters(q="ada"), actor=by).shown(NEW) == "1,000+"
    assert count_leads(ALL, actor=by).shown(NEW) == "1,204"
    assert count_leads(domain, actor=by).shown(LeadStage.LOST) == "0"
