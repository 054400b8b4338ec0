"""The session in autocommit and in transactions, on a database where commits are real."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from leadapp.extensions import db, sessions
from leadapp.models import Company, Event
from leadapp.web.transactions import use_autocommit

RAISE = text("UPDATE company SET handoff_threshold = handoff_threshold + 0.01")


@pytest.fixture(autouse=True)
def _context(fresh_app: Flask) -> Iterator[None]:
    with fresh_app.app_context():
        yield


def threshold() -> str:
    """The threshold as another connection sees it."""
    with db.engine.connect() as connection:
        return str(connection.scalar(text("SELECT handoff_threshold FROM company")))


def in_use() -> int:
    """How many connections are in use."""
    return int(db.engine.pool.checkedout())  # type: ignore[attr-defined]


def test_a_statement_stands_at_once_in_autocommit() -> None:
    use_autocommit()
    db.session.execute(RAISE)
    assert threshold() == "0.61"
    db.session.rollback()
    assert threshold() == "0.61"


def test_otherwise_it_stands_with_the_commit() -> None:
    db.session.execute(RAISE)
    assert threshold() == "0.60"
    db.session.rollback()
    db.session.execute(RAISE)
    db.session.commit()
    assert threshold() == "0.61"


def test_objects_work_in_autocommit_too() -> None:
    use_autocommit()
    db.session.execute(RAISE)
    company = db.session.get(Company, 1)
    assert company is not None
    assert str(company.handoff_threshold) == "0.61"
    db.session.add(Event(kind="test", via="command", data={}))
    db.session.commit()
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM events WHERE kind = 'test'")) == 1
    assert in_use() == 1
    db.session.remove()
    assert in_use() == 0


def test_saying_it_twice_says_nothing_new() -> None:
    use_autocommit()
    use_autocommit()
    assert in_use() == 1


def test_it_is_too_late_within_a_transaction() -> None:
    db.session.execute(RAISE)
    with pytest.raises(RuntimeError, match="transaction"):
        use_autocommit()


def test_after_an_error_it_goes_on() -> None:
    use_autocommit()
    with pytest.raises(IntegrityError):
        db.session.execute(text("INSERT INTO leads (source_id) VALUES (-1)"))
    db.session.rollback()
    db.session.execute(RAISE)
    assert threshold() == "0.61"


def test_a_connection_comes_back_as_one_for_transactions() -> None:
    use_autocommit()
    db.session.execute(RAISE)
    db.session.remove()
    db.session.execute(RAISE)
    db.session.rollback()
    assert threshold() == "0.61"


def test_a_request_leaves_no_session_behind(fresh_app: Flask) -> None:
    use_autocommit()
    assert sessions.is_alone
    db.session.remove()
    assert not sessions.is_alone
    assert in_use() == 0


def test_columns_are_described_by_what_the_statement_gives_now() -> None:
    """A statement of the same words whose table has changed."""
    use_autocommit()
    db.session.execute(text("CREATE TABLE t (a int)"))
    every = text("SELECT * FROM t")
    assert list(db.session.execute(every).keys()) == ["a"]
    db.session.execute(text("ALTER TABLE t ADD b int"))
    db.session.execute(text("DISCARD PLANS"))
    assert list(db.session.execute(every).keys()) == ["a", "b"]
