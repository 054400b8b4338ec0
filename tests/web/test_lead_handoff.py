"""GET and POST /leads/<id>/handoff."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Sale
from leadapp.permissions import Role
from leadapp.services import activities, analysis
from tests.factories import (
    NOW,
    make_lead,
    make_ready_lead,
    make_transferred_lead,
    make_user,
    reload,
    set_score,
    set_threshold,
)
from tests.web.html import error_of, fragment, page, words
from tests.web.htmx import DIALOG

SignIn = Callable[..., FlaskClient]


def confirmation(tree: Element) -> dict[str, Any]:
    """What the page's confirmation sends."""
    form = next(f for f in tree.iter("form") if str(f.get("action")).endswith("/handoff"))
    values = {str(e.get("name")): e.get("value") for e in form.iter("input")}
    chosen = next(o for o in form.iter("option") if o.get("selected") is not None)
    return {**values, "salesperson_id": chosen.get("value")}


def sale_of(lead_id: int) -> Sale | None:
    return db.session.scalars(select(Sale).where(Sale.lead_id == lead_id)).one_or_none()


def test_it_shows_the_evidence_and_names_the_consequence(sign_in: SignIn) -> None:
    lead = make_ready_lead(name="Ada")
    tree = page(sign_in().get(f"/leads/{lead.id}/handoff"))
    text = words(tree)
    for shown in ("1.00, needed 0.60", "Transfer to sales", str(lead.ai_reason), "Retail"):
        assert shown in text
    assert "Hand off to sales" in [words(b) for b in tree.iter("button")]
    assert sale_of(lead.id) is None


def test_the_sale_is_the_leads_owners_unless_chosen_otherwise(sign_in: SignIn) -> None:
    owner, other = make_user(Role.REP), make_user(Role.REP)
    first, second = make_ready_lead(owner), make_ready_lead(owner)
    client = sign_in()
    data = confirmation(page(client.get(f"/leads/{first.id}/handoff")))
    answer = client.post(f"/leads/{first.id}/handoff", data=data)
    assert answer.headers["Location"] == f"/leads/{first.id}"
    sale = sale_of(first.id)
    assert sale is not None
    assert (reload(first).stage, sale.owner_id) == ("transferred", owner.id)
    data = confirmation(page(client.get(f"/leads/{second.id}/handoff")))
    client.post(f"/leads/{second.id}/handoff", data=data | {"salesperson_id": other.id})
    sale = sale_of(second.id)
    assert sale is not None
    assert sale.owner_id == other.id


def test_every_unmet_condition_is_shown_with_what_mends_it(sign_in: SignIn) -> None:
    lead = make_lead(stage="qualified", analyzed=True)
    tree = page(sign_in().get(f"/leads/{lead.id}/handoff"))
    shown = next(ul for ul in tree.iter("ul") if ul.get("class") == "unmet")
    assert "Now 0.35, needed 0.60" in words(shown)
    assert "Now none, needed a business domain" in words(shown)
    assert f"/leads/{lead.id}/edit" in [a.get("href") for a in shown.iter("a")]
    assert "Hand off to sales" not in [words(b) for b in tree.iter("button")]


def test_unmet_conditions_refuse_a_confirmation(sign_in: SignIn) -> None:
    lead, client = make_ready_lead(), sign_in()
    data = confirmation(page(client.get(f"/leads/{lead.id}/handoff")))
    set_threshold("1.00")
    set_score(lead.id, "0.9999")
    answer = client.post(f"/leads/{lead.id}/handoff", data=data)
    assert answer.status_code == 409
    assert "Now 0.99, needed 1.00" in words(page(answer, 409))
    assert sale_of(lead.id) is None


def test_another_threshold_than_shown_is_shown_again(sign_in: SignIn) -> None:
    lead, client = make_ready_lead(), sign_in()
    data = confirmation(page(client.get(f"/leads/{lead.id}/handoff")))
    set_threshold("0.80")
    tree = page(client.post(f"/leads/{lead.id}/handoff", data=data), 409)
    assert "changed after it was shown to you" in words(tree)
    assert "1.00, needed 0.80" in words(tree)
    assert sale_of(lead.id) is None
    client.post(f"/leads/{lead.id}/handoff", data=confirmation(tree))
    assert reload(lead).stage == "transferred"


def test_another_assessment_than_shown_is_shown_again(sign_in: SignIn) -> None:
    lead, client = make_ready_lead(), sign_in()
    tree = fragment(client.get(f"/leads/{lead.id}/handoff", headers=DIALOG).get_data(as_text=True))
    analysis.analyze(lead.id, actor=make_user().actor("page"), now=NOW)
    db.session.commit()
    answer = client.post(f"/leads/{lead.id}/handoff", data=confirmation(tree), headers=DIALOG)
    tree = fragment(answer.get_data(as_text=True))
    assert "changed after it was shown to you" in words(tree)
    answer = client.post(f"/leads/{lead.id}/handoff", data=confirmation(tree), headers=DIALOG)
    tree = fragment(answer.get_data(as_text=True))
    assert next(tree.iter("article")).get("data-stage") == "transferred"


@pytest.mark.parametrize(
    "change",
    [
        {"assessment_id": ""},
        {"assessment_id": "x"},
        {"assessment_id": "9" * 30},
        *({"threshold": text} for text in ("", "0", "NaN", "sNaN", "Infinity", "1e999999")),
        {"threshold": "1e-999999"},
    ],
    ids=str,
)
def test_a_confirmation_of_what_was_never_shown_is_shown_again(
    change: dict[str, str], sign_in: SignIn
) -> None:
    lead, client = make_ready_lead(), sign_in()
    data = confirmation(page(client.get(f"/leads/{lead.id}/handoff")))
    tree = page(client.post(f"/leads/{lead.id}/handoff", data=data | change), 409)
    assert "changed after it was shown to you" in words(tree)
    assert sale_of(lead.id) is None


def test_a_stale_score_offers_to_analyze_first(sign_in: SignIn) -> None:
    lead = make_ready_lead()
    by = make_user().actor("page")
    activities.log_activity(lead.id, "call", note=None, actor=by, now=NOW)
    client = sign_in()
    tree = page(client.get(f"/leads/{lead.id}/handoff"))
    assert "The score is stale: 8 interactions then, 9 now. It still counts." in words(tree)
    answer = client.post(f"/leads/{lead.id}/analysis", headers=DIALOG)
    tree = fragment(answer.get_data(as_text=True))
    assert "The score is stale" not in words(tree)
    assert confirmation(tree)["assessment_id"] == str(reload(lead).assessment_id)


def test_a_rep_hands_off_only_own_leads(sign_in: SignIn) -> None:
    rep = make_user(Role.REP)
    lead, client = make_ready_lead(), sign_in(rep)
    tree = page(client.get(f"/leads/{lead.id}/handoff"))
    assert "Only its owner may hand it off" in words(tree)
    data = {"assessment_id": lead.assessment_id, "threshold": "0.60", "salesperson_id": rep.id}
    assert client.post(f"/leads/{lead.id}/handoff", data=data).status_code == 403
    assert sale_of(lead.id) is None


def test_the_salesperson_must_be_one(sign_in: SignIn) -> None:
    lead, client, viewer = make_ready_lead(), sign_in(), make_user(Role.VIEWER)
    data = confirmation(page(client.get(f"/leads/{lead.id}/handoff")))
    answer = client.post(f"/leads/{lead.id}/handoff", data=data | {"salesperson_id": viewer.id})
    assert "Not a valid choice." in answer.get_data(as_text=True)
    assert sale_of(lead.id) is None


def test_it_happens_once(sign_in: SignIn) -> None:
    lead, client = make_ready_lead(), sign_in()
    data = confirmation(page(client.get(f"/leads/{lead.id}/handoff")))
    client.post(f"/leads/{lead.id}/handoff", data=data)
    assert client.post(f"/leads/{lead.id}/handoff", data=data).status_code == 409
    assert client.get(f"/leads/{lead.id}/handoff").status_code == 409


def test_a_lead_of_another_stage_is_refused(sign_in: SignIn) -> None:
    client = sign_in()
    for lead in (make_lead(), make_lead(stage="lost"), make_transferred_lead()[0]):
        assert client.get(f"/leads/{lead.id}/handoff").status_code == 409


def test_a_viewer_may_not(sign_in: SignIn) -> None:
    lead, client = make_ready_lead(), sign_in("viewer")
    assert client.get(f"/leads/{lead.id}/handoff").status_code == 403
    assert client.post(f"/leads/{lead.id}/handoff").status_code == 403


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_ready_lead(make_user(Role.REP))
    assert sign_in("rep").get(f"/leads/{lead.id}/handoff").status_code == 404


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().get("/leads/0/handoff").status_code == 404


def test_no_other_method(sign_in: SignIn) -> None:
    assert sign_in().delete(f"/leads/{make_ready_lead().id}/handoff").status_code == 405


def test_on_the_board_what_is_missing_stands_beside_the_card(sign_in: SignIn) -> None:
    lead, client = make_lead(stage="qualified"), sign_in()
    url = f"/leads/{lead.id}"
    answer = client.get(f"{url}/handoff?seen=qualified", headers=DIALOG)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#refusal")
    tree = fragment(answer.get_data(as_text=True))
    assert words(next(tree.iter("h2"))) == "Not handed off: 2 conditions unmet"
    assert [form.get("action") for form in tree.iter("form")] == [f"{url}/analysis"]
    assert f"{url}#fact-business_domain" in [a.get("href") for a in tree.iter("a")]


def test_a_stale_score_below_the_threshold_is_mended_by_analyzing(sign_in: SignIn) -> None:
    lead = make_lead(stage="qualified", analyzed=True, business_domain="Retail")
    actor = make_user(Role.MANAGER).actor("page")
    url = f"/leads/{lead.id}"
    client = sign_in()
    fresh = fragment(client.get(f"{url}/handoff", headers=DIALOG).get_data(as_text=True))
    assert f"{url}#activity-note" in [a.get("href") for a in fresh.iter("a")]
    activities.log_activity(lead.id, "call", note=None, actor=actor, now=NOW)
    stale = fragment(client.get(f"{url}/handoff", headers=DIALOG).get_data(as_text=True))
    assert [form.get("action") for form in stale.iter("form")] == [f"{url}/analysis"]


def test_it_asks_why_where_the_advice_is_another(sign_in: SignIn) -> None:
    client = sign_in()
    advised = make_ready_lead()
    assert "Why against the advice?" not in words(page(client.get(f"/leads/{advised.id}/handoff")))
    set_threshold("0.65")
    lead = make_ready_lead(source="manual", activity_count=1)
    url = f"/leads/{lead.id}/handoff"
    tree = page(client.get(url))
    assert "Continue qualification" in words(tree)
    assert "Why against the advice? (optional)" in words(tree)
    data = confirmation(tree)
    too_long = page(client.post(url, data={**data, "against_advice": "x" * 2_001}), 422)
    assert "at most 2000" in error_of(too_long, "against_advice")
    client.post(url, data={**data, "against_advice": "They asked for an offer."})
    sale = sale_of(lead.id)
    assert sale is not None
    assert sale.against_advice == "They asked for an offer."
    for shown in (f"/sales/{sale.id}", f"/leads/{lead.id}"):
        assert "Against the adviceThey asked" in words(page(client.get(shown)))
