"""The demo company: a real company's board in which nothing breaks a rule."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.demo.plan import LEAD_ENDS, SALE_ENDS
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.queries.lead_view import DEFAULT_SCORER, STALE
from leadapp.services import demo
from tests import factories
from tests.conftest import MakeDatabase, make_app

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "a password to sign in with"


@pytest.fixture(scope="module")
def company(make_database: MakeDatabase, worker: str) -> Iterator[Session]:
    """The demo company, loaded once into a database of its own."""
    app = make_app(make_database(f"demo_{worker}"))
    with app.app_context():
        demo.load(password=PASSWORD, now=NOW)
        db.session.commit()
        yield db.session()
        db.session.remove()
        db.engine.dispose()


def rows(session: Session, sql: str, **params: Any) -> list[Any]:
    return list(session.execute(text(sql), params))


def test_leads_and_sales_stand_in_all_stages(company: Session) -> None:
    assert dict(rows(company, "SELECT stage, count(*) FROM leads GROUP BY 1")) == LEAD_ENDS
    assert dict(rows(company, "SELECT stage, count(*) FROM sales GROUP BY 1")) == SALE_ENDS


def test_everything_is_marked_as_a_demo(company: Session) -> None:
    assert rows(company, "SELECT DISTINCT is_demo FROM leads") == [(True,)]
    assert rows(company, "SELECT is_demo FROM company") == [(True,)]


def test_sales_rest_on_the_assessment_that_the_lead_had(company: Session) -> None:
    assert (
        rows(
            company,
            """
            SELECT x.id FROM sales x JOIN leads l ON l.id = x.lead_id
            JOIN assessments a ON a.id = x.assessment_id
            WHERE a.lead_id <> l.id OR a.score <> x.score OR x.score < x.threshold
                OR l.stage <> 'transferred' OR a.created_at > x.created_at
                OR x.business_domain IS NULL
            """,
        )
        == []
    )


def test_each_lead_went_step_by_step_to_where_it_is(company: Session) -> None:
    paths = rows(
        company,
        """
        SELECT l.stage, coalesce(array_agg(data ->> 'to' ORDER BY e.id)
            FILTER (WHERE e.id IS NOT NULL), '{}')
        FROM leads l LEFT JOIN events e ON e.lead_id = l.id AND e.kind = 'stage_changed'
        GROUP BY l.id
        """,
    )
    steps = ["contacted", "qualified", "transferred"]
    for stage, path in paths:
        if stage == "lost":
            assert path[-1] == "lost"
            path.pop()
            assert path == steps[: len(path)]
            assert len(path) < 3
        else:
            assert path == steps[: steps.index(stage) + 1 if stage != "new" else 0]


def test_counts_and_times_agree_with_what_happened(company: Session) -> None:
    assert (
        rows(
            company,
            """
            SELECT l.id FROM leads l WHERE activity_count <> (
                SELECT count(*) FROM activities a WHERE a.lead_id = l.id AND kind <> 'note')
            """,
        )
        == []
    )
    assert rows(company, "SELECT id FROM leads WHERE stage_changed_at < created_at") == []
    assert rows(company, "SELECT id FROM events WHERE at > :now", now=NOW) == []
    wrong = """
        SELECT id FROM (SELECT id, at, lag(at) OVER (PARTITION BY lead_id ORDER BY id) AS before
            FROM events WHERE lead_id IS NOT NULL) e WHERE at < before
    """
    assert rows(company, wrong) == []


def test_it_looks_like_a_company_at_work(company: Session) -> None:
    """Stale scores, leads of nobody, follow-ups, notes, months of history, something new."""
    stale = f"SELECT count(*) FROM leads l CROSS JOIN company c WHERE {STALE}"
    facts = {
        "stale": rows(company, stale, scorer=DEFAULT_SCORER)[0][0],
        "unowned": rows(company, "SELECT count(*) FROM leads WHERE owner_id IS NULL")[0][0],
        "unscored": rows(company, "SELECT count(*) FROM leads WHERE ai_score IS NULL")[0][0],
        "follow": rows(company, "SELECT count(*) FROM leads WHERE follow_up_on IS NOT NULL")[0][0],
        "notes": rows(company, "SELECT count(*) FROM leads WHERE notes IS NOT NULL")[0][0],
        "owners": rows(company, "SELECT count(DISTINCT owner_id) FROM leads")[0][0],
        "domains": rows(company, "SELECT count(*) FROM business_domains")[0][0],
        "advice": rows(company, "SELECT count(DISTINCT ai_recommendation) FROM leads")[0][0],
    }
    least = {"stale": 10, "unowned": 10, "unscored": 10, "follow": 30, "notes": 30}
    least |= {"owners": 5, "domains": 10, "advice": 3}
    assert {name: facts[name] for name in least if facts[name] < least[name]} == {}
    oldest, newest = rows(company, "SELECT min(at), max(at) FROM events WHERE lead_id > 0")[0]
    assert NOW - oldest > timedelta(days=120)
    assert NOW - newest < timedelta(days=3)


def test_two_users_can_sign_in(company: Session) -> None:
    from flask_security import verify_password

    hashes = dict(rows(company, "SELECT email, password FROM users"))
    signed_in = [e for e, h in hashes.items() if verify_password(PASSWORD, h)]
    assert sorted(signed_in) == ["admin@example.com", "manager@example.com"]


def test_a_demo_needs_an_empty_database(db_session: Session) -> None:
    factories.make_user("admin", email="admin@example.com")
    with pytest.raises(InvalidInput, match="users"):
        demo.load(password=PASSWORD, now=NOW)
    factories.make_lead()
    with pytest.raises(InvalidInput, match="leads"):
        demo.load(password=PASSWORD, now=NOW)
