"""POST /leads/<id>/stage: one step forward."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.rules.stages import LeadStage
from leadapp.services import pipeline
from tests.factories import NOW, make_lead, make_transferred_lead, make_user, reload
from tests.web.html import fragment, page, words
from tests.web.htmx import DIALOG, PANEL

SignIn = Callable[..., FlaskClient]
TO_CONTACTED = {"to": "contacted"}


def test_a_lead_moves_one_step(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada")
    client = sign_in()
    answer = client.post(f"/leads/{lead.id}/stage?seen=new", data=TO_CONTACTED)
    assert (answer.headers["Location"], reload(lead).stage) == (f"/leads/{lead.id}", "contacted")
    assert "Ada moved to Contacted." in words(page(client.get(f"/leads/{lead.id}")))


def test_the_board_gets_the_card_and_both_heads(sign_in: SignIn) -> None:
    lead = make_lead()
    headers = DIALOG | {"HX-Target": f"lead-{lead.id}"}
    answer = sign_in().post(f"/leads/{lead.id}/stage?seen=new", data=TO_CONTACTED, headers=headers)
    tree = fragment(answer.get_data(as_text=True))
    card = next(tree.iter("article"))
    assert (card.get("id"), card.get("data-stage")) == (f"lead-{lead.id}", "contacted")
    assert {"head-new", "head-contacted", "live"} <= {e.get("id") for e in tree.iter()}


def test_the_panel_shows_the_new_stage(sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in().post(f"/leads/{lead.id}/stage?seen=new", data=TO_CONTACTED, headers=PANEL)
    tree = fragment(answer.get_data(as_text=True))
    assert words(next(li for li in tree.iter("li") if li.get("aria-current"))) == "Contacted"
    assert next(tree.iter("article")).get("data-stage") == "contacted"


def test_of_two_who_move_the_later_learns_who_was_first(sign_in: SignIn) -> None:
    lead, ada = make_lead(name="Case"), make_user(name="Ada")
    pipeline.move(lead.id, LeadStage.CONTACTED, actor=ada.actor("page"), now=NOW)
    client = sign_in()
    answer = client.post(f"/leads/{lead.id}/stage?seen=new", data=TO_CONTACTED)
    assert "Ada moved this lead from new to contacted meanwhile" in words(page(answer, 409))
    answer = client.post(f"/leads/{lead.id}/stage?seen=new", data=TO_CONTACTED, headers=PANEL)
    tree = fragment(answer.get_data(as_text=True))
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#refusal")
    assert next(tree.iter("article")).get("data-stage") == "contacted"
    assert f"/leads/{lead.id}" in answer.headers["HX-Trigger"]


@pytest.mark.parametrize("to", ["new", "qualified", "transferred"])
def test_no_step_is_skipped_or_repeated(sign_in: SignIn, to: str) -> None:
    lead = make_lead()
    answer = sign_in().post(f"/leads/{lead.id}/stage", data={"to": to})
    assert (answer.status_code, reload(lead).stage) == (409, "new")


@pytest.mark.parametrize("to", ["", "sold", "new\x00"])
def test_a_stage_that_there_is_not_is_refused(sign_in: SignIn, to: str) -> None:
    answer = sign_in().post(f"/leads/{make_lead().id}/stage", data={"to": to})
    assert answer.status_code == 422


def test_losing_needs_a_reason(sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in().post(f"/leads/{lead.id}/stage", data={"to": "lost"})
    assert (answer.status_code, reload(lead).stage) == (422, "new")


def test_a_final_lead_stays(sign_in: SignIn) -> None:
    lead, _sale_id = make_transferred_lead()
    answer = sign_in().post(f"/leads/{lead.id}/stage", data=TO_CONTACTED)
    assert (answer.status_code, reload(lead).stage) == (409, "transferred")


def test_moving_makes_an_unassigned_lead_the_reps(sign_in: SignIn) -> None:
    lead, rep = make_lead(), make_user(Role.REP)
    sign_in(rep).post(f"/leads/{lead.id}/stage?seen=new", data=TO_CONTACTED)
    assert reload(lead).owner_id == rep.id


def test_a_viewer_may_not(sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in("viewer").post(f"/leads/{lead.id}/stage", data=TO_CONTACTED)
    assert (answer.status_code, reload(lead).stage) == (403, "new")


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    answer = sign_in("rep").post(f"/leads/{lead.id}/stage", data=TO_CONTACTED)
    assert (answer.status_code, reload(lead).stage) == (404, "new")


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().post("/leads/0/stage", data=TO_CONTACTED).status_code == 404


def test_only_a_post_moves(sign_in: SignIn) -> None:
    assert sign_in().get(f"/leads/{make_lead().id}/stage").status_code == 405
