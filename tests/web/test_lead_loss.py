"""GET and POST /leads/<id>/loss."""

from collections.abc import Callable

from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.rules.stages import LeadStage
from leadapp.services import pipeline
from tests.factories import NOW, make_lead, make_user, reload
from tests.web.html import error_of, fragment, page, words
from tests.web.htmx import DIALOG

SignIn = Callable[..., FlaskClient]
WHY = {"lost_reason": "no_budget", "seen": "new"}


def test_it_asks_for_the_reason(sign_in: SignIn) -> None:
    lead, client = make_lead(name="Ada"), sign_in()
    tree = page(client.get(f"/leads/{lead.id}/loss"))
    assert "Mark as lost" in [words(b) for b in tree.iter("button")]
    tree = fragment(client.get(f"/leads/{lead.id}/loss", headers=DIALOG).get_data(as_text=True))
    assert words(next(tree.iter("h2"))) == "Mark Ada as lost"


def test_the_lead_is_lost_with_its_reason(sign_in: SignIn) -> None:
    lead, client = make_lead(), sign_in()
    where = f"http://localhost/leads/{lead.id}/loss"
    answer = client.post(f"/leads/{lead.id}/loss", data=WHY, headers={"Referer": where})
    assert answer.headers["Location"] == f"/leads/{lead.id}"
    assert (reload(lead).stage, reload(lead).lost_reason) == ("lost", "no_budget")
    assert "marked as lost: no budget" in words(page(client.get(f"/leads/{lead.id}")))


def test_in_the_dialog_it_closes_with_the_card(sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in().post(f"/leads/{lead.id}/loss", data=WHY, headers=DIALOG)
    tree = fragment(answer.get_data(as_text=True))
    assert next(tree.iter("article")).get("data-stage") == "lost"
    assert next(tree.iter("form"), None) is None


def test_a_reason_is_needed(sign_in: SignIn) -> None:
    lead = make_lead()
    tree = page(sign_in().post(f"/leads/{lead.id}/loss", data={"lost_reason": ""}), 422)
    assert error_of(tree, "lost_reason") == "Choose why it was lost."
    assert reload(lead).stage == "new"


def test_another_reason_needs_words(sign_in: SignIn) -> None:
    lead, client = make_lead(), sign_in()
    data = {"lost_reason": "other", "lost_note": " "}
    tree = page(client.post(f"/leads/{lead.id}/loss", data=data), 422)
    assert error_of(tree, "lost_note") == "Say in words why it was lost."
    client.post(f"/leads/{lead.id}/loss", data=data | {"lost_note": "Moved <away>"})
    assert reload(lead).lost_note == "Moved <away>"
    assert "Moved <away>" in words(page(client.get(f"/leads/{lead.id}")))


def test_who_saw_another_stage_is_told(sign_in: SignIn) -> None:
    lead, ada = make_lead(), make_user(name="Ada")
    pipeline.move(lead.id, LeadStage.CONTACTED, actor=ada.actor("page"), now=NOW)
    answer = sign_in().post(f"/leads/{lead.id}/loss", data=WHY)
    assert (answer.status_code, reload(lead).stage) == (409, "contacted")


def test_a_lost_lead_stays_lost(sign_in: SignIn) -> None:
    lead, client = make_lead(stage="lost"), sign_in()
    assert client.get(f"/leads/{lead.id}/loss").status_code == 409
    assert client.post(f"/leads/{lead.id}/loss", data=WHY).status_code == 409


def test_a_viewer_may_not(sign_in: SignIn) -> None:
    lead, client = make_lead(), sign_in("viewer")
    assert client.get(f"/leads/{lead.id}/loss").status_code == 403
    assert client.post(f"/leads/{lead.id}/loss", data=WHY).status_code == 403
    assert reload(lead).stage == "new"


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    answer = sign_in("rep").post(f"/leads/{lead.id}/loss", data=WHY)
    assert (answer.status_code, reload(lead).stage) == (404, "new")


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().get("/leads/0/loss").status_code == 404


def test_no_other_method(sign_in: SignIn) -> None:
    assert sign_in().delete(f"/leads/{make_lead().id}/loss").status_code == 405


def test_who_comes_later_is_not_even_asked(sign_in: SignIn) -> None:
    lead, first = make_lead(), make_user(Role.MANAGER, name="Marta Klein")
    pipeline.move(lead.id, LeadStage.CONTACTED, actor=first.actor("page"), now=NOW)
    answer = sign_in().get(f"/leads/{lead.id}/loss?seen=new", headers=DIALOG)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#refusal")
    text = answer.get_data(as_text=True)
    assert "Marta Klein moved this lead" in text
    assert f'id="lead-{lead.id}"' in text
