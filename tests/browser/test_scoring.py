"""The pages of scoring in a browser: the threshold moves live, a model is promoted, axe looks."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from leadapp.models import User
from tests import factories, reports
from tests.browser.test_pages import DEVICES, Look, look

__all__ = ["look"]

SignedIn = Callable[..., Page]


def test_the_threshold_moves_while_the_slider_does(site: str, signed_in: SignedIn) -> None:
    reports.make_model("in_use", open_leads=[])
    factories.set_score(factories.make_lead(name="Ada Novak", analyzed=True).id, "0.5500")
    page = signed_in("manager")
    page.goto("/scoring/threshold")
    expect(page.get_by_role("heading", name="0.60, the present threshold")).to_be_visible()
    slider = page.get_by_label("Threshold to try")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="0.50 instead of 0.60")).to_be_visible()
    expect(slider).to_be_focused()
    expect(page.get_by_role("link", name="Ada Novak")).to_be_visible()


def test_a_candidate_is_promoted_and_the_next_step_offered(site: str, signed_in: SignedIn) -> None:
    factories.make_lead()
    candidate = reports.make_model()
    page = signed_in("admin")
    page.goto("/scoring")
    page.get_by_role("link", name="Look at the candidate").click()
    page.get_by_role("button", name=f"Promote model {candidate.id}").click()
    expect(page.get_by_role("heading", name=f"Model {candidate.id}").first).to_be_visible()
    page.get_by_label("As many as now at 0.41").check()
    page.get_by_role("button", name=f"Promote model {candidate.id}").click()
    expect(page.get_by_role("heading", name=f"In use: model {candidate.id}")).to_be_visible()
    expect(page.get_by_role("button", name="Analyze all open leads")).to_be_visible()


@pytest.mark.parametrize("device", DEVICES)
def test_how_it_looks(look: Look, site: str, device: str) -> None:
    admin: User = factories.make_user("admin")
    camera = look(site, device, admin)
    camera.page.goto("/scoring")
    camera("scoring-empty")
    for _ in range(3):
        factories.set_score(factories.make_lead(name="Ada Novak", analyzed=True).id, "0.5500")
    factories.make_sale()
    now = datetime.now(UTC)
    reports.make_model("refused", report=reports.make_refused_report("Too few closed leads."))
    reports.make_model("in_use", created_at=now)
    candidate = reports.make_model(created_at=now)
    pages = {
        "scoring": "/scoring",
        "scoring-models": "/scoring/models",
        "scoring-model": f"/scoring/models/{candidate.id}",
        "scoring-columns": "/scoring/columns",
        "scoring-threshold": "/scoring/threshold?threshold=0.41",
        "scoring-disagreements": "/scoring/disagreements",
    }
    for name, path in pages.items():
        camera.page.goto(path)
        camera(name)
        wide = "document.querySelector('#main').scrollWidth > innerWidth"
        assert not camera.page.evaluate(wide), name
