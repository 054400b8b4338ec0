"""POST /leads/<id>/copies."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select

from leadapp.extensions import db
from leadapp.models import Lead
from leadapp.permissions import Role
from tests.factories import make_lead, make_user, reload
from tests.web.html import fragment
from tests.web.htmx import PANEL

SignIn = Callable[..., FlaskClient]


def newest() -> int:
    return int(db.session.scalars(select(func.max(Lead.id))).one())


def test_a_new_lead_begins_with_the_contact_of_the_old(sign_in: SignIn) -> None:
    old = make_lead(stage="lost", name="Ada", phone="1", business_domain="Retail", source="partner")
    answer = sign_in().post(f"/leads/{old.id}/copies")
    lead = reload(newest())
    assert answer.headers["Location"] == f"/leads/{lead.id}"
    assert (lead.name, lead.phone, lead.business_domain, lead.source) == (
        "Ada", "1", "Retail", "partner",
    )  # fmt: skip
    assert (lead.stage, lead.activity_count, lead.started_from_id) == ("new", 0, old.id)
    assert reload(old).stage == "lost"


def test_the_panel_goes_to_the_new_lead(sign_in: SignIn) -> None:
    old = make_lead(stage="lost", name="Ada")
    answer = sign_in().post(f"/leads/{old.id}/copies", headers=PANEL)
    tree = fragment(answer.get_data(as_text=True))
    assert tree.find(f".//*[@data-record='/leads/{newest()}']") is not None
    assert tree.find(f".//*[@id='incoming']/article[@id='lead-{newest()}']") is not None


def test_without_the_board_the_page_goes_there(sign_in: SignIn) -> None:
    old = make_lead(stage="lost")
    answer = sign_in().post(f"/leads/{old.id}/copies", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/leads/{newest()}"


def test_a_reps_new_lead_is_the_reps(sign_in: SignIn) -> None:
    rep = make_user(Role.REP)
    sign_in(rep).post(f"/leads/{make_lead(stage='lost').id}/copies")
    assert reload(newest()).owner_id == rep.id


def test_a_viewer_may_not(sign_in: SignIn) -> None:
    old = make_lead(stage="lost")
    assert sign_in("viewer").post(f"/leads/{old.id}/copies").status_code == 403
    assert newest() == old.id


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    old = make_lead(stage="lost", owner=make_user(Role.REP))
    assert sign_in("rep").post(f"/leads/{old.id}/copies").status_code == 404
    assert newest() == old.id


def test_a_lead_that_is_not_there_is_404(sign_in: SignIn) -> None:
    assert sign_in().post("/leads/0/copies").status_code == 404


def test_only_a_post_starts_one(sign_in: SignIn) -> None:
    assert sign_in().get(f"/leads/{make_lead(stage='lost').id}/copies").status_code == 405
