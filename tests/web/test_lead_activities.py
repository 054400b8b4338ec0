"""POST /leads/<id>/activities."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_lead, make_transferred_lead, make_user, reload
from tests.web.html import error_of, fragment, page, words
from tests.web.htmx import PANEL

SignIn = Callable[..., FlaskClient]


@pytest.mark.parametrize("kind", ["call", "email", "meeting", "demo"])
def test_an_interaction_raises_the_count(sign_in: SignIn, kind: str) -> None:
    lead = make_lead()
    answer = sign_in().post(f"/leads/{lead.id}/activities", data={"kind": kind, "note": ""})
    assert answer.headers["Location"] == f"/leads/{lead.id}"
    assert reload(lead).activity_count == 1


def test_a_note_does_not_count(sign_in: SignIn) -> None:
    lead, client = make_lead(), sign_in()
    client.post(f"/leads/{lead.id}/activities", data={"kind": "note", "note": "Prefers e-mail"})
    assert reload(lead).activity_count == 0
    assert "left a note" in words(page(client.get(f"/leads/{lead.id}")))


def test_it_goes_back_to_the_page_it_came_from(sign_in: SignIn) -> None:
    lead, client = make_lead(), sign_in()
    answer = client.post(
        f"/leads/{lead.id}/activities",
        data={"kind": "call"},
        headers={"Referer": "http://localhost/board?sort=age"},
    )
    assert answer.headers["Location"] == "/board?sort=age"


def test_the_panel_shows_it_and_the_card_too(sign_in: SignIn) -> None:
    lead = make_lead()
    data = {"kind": "call", "note": "Told me <all>"}
    answer = sign_in().post(f"/leads/{lead.id}/activities", data=data, headers=PANEL)
    tree = fragment(answer.get_data(as_text=True))
    assert "logged a call" in words(tree)
    assert words(next(tree.iter("blockquote"))) == "Told me <all>"
    assert tree.find(f".//article[@id='lead-{lead.id}']") is not None
    assert "Call logged" in words(next(e for e in tree.iter() if e.get("id") == "live"))


def test_a_note_needs_words(sign_in: SignIn) -> None:
    lead, client = make_lead(), sign_in()
    data = {"kind": "note", "note": " "}
    tree = page(client.post(f"/leads/{lead.id}/activities", data=data), 422)
    assert error_of(tree, "activity-note") == "Write what you want to note."
    answer = client.post(f"/leads/{lead.id}/activities", data=data, headers=PANEL)
    assert answer.status_code == 422
    fragment(answer.get_data(as_text=True))


def test_what_was_written_outlasts_an_error(sign_in: SignIn) -> None:
    data = {"kind": "call", "note": "x" * 10_001}
    answer = sign_in().post(f"/leads/{make_lead().id}/activities", data=data)
    tree = page(answer, 422)
    assert error_of(tree, "activity-note") == "Must be at most 10000 characters long."
    assert "x" * 10_001 in words(tree)


@pytest.mark.parametrize("kind", ["", "fax"])
def test_an_unknown_kind_is_refused(sign_in: SignIn, kind: str) -> None:
    lead = make_lead()
    answer = sign_in().post(f"/leads/{lead.id}/activities", data={"kind": kind})
    assert (answer.status_code, reload(lead).activity_count) == (422, 0)


def test_on_a_final_lead_it_is_logged_without_counting(sign_in: SignIn) -> None:
    lead, _sale_id = make_transferred_lead()
    client = sign_in()
    client.post(f"/leads/{lead.id}/activities", data={"kind": "call"})
    assert reload(lead).activity_count == lead.activity_count
    assert "logged a call" in words(page(client.get(f"/leads/{lead.id}")))


def test_it_makes_an_unassigned_lead_the_reps(sign_in: SignIn) -> None:
    lead, rep = make_lead(), make_user(Role.REP)
    sign_in(rep).post(f"/leads/{lead.id}/activities", data={"kind": "call"})
    assert reload(lead).owner_id == rep.id


def test_a_viewer_may_not(sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in("viewer").post(f"/leads/{lead.id}/activities", data={"kind": "call"})
    assert (answer.status_code, reload(lead).activity_count) == (403, 0)


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    answer = sign_in("rep").post(f"/leads/{lead.id}/activities", data={"kind": "call"})
    assert (answer.status_code, reload(lead).activity_count) == (404, 0)


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().post("/leads/0/activities", data={"kind": "call"}).status_code == 404


def test_only_a_post_logs(sign_in: SignIn) -> None:
    assert sign_in().get(f"/leads/{make_lead().id}/activities").status_code == 405
