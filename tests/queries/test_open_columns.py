"""Which further columns open leads have."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.queries.open_columns import Coverage, coverage, open_columns
from tests import factories
from tests.queries.history_cases import lose


def test_without_open_leads_nothing_is_known(db_session: Session) -> None:
    lose(factories.make_lead(attributes={"City": "Oslo"}))
    factories.make_lead(attributes={"City": "Oslo"})
    db_session.execute(text("UPDATE leads SET is_demo = true WHERE stage = 'new'"))
    assert open_columns() is None


def test_names_of_open_leads_count_once(db_session: Session, count_statements: list[str]) -> None:
    factories.make_lead(attributes={"City": "Oslo", "Size": 3})
    factories.make_lead(attributes={"City": "Rome"}, stage="qualified")
    lose(factories.make_lead(attributes={"Plan": "Gold"}))
    count_statements.clear()
    assert open_columns() == frozenset({"City", "Size"})
    assert len(count_statements) == 1


def test_open_leads_may_have_none(db_session: Session) -> None:
    factories.make_lead()
    assert open_columns() == frozenset()


def test_leads_with_none_and_with_few_of_the_columns(
    db_session: Session, count_statements: list[str]
) -> None:
    names = list("ABCDE")
    assert coverage(names) == Coverage(0, 0, 0)
    for attributes in ({}, {"A": " ", "Z": "1"}, {"A": 1}, {"A": 1, "B": False}, {"C": None}):
        factories.make_lead(attributes=attributes)
    lose(factories.make_lead())
    count_statements.clear()
    assert coverage(names) == Coverage(leads=5, without=3, few=4)
    assert len(count_statements) == 1
