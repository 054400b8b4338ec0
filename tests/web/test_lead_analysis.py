"""POST /leads/<id>/analysis."""

from collections.abc import Callable

from flask.testing import FlaskClient

from leadapp.permissions import Role
from tests.factories import make_lead, make_transferred_lead, make_user, reload
from tests.web.html import fragment, page, words
from tests.web.htmx import DIALOG, PANEL

SignIn = Callable[..., FlaskClient]


def test_a_lead_is_scored(sign_in: SignIn) -> None:
    lead, client = make_lead(name="Ada"), sign_in()
    answer = client.post(f"/leads/{lead.id}/analysis")
    assert answer.headers["Location"] == f"/leads/{lead.id}"
    assert str(reload(lead).ai_score) == "0.2000"
    assert "Ada analyzed: 0.20." in words(page(client.get(f"/leads/{lead.id}")))


def test_the_panel_shows_what_each_input_added_or_took(sign_in: SignIn) -> None:
    answer = sign_in().post(f"/leads/{make_lead().id}/analysis", headers=PANEL)
    tree = fragment(answer.get_data(as_text=True))
    chart = next(t for t in tree.iter("table") if t.get("class") == "contributions")
    points = [words(td) for td in chart.iter("td") if td.get("class") == "number"]
    assert points == ["+0.40", "−0.20", "0.00", "0.00", "0.20"]


def test_the_board_gets_the_card_with_its_score(sign_in: SignIn) -> None:
    lead = make_lead()
    headers = DIALOG | {"HX-Target": f"lead-{lead.id}"}
    answer = sign_in().post(f"/leads/{lead.id}/analysis", headers=headers)
    card = next(fragment(answer.get_data(as_text=True)).iter("article"))
    assert "0.20" in words(card)


def test_analyzing_again_is_a_further_assessment(sign_in: SignIn) -> None:
    lead, client = make_lead(), sign_in()
    for _ in range(2):
        client.post(f"/leads/{lead.id}/analysis")
    assert "1 earlier assessment" in words(page(client.get(f"/leads/{lead.id}")))


def test_a_final_lead_keeps_its_score(sign_in: SignIn) -> None:
    lead, _sale_id = make_transferred_lead()
    assert sign_in().post(f"/leads/{lead.id}/analysis").status_code == 409
    assert reload(lead).assessment_id == lead.assessment_id


def test_it_makes_an_unassigned_lead_the_reps(sign_in: SignIn) -> None:
    lead, rep = make_lead(), make_user(Role.REP)
    sign_in(rep).post(f"/leads/{lead.id}/analysis")
    assert reload(lead).owner_id == rep.id


def test_a_viewer_may_not(sign_in: SignIn) -> None:
    lead = make_lead()
    assert sign_in("viewer").post(f"/leads/{lead.id}/analysis").status_code == 403
    assert reload(lead).ai_score is None


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    assert sign_in("rep").post(f"/leads/{lead.id}/analysis").status_code == 404
    assert reload(lead).ai_score is None


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().post("/leads/0/analysis").status_code == 404


def test_only_a_post_analyzes(sign_in: SignIn) -> None:
    assert sign_in().get(f"/leads/{make_lead().id}/analysis").status_code == 405


def test_a_lead_that_became_final_is_refused_with_its_card(sign_in: SignIn) -> None:
    lead = make_lead(stage="lost")
    headers = {"HX-Request": "true", "X-Board": "/board"}
    answer = sign_in().post(f"/leads/{lead.id}/analysis", headers=headers)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#refusal")
    text = answer.get_data(as_text=True)
    assert f'id="lead-{lead.id}"' in text
    assert 'id="head-lost"' in text
