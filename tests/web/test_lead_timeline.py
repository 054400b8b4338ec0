"""GET /leads/<id>/timeline, and the words of what happened."""

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.rules.stages import LeadStage
from leadapp.services import activities, analysis, leads, pipeline
from tests.factories import NOW, make_lead, make_transferred_lead, make_user
from tests.web.html import fragment, page, words

SignIn = Callable[..., FlaskClient]
HTMX = {"HX-Request": "true"}
FIRST = f"before={2**62}"


def told(client: FlaskClient, lead_id: int) -> list[str]:
    answer = client.get(f"/leads/{lead_id}/timeline?{FIRST}", headers=HTMX)
    return [words(li) for li in fragment(answer.get_data(as_text=True)).iter("li")]


def test_what_happened_is_told_in_plain_words(sign_in: SignIn) -> None:
    ada = make_user(name="Ada").actor("page")
    rep = make_user(Role.REP, name="Jean")
    lead = leads.create_lead({"source": "manual"}, actor=ada, now=NOW)
    changes = {"name": "Bo", "phone": "1", "notes": "n", "business_domain": "Retail"}
    leads.update_lead(lead.id, changes, actor=ada, now=NOW)
    leads.update_lead(lead.id, {"business_domain": None}, actor=ada, now=NOW)
    leads.update_lead(lead.id, {"source": "partner"}, actor=ada, now=NOW)
    leads.update_lead(lead.id, {"follow_up_on": date(2030, 1, 1)}, actor=ada, now=NOW)
    pipeline.move(lead.id, LeadStage.CONTACTED, actor=rep.actor("page"), now=NOW)
    leads.assign_lead(lead.id, None, actor=ada, now=NOW)
    leads.assign_lead(lead.id, rep.id, actor=ada, now=NOW)
    activities.log_activity(lead.id, "email", note="Said hello", actor=ada, now=NOW)
    analysis.analyze(lead.id, actor=rep.actor("api"), now=NOW)
    pipeline.move(lead.id, LeadStage.LOST, actor=ada, now=NOW, lost_reason="no_budget")
    leads.erase_lead(lead.id, actor=ada, now=NOW)
    lines = [line.replace(" 2 Mar", "") for line in told(sign_in(), lead.id)]
    lines = [line.split(" 2026")[0] for line in lines]
    assert lines == [
        "Ada erased the person's data",
        "Ada marked it as lost from Contacted: no budget",
        "Jean analyzed it: 0.55, continue qualification · by the API",
        "Ada logged an e-mail",
        "Ada assigned it to Jean",
        "Ada took it from Jean",
        "Jean moved it from New to Contacted and took it on",
        "Ada changed follow-up date",
        "Ada changed the source from manual to partner",
        "Ada removed the business domain Retail",
        "Ada set the business domain to Retail, changed name, notes and phone",
        "Ada added this lead",
    ]


def test_a_handoff_names_the_salesperson(sign_in: SignIn) -> None:
    rep = make_user(Role.REP, name="Jean")
    lead, _sale_id = make_transferred_lead(rep)
    first = told(sign_in(), lead.id)[0]
    assert first.startswith("Somebody on the server handed it off to sales, to Jean")


def test_further_pages_follow_without_javascript_too(sign_in: SignIn) -> None:
    lead = make_lead()
    by = make_user().actor("page")
    for _ in range(30):
        activities.log_activity(lead.id, "call", note=None, actor=by, now=NOW)
    client = sign_in()
    tree = page(client.get(f"/leads/{lead.id}"))
    more = next(str(a.get("href")) for a in tree.iter("a") if a.get("class") == "button tiny more")
    assert len(list(page(client.get(more)).findall(".//ol[@class='timeline']/li"))) == 11


def test_what_is_no_place_in_the_timeline_is_refused(sign_in: SignIn) -> None:
    lead, client = make_lead(), sign_in()
    for before in ("", "x", "-1", "9" * 40):
        assert client.get(f"/leads/{lead.id}/timeline?before={before}").status_code == 422


def test_only_reading(sign_in: SignIn) -> None:
    assert sign_in().post(f"/leads/{make_lead().id}/timeline").status_code == 405


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    assert sign_in("rep").get(f"/leads/{lead.id}/timeline?{FIRST}").status_code == 404


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().get(f"/leads/0/timeline?{FIRST}").status_code == 404
