"""POST /board/analysis: analyze all on this board."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from leadapp.blueprints.board import routes
from leadapp.extensions import db
from leadapp.models import Run
from leadapp.permissions import Role
from tests.factories import make_lead, make_transferred_lead, make_user, reload
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]


def test_it_scores_what_the_board_shows_and_goes_back_to_it(sign_in: SignIn) -> None:
    first, second = make_lead(source="partner"), make_lead(stage="contacted", source="partner")
    other, lost = make_lead(source="manual"), make_lead(stage="lost", source="partner")
    transferred, _ = make_transferred_lead()
    query = f"source={first.source_id}&sort=age"
    client = sign_in("manager")
    answer = client.post(f"/board/analysis?{query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/board?{query}")
    assert "Analyzed 2 leads." in words(page(client.get(f"/board?{query}")))
    assert [reload(lead).ai_score is not None for lead in (first, second, other, lost)] == [
        True,
        True,
        False,
        False,
    ]
    assert reload(transferred) == transferred


def test_one_is_one(sign_in: SignIn) -> None:
    make_lead()
    answer = sign_in("manager").post("/board/analysis", follow_redirects=True)
    assert "Analyzed 1 lead." in words(page(answer))


def test_a_search_and_an_owner_narrow_it(sign_in: SignIn) -> None:
    rep = make_user(Role.REP)
    own, named = make_lead(owner=rep), make_lead(name="Ada")
    client = sign_in("admin")
    client.post(f"/board/analysis?owner={rep.id}")
    assert (reload(own).ai_score is None, reload(named).ai_score is None) == (False, True)
    client.post("/board/analysis?q=ada")
    assert reload(named).ai_score is not None
    assert reload(named).owner_id is None


def test_beyond_the_most_at_once_a_worker_does_it(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_AT_ONCE", 2)
    leads = [make_lead(source="partner") for _ in range(3)]
    client = sign_in("manager")
    query = f"source={leads[0].source_id}&sort=age"
    answer = client.post(f"/board/analysis?{query}")
    run = db.session.scalars(select(Run)).one()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/runs/{run.id}")
    assert (run.kind, run.status) == ("analyze", "queued")
    assert run.params == {"filter": {"source": str(leads[0].source_id), "sort": "age"}}
    assert [reload(lead).ai_score for lead in leads] == [None, None, None]
    assert "Waiting for a worker" in words(page(client.get(f"/runs/{run.id}")))


def test_nothing_on_the_board_is_fine(sign_in: SignIn) -> None:
    answer = sign_in("manager").post("/board/analysis", follow_redirects=True)
    assert "Analyzed 0 leads." in words(page(answer))


def test_it_takes_three_statements_besides_signing_in(
    sign_in: SignIn, count_statements: list[str]
) -> None:
    for _ in range(5):
        make_lead()
    client = sign_in("manager")
    count_statements.clear()
    client.post("/board/analysis")
    assert len([s for s in count_statements if "user_sessions" not in s]) == 3


def test_only_a_post_analyzes(sign_in: SignIn) -> None:
    assert sign_in("manager").get("/board/analysis").status_code == 405


@pytest.mark.parametrize("role", ["viewer", "rep"])
def test_it_is_for_managers(role: str, sign_in: SignIn) -> None:
    lead = make_lead()
    assert sign_in(role).post("/board/analysis").status_code == 403
    assert reload(lead) == lead


def test_nobody_analyzes_without_signing_in(client: FlaskClient) -> None:
    lead = make_lead()
    assert client.post("/board/analysis").status_code == 302
    assert reload(lead) == lead
