"""GET /board folds the appended changes of the counts, once there are many."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.services.counts import WORTH_FOLDING
from tests.factories import make_lead

PENDING = text("SELECT count(*) FROM lead_count_deltas")


def test_folds_them_after_the_answer(
    sign_in: Callable[..., FlaskClient], db_session: Session
) -> None:
    make_lead()
    many = "SELECT 'new', 0, (-1) ^ i FROM generate_series(1, :n) AS i"
    insert = text(f"INSERT INTO lead_count_deltas (stage, owner_id, leads) {many}")
    db_session.execute(insert, {"n": 2 * WORTH_FOLDING})
    db_session.commit()
    browser = sign_in("manager")
    first = browser.get("/board", buffered=True).get_data(as_text=True)
    assert db_session.scalar(PENDING) == 0
    second = browser.get("/board").get_data(as_text=True)
    assert 'New <span class="count">1<' in first
    assert 'New <span class="count">1<' in second


def test_leaves_a_few_where_they_are(
    sign_in: Callable[..., FlaskClient], db_session: Session
) -> None:
    make_lead()
    sign_in("manager").get("/board", buffered=True)
    assert db_session.scalar(PENDING) == 1
