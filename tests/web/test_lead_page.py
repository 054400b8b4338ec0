"""GET /leads/<id>."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.services import activities, leads
from tests.factories import (
    NOW,
    make_lead,
    make_ready_lead,
    make_transferred_lead,
    make_user,
    set_threshold,
)
from tests.web.html import fragment, page, words
from tests.web.htmx import PANEL

SignIn = Callable[..., FlaskClient]


def test_a_page_shows_the_lead(sign_in: SignIn) -> None:
    lead = make_lead(
        name="Мария Константиновна",
        company="Contoso",
        phone="+49 30 123",
        follow_up_on=date(2030, 3, 12),
        attributes={"Country": "Chile", "Rank": 3},
        analyzed=True,
    )
    answer = sign_in().get(f"/leads/{lead.id}")
    tree = page(answer)
    assert tree.findtext("head/title") == "Мария Константиновна · leadapp"
    text = words(tree)
    for shown in ("Contoso", "+49 30 123", "12 Mar 2030", "CountryChile", "Rank3", "0.20"):
        assert shown in text


def test_a_page_takes_four_statements(sign_in: SignIn, count_statements: list[str]) -> None:
    lead, _sale_id = make_transferred_lead()
    client = sign_in()
    # Once a minute the track record is read as well.
    client.get(f"/leads/{make_lead(analyzed=True).id}")
    client.get(f"/leads/{lead.id}")
    count_statements.clear()
    client.get(f"/leads/{lead.id}")
    assert [s for s in count_statements if "user_sessions" not in s] == count_statements[1:]
    assert len(count_statements) == 1 + 4


def test_the_panel_gets_a_fragment(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada")
    answer = sign_in().get(f"/leads/{lead.id}", headers=PANEL)
    tree = fragment(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert tree.find(".//h2") is not None
    assert tree.find(f".//*[@data-record='/leads/{lead.id}']") is not None


def test_a_lead_without_a_name_goes_by_its_number(sign_in: SignIn) -> None:
    lead = make_lead()
    tree = page(sign_in().get(f"/leads/{lead.id}"))
    assert tree.findtext(".//h1") == f"Lead {lead.id}"


def test_what_people_entered_is_shown_as_text(sign_in: SignIn) -> None:
    lead = make_lead(name="<script>x</script>", notes="<img src=x>", attributes={"<b>": "</dl>"})
    activities.log_activity(lead.id, "note", note="<i>", actor=make_user().actor("page"), now=NOW)
    answer = sign_in().get(f"/leads/{lead.id}")
    assert "<script>x" not in answer.get_data(as_text=True)
    text = words(page(answer))
    for shown in ("<script>x</script>", "<img src=x>", "<b></dl>", "<i>"):
        assert shown in text


def test_a_stale_score_says_what_changed(sign_in: SignIn) -> None:
    lead, by = make_lead(analyzed=True), make_user().actor("page")
    activities.log_activity(lead.id, "call", note=None, actor=by, now=NOW)
    leads.update_lead(lead.id, {"business_domain": "Retail"}, actor=by, now=NOW)
    set_threshold("0.50")
    text = words(page(sign_in().get(f"/leads/{lead.id}")))
    assert "0 interactions then, 1 now" in text
    assert "business domain was none, is Retail" in text
    assert "threshold was 0.60, is 0.50" in text


def test_what_would_raise_the_score(sign_in: SignIn) -> None:
    lead = make_lead(source="scanner", stage="qualified", activity_count=1, analyzed=True)
    text = words(page(sign_in().get(f"/leads/{lead.id}")))
    assert "with a known business domain 0.80 (enough)" in text


def test_a_qualified_lead_shows_each_condition(sign_in: SignIn) -> None:
    tree = page(sign_in().get(f"/leads/{make_lead(stage='qualified').id}"))
    shown = [words(li) for li in tree.findall(".//*[@id='handoff']//li")]
    assert shown == [
        "In qualified",
        "No score yet, needed 0.60 Analyze",
        "Business domain: not known Fill in the domain",
    ]


def test_a_ready_lead_meets_all_conditions(sign_in: SignIn) -> None:
    tree = page(sign_in().get(f"/leads/{make_ready_lead().id}"))
    assert [li.get("class") for li in tree.findall(".//*[@id='handoff']//li")] == ["met"] * 3


def test_a_transferred_lead_shows_its_sale(sign_in: SignIn) -> None:
    lead, sale_id = make_transferred_lead()
    tree = page(sign_in().get(f"/leads/{lead.id}"))
    sale = next(e for e in tree.iter() if e.get("id") == "sale")
    assert f"Sale {sale_id} New Score1.00, needed 0.60" in words(sale)
    assert tree.find(".//*[@id='handoff']") is None


def test_a_lost_lead_offers_a_new_one(sign_in: SignIn) -> None:
    lead = make_lead(stage="lost")
    tree = page(sign_in().get(f"/leads/{lead.id}"))
    actions = [form.get("action") for form in tree.iter("form")]
    assert f"/leads/{lead.id}/copies" in actions
    assert f"/leads/{lead.id}/analysis" not in actions


def test_a_viewer_sees_no_buttons(sign_in: SignIn) -> None:
    lead = make_lead(stage="qualified", name="Ada", analyzed=True)
    tree = page(sign_in("viewer").get(f"/leads/{lead.id}"))
    main = next(tree.iter("main"))
    assert [words(e) for tag in ("button", "form", "input") for e in main.iter(tag)] == []
    assert "data-dialog" not in {name for a in main.iter("a") for name in a.attrib}


def test_only_admins_are_offered_to_erase(sign_in: SignIn) -> None:
    lead = make_lead()
    for role, offered in (("manager", False), ("admin", True)):
        tree = page(sign_in(role).get(f"/leads/{lead.id}"))
        assert (f"/leads/{lead.id}/erasure" in [a.get("href") for a in tree.iter("a")]) is offered


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    page(sign_in("rep").get(f"/leads/{lead.id}"), 404)


@pytest.mark.parametrize("lead_id", ["0", "999999", "9" * 30, "x", "１", "-1", "1.0"])
def test_a_lead_that_is_not_there_is_404(sign_in: SignIn, lead_id: str) -> None:
    assert sign_in().get(f"/leads/{lead_id}").status_code == 404


def test_nobody_is_sent_to_sign_in(client: FlaskClient) -> None:
    answer = client.get(f"/leads/{make_lead().id}")
    assert answer.headers["Location"].startswith("/sign-in?next=/leads/")


def test_only_reading(sign_in: SignIn) -> None:
    assert sign_in().post(f"/leads/{make_lead().id}").status_code == 405
