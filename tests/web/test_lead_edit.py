"""GET and POST /leads/<id>/edit."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Event
from leadapp.permissions import Role
from leadapp.services.leads import update_lead
from tests.factories import NOW, make_lead, make_transferred_lead, make_user, reload
from tests.web.html import error_of, fragment, page, words
from tests.web.htmx import DIALOG, PANEL

SignIn = Callable[..., FlaskClient]


def last_change(lead_id: int) -> dict[str, Any]:
    statement = select(Event.data).where(Event.lead_id == lead_id, Event.kind == "lead_changed")
    data: dict[str, Any] = db.session.scalars(statement.order_by(Event.id.desc()).limit(1)).one()
    return data


def test_the_page_shows_all_fields_filled(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada", follow_up_on=date(2030, 1, 2), business_domain="Retail")
    tree = page(sign_in().get(f"/leads/{lead.id}/edit"))
    values = {e.get("id"): e.get("value") for e in tree.iter("input")}
    assert values["edit-name"] == "Ada"
    assert values["edit-follow_up_on"] == "2030-01-02"
    assert values["edit-business_domain"] == "Retail"


def test_only_what_was_changed_is_written(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada", company="Contoso", notes="One\nTwo")
    data = {"name": "Ada L.", "company": "Contoso", "source": "manual", "notes": "One\r\nTwo"}
    answer = sign_in().post(f"/leads/{lead.id}/edit", data=data)
    assert answer.headers["Location"] == f"/leads/{lead.id}"
    assert reload(lead).name == "Ada L."
    assert last_change(lead.id) == {"fields": ["name"]}


def test_a_single_field_is_edited_in_place(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada", phone="1")
    answer = sign_in().post(f"/leads/{lead.id}/edit", data={"phone": "2"}, headers=PANEL)
    tree = fragment(answer.get_data(as_text=True))
    assert tree.find(f".//*[@data-record='/leads/{lead.id}']") is not None
    assert tree.find(f".//article[@id='lead-{lead.id}']") is not None
    assert (reload(lead).phone, reload(lead).name) == ("2", "Ada")


def test_a_value_is_taken_away(sign_in: SignIn) -> None:
    lead = make_lead(business_domain="Retail", follow_up_on=date(2030, 1, 2))
    data = {"business_domain": " ", "follow_up_on": ""}
    sign_in().post(f"/leads/{lead.id}/edit", data=data)
    assert (reload(lead).business_domain, reload(lead).follow_up_on) == (None, None)


def test_a_new_business_domain_joins_the_list(sign_in: SignIn) -> None:
    lead = make_lead()
    data = {"business_domain": "Space travel"}
    answer = sign_in().post(f"/leads/{lead.id}/edit", data=data, headers=PANEL)
    assert answer.status_code == 200
    assert reload(lead).business_domain == "Space travel"


def test_nothing_changed_writes_nothing(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada")
    sign_in().post(f"/leads/{lead.id}/edit", data={"name": "Ada"})
    assert reload(lead).version == lead.version


def test_two_people_edit_two_fields(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada", phone="1")
    shown = json.dumps({"name": "Ada", "phone": "1"})
    update_lead(lead.id, {"phone": "2"}, actor=make_user().actor("page"), now=NOW)
    data = {"name": "Ada L.", "phone": "1", "shown": shown}
    sign_in().post(f"/leads/{lead.id}/edit", data=data)
    assert (reload(lead).name, reload(lead).phone) == ("Ada L.", "2")


def test_of_two_who_edit_one_field_the_later_is_asked(sign_in: SignIn) -> None:
    lead = make_lead(phone="1")
    update_lead(lead.id, {"phone": "2"}, actor=make_user().actor("page"), now=NOW)
    client = sign_in()
    data = {"phone": "3", "shown": json.dumps({"phone": "1"})}
    tree = page(client.post(f"/leads/{lead.id}/edit", data=data), 422)
    assert "Somebody set this to “2” meanwhile" in error_of(tree, "edit-phone")
    assert reload(lead).phone == "2"
    shown = next(e.get("value") for e in tree.iter("input") if e.get("name") == "shown")
    client.post(f"/leads/{lead.id}/edit", data={"phone": "3", "shown": shown})
    assert reload(lead).phone == "3"


@pytest.mark.parametrize("shown", ["", "no json", "[]", '{"follow_up_on": 5}', "[" * 100_000])
def test_shown_values_that_make_no_sense_do_no_harm(sign_in: SignIn, shown: str) -> None:
    lead = make_lead(name="Ada")
    answer = sign_in().post(f"/leads/{lead.id}/edit", data={"name": "Bo", "shown": shown})
    assert (answer.status_code, reload(lead).name) == (302, "Bo")


def test_what_is_wrong_stands_by_its_field(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada")
    data = {"name": "Bo", "email": "x"}
    tree = page(sign_in().post(f"/leads/{lead.id}/edit", data=data), 422)
    assert error_of(tree, "edit-email") == "Must look like name@example.com."
    assert reload(lead).name == "Ada"


def test_in_the_panel_what_is_wrong_opens_the_whole_form(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada")
    answer = sign_in().post(f"/leads/{lead.id}/edit", data={"email": "x"}, headers=PANEL)
    tree = fragment(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert error_of(tree, "edit-email") == "Must look like name@example.com."


def test_in_the_dialog_it_tells_the_panel(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada")
    answer = sign_in().post(f"/leads/{lead.id}/edit", data={"name": "Bo"}, headers=DIALOG)
    assert json.loads(answer.headers["HX-Trigger"]) == {
        "leadapp:changed": {"url": f"/leads/{lead.id}"}
    }
    assert "Bo" in words(fragment(answer.get_data(as_text=True)))


def test_a_final_lead_keeps_what_is_frozen(sign_in: SignIn) -> None:
    lead, _sale_id = make_transferred_lead(name="Ada")
    client = sign_in()
    names = {e.get("name") for e in page(client.get(f"/leads/{lead.id}/edit")).iter("input")}
    assert "name" in names
    assert not names & {"source", "business_domain"}
    client.post(f"/leads/{lead.id}/edit", data={"name": "Bo", "notes": "More"})
    assert (reload(lead).name, reload(lead).notes) == ("Bo", "More")
    answer = client.post(f"/leads/{lead.id}/edit", data={"business_domain": "Other"})
    assert answer.status_code == 409
    assert reload(lead).business_domain == "Retail"


def test_editing_makes_an_unassigned_lead_the_reps(sign_in: SignIn) -> None:
    lead, rep = make_lead(), make_user(Role.REP)
    sign_in(rep).post(f"/leads/{lead.id}/edit", data={"name": "Ada"})
    assert reload(lead).owner_id == rep.id


def test_a_viewer_may_not(sign_in: SignIn) -> None:
    lead, client = make_lead(name="Ada"), sign_in("viewer")
    assert client.get(f"/leads/{lead.id}/edit").status_code == 403
    assert client.post(f"/leads/{lead.id}/edit", data={"name": "Bo"}).status_code == 403
    assert reload(lead).name == "Ada"


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP), name="Ada")
    answer = sign_in("rep").post(f"/leads/{lead.id}/edit", data={"name": "Bo"})
    assert (answer.status_code, reload(lead).name) == (404, "Ada")


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().get("/leads/0/edit").status_code == 404


def test_no_other_method(sign_in: SignIn) -> None:
    assert sign_in().delete(f"/leads/{make_lead().id}/edit").status_code == 405
