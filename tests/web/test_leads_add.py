"""POST /leads: a lead in one line."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.models import Lead
from leadapp.permissions import Role
from tests.factories import make_lead, make_user
from tests.web.html import error_of, fragment, page, words

SignIn = Callable[..., FlaskClient]
ON_BOARD = {"HX-Request": "true", "HX-Target": "add-lead", "X-Board": "/board"}
ADA = {"name": "Ada Novak", "company": "Kestrel", "source": "partner"}


def leads(session: Session) -> list[Lead]:
    return list(session.scalars(select(Lead).order_by(Lead.id)))


def test_a_plain_form_adds_it_and_goes_back(sign_in: SignIn, db_session: Session) -> None:
    answer = sign_in("manager").post(
        "/leads", data=ADA, headers={"Referer": "http://localhost/board?sort=age"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/board?sort=age")
    [lead] = leads(db_session)
    assert (lead.name, lead.company, lead.stage, lead.owner_id) == (
        "Ada Novak",
        "Kestrel",
        "new",
        None,
    )


def test_the_next_page_says_so(sign_in: SignIn) -> None:
    client = sign_in("manager")
    answer = client.post("/leads", data=ADA, follow_redirects=True)
    assert "Ada Novak added." in words(page(answer))


@pytest.mark.parametrize(
    "referrer", ["http://evil.example/board", "http://localhost.evil.example/", "//evil.example"]
)
def test_it_never_goes_back_to_another_host(referrer: str, sign_in: SignIn) -> None:
    answer = sign_in("manager").post("/leads", data=ADA, headers={"Referer": referrer})
    assert answer.headers["Location"] == "/board"


def test_on_the_board_the_form_comes_empty_with_card_and_head(
    sign_in: SignIn, db_session: Session
) -> None:
    make_lead()
    answer = sign_in("manager").post("/leads", data=ADA, headers=ON_BOARD)
    assert answer.status_code == 201
    text = answer.get_data(as_text=True)
    tree = fragment(text)
    lead = leads(db_session)[-1]
    card = next(e for e in tree.iter("article") if e.get("id") == f"lead-{lead.id}")
    assert card.get("data-stage") == "new"
    assert words(next(e for e in tree.iter("h2") if e.get("id") == "head-new")) == "New 2 leads"
    values = {e.get("name"): e.get("value") for e in tree.iter("input")}
    assert (values["name"], values["company"]) == ("", "")
    assert "Ada Novak added." in words(tree)


def test_the_count_is_that_of_the_filtered_board(sign_in: SignIn) -> None:
    make_lead(source="manual")
    headers = {**ON_BOARD, "X-Board": "/board?q=kestrel"}
    tree = fragment(sign_in("manager").post("/leads", data=ADA, headers=headers).text)
    assert words(next(e for e in tree.iter("h2") if e.get("id") == "head-new")) == "New 1 lead"


def test_a_reps_lead_is_theirs(sign_in: SignIn, db_session: Session) -> None:
    rep = make_user(Role.REP)
    sign_in(rep).post("/leads", data=ADA)
    assert [lead.owner_id for lead in leads(db_session)] == [rep.id]


def test_only_a_post_is_answered(sign_in: SignIn) -> None:
    client = sign_in("manager")
    assert client.get("/leads").status_code == 405
    assert client.delete("/leads").status_code == 405


def test_only_who_may_work_leads_adds_one(
    sign_in: SignIn, client: FlaskClient, db_session: Session
) -> None:
    assert client.post("/leads", data=ADA).status_code == 302
    assert sign_in("viewer").post("/leads", data=ADA).status_code == 403
    assert leads(db_session) == []


def test_a_form_without_its_token_is_refused(
    sign_in: SignIn, db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("manager")
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    assert client.post("/leads", data=ADA).status_code == 403
    assert leads(db_session) == []


@pytest.mark.parametrize(
    ("change", "control"),
    [
        ({"source": ""}, "source"),
        ({"source": "pigeon"}, "source"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_errors_stand_by_their_field_and_what_was_written_stays(
    change: dict[str, str], control: str, sign_in: SignIn, db_session: Session
) -> None:
    client = sign_in("manager")
    answer = client.post("/leads", data={**ADA, **change})
    tree = page(answer, 422)
    assert error_of(tree, control)
    assert "Kestrel" in {e.get("value") for e in tree.iter("input")}
    in_place = client.post("/leads", data={**ADA, **change}, headers=ON_BOARD)
    assert in_place.status_code == 422
    assert error_of(fragment(in_place.get_data(as_text=True)), control)
    assert leads(db_session) == []


def test_what_is_no_text_is_not_accepted(sign_in: SignIn, db_session: Session) -> None:
    answer = sign_in("manager").post("/leads", data={**ADA, "company": "a\x00b"})
    assert answer.status_code == 422
    assert "holds characters that are not text" in answer.get_data(as_text=True)
    assert leads(db_session) == []


def test_what_is_not_on_the_form_is_not_taken(sign_in: SignIn, db_session: Session) -> None:
    further = {"stage": "qualified", "owner_id": "1", "ai_score": "1", "activity_count": "9"}
    sign_in("manager").post("/leads", data={**ADA, **further})
    [lead] = leads(db_session)
    assert (lead.stage, lead.owner_id, lead.ai_score, lead.activity_count) == ("new", None, None, 0)
