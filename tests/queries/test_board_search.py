"""Free text on the board: what it finds, taken literally, in the same number of statements."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from leadapp.permissions import Actor, Role, command_actor
from leadapp.queries.board import load_column, load_found
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.bulk import ids_on_board
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.services.leads import create_lead, update_lead
from tests.factories import NOW, make_lead, make_transferred_lead, make_user

MakeActor = Callable[..., Actor]


def found(q: str, actor: Actor) -> list[int]:
    """What a search finds in `new`, as cards and as leads to be analyzed in bulk."""
    filters = BoardFilters.parse({"q": q})
    shown = load_column(filters, LeadStage.NEW, actor=actor, cursor=None).cards
    ids = sorted(card.id for card in shown)
    assert ids == sorted(ids_on_board(filters, actor=actor, limit=100))
    return ids


@pytest.mark.parametrize(
    ("field", "value", "q"),
    [
        ("name", "Ada Novak", "novak"),
        ("name", "Ada Novak", "ADA NOV"),
        ("name", "Ada Novak", "da no"),
        ("name", "Ада Жук", "ЖУК"),
        ("name", "ЁЖИК", "ёжи"),
        ("name", "Zoë Müller", "MÜLLER"),
        ("name", "ΟΔΥΣΣΕΥΣ", "ΣΕΥΣ"),
        ("name", "İstanbul", "İST"),
        ("name", "Ada", "ada"),
        ("company", "Kestrel Robotics", "l rob"),
        ("company", "100% Pure", "100%"),
        ("company", "100% Pure", "00% p"),
        ("company", "snake_case", "e_c"),
        ("company", r"C:\temp", r":\te"),
        ("company", r"C:\temp", "c:\\"),
        ("company", "O'Brien & Sons", "o'b"),
        ("company", 'The "Shop"', '"shop"'),
        ("company", "a:b :param", ":param"),
        ("company", "50 %s (%(x)s)", "%(x)s"),
        ("company", "日本商事", "日本商"),
        ("email", "ada@example.com", "@EXAMPLE"),
        ("phone", "+44 20 7946 0000", "+44 20"),
        ("phone", "+44 20 7946 0000", "4420794"),
        ("phone", "+44 20 7946 0000", "79 46-00"),
        ("phone", "(020) 7946.0000", "020/7946"),
    ],
)
def test_it_finds(field: str, value: str, q: str, actor: MakeActor) -> None:
    values: dict[str, Any] = {field: value}
    lead = make_lead(**values)
    make_lead(name="Somebody Else", company="Ordinary", phone="555")
    assert found(q, actor()) == [lead.id]


@pytest.mark.parametrize(
    ("company", "q"),
    [
        ("100 Pure", "100%"),
        ("Kestrel", "k%l"),
        ("snakeXcase", "e_c"),
        ("Kestrel", "___"),
        ("Kestrel", "%%%"),
        ("C:temp", r":\te"),
        ("Kestrel", "kastrel"),
        ("Kestrel", "'; --"),
    ],
)
def test_it_takes_its_own_wildcards_literally(company: str, q: str, actor: MakeActor) -> None:
    make_lead(company=company)
    assert found(q, actor()) == []


def test_notes_and_attributes_are_not_looked_through(actor: MakeActor) -> None:
    make_lead(notes="secret word", attributes={"city": "secret word"}, external_id="secret word")
    assert found("secret", actor()) == []


@pytest.mark.parametrize("q", ["ab", "a", " a ", ""])
def test_fewer_than_three_letters_narrow_nothing(q: str, actor: MakeActor) -> None:
    lead = make_lead(name="Somebody")
    assert found(q, actor()) == [lead.id]


def test_three_letters_suffice(actor: MakeActor) -> None:
    lead, _ = make_lead(name="Ada Novak"), make_lead(name="Bea")
    assert found("nov", actor()) == [lead.id]


def test_what_was_changed_is_found_as_it_is_now(actor: MakeActor) -> None:
    by, lead = actor(), make_lead(name="Ada Novak")
    update_lead(lead.id, {"name": "Bea Weber"}, actor=by, now=NOW)
    assert (found("novak", by), found("weber", by)) == ([], [lead.id])
    update_lead(lead.id, {"name": None}, actor=by, now=NOW)
    assert found("weber", by) == []


def test_a_rep_finds_own_and_unassigned_leads_alone(db_session: Session) -> None:
    rep, other = make_user(Role.REP), make_user(Role.REP)
    own, nobodys = make_lead(name="Ada", owner=rep).id, make_lead(name="Ada").id
    make_lead(name="Ada", owner=other)
    assert found("ada", rep.actor("page")) == [own, nobodys]


def test_all_columns_and_their_counts_come_in_one_statement(
    actor: MakeActor, count_statements: list[str]
) -> None:
    by = actor()
    for stage in ("new", "new", "contacted", "lost"):
        make_lead(stage=stage, name="Ada Novak")
    make_transferred_lead(name="Ada Novak")
    make_lead(name="Bea")
    count_statements.clear()
    columns, counts = load_found(BoardFilters(q="novak"), actor=by)
    assert len(count_statements) == 1
    assert [len(columns[stage].cards) for stage in LEAD_PIPELINE.stages] == [2, 1, 0, 1, 1]
    assert [counts.shown(stage) for stage in LEAD_PIPELINE.stages] == ["2", "1", "0", "1", "1"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(q=st.text(st.characters(codec="utf-8"), min_size=3, max_size=12))
def test_whatever_stands_in_a_name_is_found_by_it(q: str, db_session: Session) -> None:
    filters = BoardFilters.parse({"q": q})
    savepoint = db_session.begin_nested()
    values = {"source": "manual", "name": filters.q, "phone": filters.q and filters.q[:50]}
    lead = create_lead(values, actor=command_actor(), now=NOW)
    if filters.search is not None:
        assert lead.id in found(q, command_actor())
    savepoint.rollback()
