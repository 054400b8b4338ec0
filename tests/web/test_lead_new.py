"""GET and POST /leads/new."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.permissions import Role
from tests.factories import make_user, reload
from tests.web.html import error_of, fragment, page
from tests.web.htmx import DIALOG

SignIn = Callable[..., FlaskClient]
FULL = {
    "name": " Ada ",
    "company": "Contoso",
    "email": "ada@example.com",
    "phone": "+49 1",
    "source": "partner",
    "business_domain": "Space travel",
    "notes": "One\r\nTwo",
    "external_id": "X-1",
    "follow_up_on": "2030-03-12",
    "activity_count": "4",
}


def newest() -> int:
    return int(db.session.scalars(select(func.max(Lead.id))).one())


def count() -> int:
    return int(db.session.scalar(select(func.count()).select_from(Lead)) or 0)


def test_the_page_has_all_fields(sign_in: SignIn) -> None:
    tree = page(sign_in().get("/leads/new"))
    names = {e.get("name") for tag in ("input", "select", "textarea") for e in tree.iter(tag)}
    assert {*FULL, "owner_id", "csrf_token"} <= names


def test_a_lead_is_added_with_all_fields(sign_in: SignIn) -> None:
    owner = make_user(Role.REP)
    answer = sign_in().post("/leads/new", data={**FULL, "owner_id": owner.id})
    lead = reload(newest())
    assert answer.headers["Location"] == f"/leads/{lead.id}"
    assert (lead.name, lead.company, lead.email, lead.phone) == (
        "Ada", "Contoso", "ada@example.com", "+49 1",
    )  # fmt: skip
    assert (lead.source, lead.business_domain, lead.activity_count) == (
        "partner",
        "Space travel",
        4,
    )
    assert (lead.follow_up_on, lead.external_id, lead.owner_id) == (
        date(2030, 3, 12), "X-1", owner.id,
    )  # fmt: skip
    assert lead.stage == "new"


def test_only_the_source_is_required(sign_in: SignIn) -> None:
    client = sign_in()
    answer = client.post("/leads/new", data={"source": "manual", "owner_id": "0"})
    assert (answer.status_code, reload(newest()).owner_id) == (302, None)
    tree = page(client.post("/leads/new", data={"name": "Ada", "source": "", "owner_id": "0"}), 422)
    assert error_of(tree, "new-source") == "Choose where the lead came from."


def test_in_the_dialog_the_card_comes_to_the_board(sign_in: SignIn) -> None:
    client = sign_in()
    tree = fragment(client.get("/leads/new", headers=DIALOG).get_data(as_text=True))
    assert tree.find(".//form[@action='/leads/new']") is not None
    answer = client.post("/leads/new", data={**FULL, "owner_id": "0"}, headers=DIALOG)
    assert answer.status_code == 201
    tree = fragment(answer.get_data(as_text=True))
    assert tree.find(f".//*[@id='incoming']/article[@id='lead-{newest()}']") is not None


def test_a_rep_adds_leads_for_oneself(sign_in: SignIn) -> None:
    rep, other = make_user(Role.REP), make_user(Role.REP)
    client = sign_in(rep)
    assert "owner_id" not in client.get("/leads/new").get_data(as_text=True)
    client.post("/leads/new", data={"source": "manual", "owner_id": other.id})
    assert reload(newest()).owner_id == rep.id


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "nobody", "Must look like name@example.com."),
        ("name", "x" * 201, "Must be at most 200 characters long."),
        ("activity_count", "-1", "Must be a whole number from 0 to 2147483647."),
        ("follow_up_on", "2030-02-31", "Not a valid date value."),
        ("source", "nowhere", "Not a valid choice."),
        ("owner_id", "999999", "Not a valid choice."),
    ],
)
def test_what_is_wrong_stands_by_its_field(
    sign_in: SignIn, field: str, value: str, message: str
) -> None:
    before = count()
    answer = sign_in().post("/leads/new", data={"owner_id": "0", **FULL, field: value})
    assert error_of(page(answer, 422), f"new-{field}") == message
    assert count() == before


def test_an_external_id_belongs_to_one_lead(sign_in: SignIn) -> None:
    client = sign_in()
    client.post("/leads/new", data={**FULL, "owner_id": "0"})
    tree = page(client.post("/leads/new", data={**FULL, "owner_id": "0"}), 422)
    assert error_of(tree, "new-external_id") == "Another lead has this external id already."


def test_a_viewer_may_not(sign_in: SignIn) -> None:
    client = sign_in("viewer")
    assert client.get("/leads/new").status_code == 403
    assert client.post("/leads/new", data=FULL).status_code == 403


def test_the_form_is_protected_against_forgery(sign_in: SignIn) -> None:
    client, before = sign_in(), count()
    client.application.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/leads/new", data=FULL).status_code == 403
    assert count() == before


def test_no_other_method(sign_in: SignIn) -> None:
    assert sign_in().put("/leads/new").status_code == 405
