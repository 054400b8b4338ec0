"""A lead's score and the advice beside it, in a browser: what comes by itself, and how it looks."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import current_app
from playwright.sync_api import expect

from leadapp.extensions import db
from leadapp.permissions import command_actor
from leadapp.queries.lead_view import LeadView
from leadapp.services import analysis, scoring_models
from tests import factories
from tests.adviser.asking import set_up, work_off
from tests.adviser.stub import Stub, serving
from tests.browser.board import card
from tests.browser.conftest import SignedIn
from tests.browser.test_pages import DEVICES, Look, look
from tests.scoring.models import category
from tests.services.model_cases import make_model, small_document, use_model

__all__ = ["look"]

MACHINE = command_actor()
SAID = "Ada called twice and waits for an offer."


@pytest.fixture
def adviser(site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """The site has an adviser."""
    with serving() as server:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # the app itself
        set_up(app, monkeypatch, server.adviser)
        yield server


def answer() -> None:
    """Do what a worker would, as there in a thread without an event loop."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the app itself

    def work() -> None:
        with app.app_context():
            work_off()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


@pytest.mark.usefixtures("adviser")
def test_advice_comes_by_itself(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in()
    page.goto("/board")
    card(page, lead.id).get_by_role("link", name="Nadia Weiss").click()
    panel = page.locator("#panel")
    panel.get_by_label("What happened?").fill("Half a note")
    panel.get_by_role("button", name="Ask the adviser").click()
    expect(panel.get_by_role("status")).to_contain_text("The adviser is asked.")
    expect(panel.get_by_label("What happened?")).to_have_value("Half a note")
    answer()
    expect(panel.get_by_text(SAID)).to_be_visible()
    expect(panel.get_by_label("What happened?")).to_have_value("Half a note")
    panel.get_by_text("Open questions and a draft").click()
    expect(panel.get_by_text("Dear Ada, here is the offer.")).to_be_visible()


@pytest.mark.usefixtures("adviser")
def test_advice_without_javascript(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in(java_script_enabled=False)
    page.goto(f"/leads/{lead.id}")
    page.get_by_role("button", name="Ask the adviser").click()
    answer()
    page.goto(f"/leads/{lead.id}/advice")
    expect(page.get_by_text(SAID)).to_be_visible()
    expect(page).to_have_url(re.compile(f"/leads/{lead.id}#advice$"))


def test_earlier_assessments_are_fetched_when_asked_for(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss", source="partner", analyzed=True)
    analysis.analyze(lead.id, actor=MACHINE, now=factories.NOW)
    db.session.commit()
    page = signed_in("viewer")
    page.goto(f"/leads/{lead.id}")
    page.get_by_role("link", name="1 earlier assessment").click()
    page.get_by_text("What it was made of").click()
    expect(page.locator(".earlier").get_by_role("row", name="Source: partner")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/leads/{lead.id}$"))


def learned_lead() -> LeadView:
    """A lead with a learned score of many inputs, earlier assessments and a track record."""
    lead = factories.make_lead(
        name="Nadia Weiss", source="partner", analyzed=True,
        attributes={f"What matters most to you, {n}": "Better prospects " * n for n in range(14)},
    )  # fmt: skip
    columns = (
        category(f"What matters most to you, {n}", {}, blank=0)
        | {"values": {("better prospects " * n).strip(): 90_000 * (-1) ** n * (15 - n)}}
        for n in range(1, 14)
    )
    cells = [["2026-01", "partner", 1, n, 3, n % 3] for n in range(100)]
    stored = small_document(*columns)
    use_model(stored)
    other = make_model(stored, report={"record": cells})

    scoring_models.promote(other.id, threshold="0.60", actor=MACHINE, now=factories.NOW)
    return analysis.analyze(lead.id, actor=MACHINE, now=factories.NOW)


@pytest.mark.usefixtures("adviser")
@pytest.mark.parametrize("device", DEVICES)
def test_how_it_looks(look: Look, site: str, device: str) -> None:
    lead = learned_lead()
    db.session.commit()
    camera = look(site, device, factories.make_user())
    page = camera.page
    page.goto(f"/leads/{lead.id}")
    expect(page.get_by_role("row", name="4 smaller ones")).to_be_visible()
    camera("lead-learned")
    page.get_by_text("The 4 smaller ones").click()
    page.get_by_role("link", name="1 earlier assessment").click()
    page.get_by_text("What it was made of").click()
    page.get_by_role("button", name="Ask the adviser").click()
    expect(page.get_by_text("The adviser is asked.")).to_be_visible()
    camera("lead-advice-asked")
    answer()
    page.get_by_text("Open questions and a draft").click()
    page.locator("#advice").scroll_into_view_if_needed()
    camera("lead-advice")
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
