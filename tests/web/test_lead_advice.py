"""POST and GET /leads/<id>/advice, and the advice on the lead's page."""

from collections.abc import Callable
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from leadapp.extensions import db
from leadapp.models import Advice
from leadapp.permissions import command_actor
from leadapp.queries.advice import AdviceView
from leadapp.scoring.adviser import AdviceText
from leadapp.services.advice import ask_adviser, keep_advice, keep_failure
from leadapp.web.clock import utc_now
from tests.adviser.asking import set_up, work_off
from tests.adviser.stub import serving
from tests.factories import make_lead, make_transferred_lead, make_user
from tests.web.html import fragment, page, words
from tests.web.htmx import PANEL

SignIn = Callable[..., FlaskClient]
ANSWER = AdviceText("Ada waits.", ("Who signs?",), "Send the offer.", "Dear Ada,\nhere it is.")
HTMX = {"HX-Request": "true", "HX-Target": "advice"}


@pytest.fixture
def adviser(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An adviser is set up; nobody is there."""
    set_up(app, monkeypatch)


def advice_on(tree: Element) -> Element | None:
    """The part of the page about advice."""
    return next((e for e in tree.iter() if e.get("id") == "advice"), None)


def asked(lead_id: int, ago: int = 0) -> AdviceView:
    now = utc_now() - timedelta(seconds=ago)
    advice = ask_adviser(lead_id, model="stub-1", daily=200, actor=command_actor(), now=now)
    db.session.commit()
    return advice


def test_without_an_adviser_nothing_is_missing(sign_in: SignIn) -> None:
    lead = make_lead()
    client = sign_in()
    assert advice_on(page(client.get(f"/leads/{lead.id}"))) is None
    page(client.post(f"/leads/{lead.id}/advice"), 409)
    assert db.session.query(Advice).count() == 0


@pytest.mark.usefixtures("adviser")
def test_the_page_offers_to_ask(sign_in: SignIn) -> None:
    lead = make_lead()
    part = advice_on(page(sign_in().get(f"/leads/{lead.id}")))
    assert part is not None
    assert words(part).startswith("Advice Ask the adviser A language model reads this lead")
    assert part.get("hx-get") is None


@pytest.mark.usefixtures("adviser")
def test_it_is_not_offered_on_a_final_lead_or_to_viewers(sign_in: SignIn) -> None:
    final, _sale_id = make_transferred_lead()
    assert advice_on(page(sign_in().get(f"/leads/{final.id}"))) is None
    assert advice_on(page(sign_in("viewer").get(f"/leads/{make_lead().id}"))) is None


@pytest.mark.usefixtures("adviser")
def test_asking_goes_back_to_the_page_which_waits(sign_in: SignIn) -> None:
    lead = make_lead(name="Ada")
    client = sign_in()
    answer = client.post(f"/leads/{lead.id}/advice")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/leads/{lead.id}")
    tree = page(client.get(f"/leads/{lead.id}"))
    assert "The adviser was asked about Ada." in words(tree)
    part = advice_on(tree)
    assert part is not None
    assert part.get("hx-get") == f"/leads/{lead.id}/advice"
    assert part.find(".//form") is None


@pytest.mark.usefixtures("adviser")
def test_the_panel_waits_too(sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in().post(f"/leads/{lead.id}/advice", headers=PANEL)
    part = advice_on(fragment(answer.get_data(as_text=True)))
    assert part is not None
    assert part.get("hx-trigger") == "every 1s"


def test_from_the_button_to_the_text(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    lead = make_lead(name="Ada")
    client = sign_in()
    with serving() as server:
        set_up(app, monkeypatch, server.adviser)
        client.post(f"/leads/{lead.id}/advice")
        work_off()
    part = advice_on(page(client.get(f"/leads/{lead.id}")))
    assert part is not None
    for shown in (
        "Ask again", "Ada called twice and waits for an offer.", "Next step: Send the offer.",
        "Who signs?", "Dear Ada, here is the offer.", "by the language model stub-1",
    ):  # fmt: skip
        assert shown in words(part)
    assert "asked the adviser" in words(page(client.get(f"/leads/{lead.id}")))


@pytest.mark.usefixtures("adviser")
def test_the_part_that_waits_gets_the_answer(sign_in: SignIn) -> None:
    lead = make_lead()
    client = sign_in()
    keep_advice(asked(lead.id).id, ANSWER)
    part = advice_on(fragment(client.get(f"/leads/{lead.id}/advice", headers=HTMX).text))
    assert part is not None
    assert part.get("hx-get") is None
    assert "Ada waits." in words(part)


@pytest.mark.usefixtures("adviser")
def test_a_failure_is_said_and_the_earlier_answer_stays(sign_in: SignIn) -> None:
    lead = make_lead()
    client = sign_in()
    keep_advice(asked(lead.id).id, ANSWER)
    keep_failure(asked(lead.id).id, "It cannot be reached.")
    part = advice_on(page(client.get(f"/leads/{lead.id}")))
    assert part is not None
    assert "No advice. It cannot be reached." in words(part)
    assert "Ada waits." in words(part)
    assert "Ask again" in words(part)


@pytest.mark.usefixtures("adviser")
def test_it_stops_waiting_after_ten_seconds(sign_in: SignIn) -> None:
    lead = make_lead()
    asked(lead.id, ago=11)
    part = advice_on(page(sign_in().get(f"/leads/{lead.id}")))
    assert part is not None
    assert part.get("hx-get") is None
    assert "did not answer within 10 seconds" in words(part)


def test_advice_is_read_where_the_adviser_is_gone(sign_in: SignIn) -> None:
    lead = make_lead()
    keep_advice(asked(lead.id).id, ANSWER)
    part = advice_on(page(sign_in("viewer").get(f"/leads/{lead.id}")))
    assert part is not None
    assert "Ada waits." in words(part)
    assert part.find(".//form") is None


@pytest.mark.usefixtures("adviser")
def test_the_page_still_takes_four_statements(sign_in: SignIn, count_statements: list[str]) -> None:
    lead = make_lead(analyzed=True)
    client = sign_in()
    keep_advice(asked(lead.id).id, ANSWER)
    asked(lead.id)
    client.get(f"/leads/{lead.id}")
    count_statements.clear()
    client.get(f"/leads/{lead.id}")
    assert len(count_statements) == 1 + 4


def test_a_plain_look_leads_to_the_page(sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in().get(f"/leads/{lead.id}/advice")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/leads/{lead.id}#advice")


def test_the_budget_is_said(app: Flask, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn) -> None:
    set_up(app, monkeypatch, daily=1)
    client = sign_in()
    client.post(f"/leads/{make_lead().id}/advice")
    answer = client.post(f"/leads/{make_lead().id}/advice")
    assert "asked 1 times today" in words(page(answer, 429))
    assert client.post(f"/leads/{make_lead().id}/advice", headers=PANEL).status_code == 429


@pytest.mark.usefixtures("adviser")
def test_viewers_may_not_ask(sign_in: SignIn) -> None:
    page(sign_in("viewer").post(f"/leads/{make_lead().id}/advice"), 403)


@pytest.mark.usefixtures("adviser")
def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user("rep"))
    client = sign_in("rep")
    page(client.post(f"/leads/{lead.id}/advice"), 404)
    assert client.get(f"/leads/{lead.id}/advice", headers=HTMX).status_code == 404
    assert db.session.execute(text("SELECT count(*) FROM advice")).scalar_one() == 0


def test_a_wrong_method(sign_in: SignIn) -> None:
    assert sign_in().put(f"/leads/{make_lead().id}/advice").status_code == 405
