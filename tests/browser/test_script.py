"""Script in every text field is shown as text, in every page."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from leadapp.extensions import db
from leadapp.models import User
from leadapp.permissions import Role
from leadapp.rules.stages import SaleStage
from leadapp.services import activities, handoff, leads, lists, sales
from tests import factories
from tests.browser.board import card, column
from tests.browser.conftest import SignedIn

ATTACKS = {
    "markup": '"><img src=x onerror=alert(1)><script src="https://evil.example/x.js"></script>',
    "htmx": "{{ 7 * 7 }}'><b data-hx-get='/sign-out' hx-trigger=load hx-on::load='alert(1)'>",
}


def _fill(text: str, who: User) -> tuple[int, int]:
    """A company that says this wherever it can; the ids of a lead and of a sale."""
    actor = who.actor("page")
    source = lists.add_source(text[:80], actor=actor, now=factories.NOW)
    values: dict[str, Any] = {
        "name": text,
        "company": text,
        "phone": text[:40],
        "notes": text,
        "external_id": text[:80],
        "attributes": {text: text},
        "business_domain": text[:80],
    }
    lead = factories.make_lead(source=source.name, analyzed=True, **values)
    activities.log_activity(lead.id, "call", note=text, actor=actor, now=factories.NOW)
    leads.assign_lead(lead.id, who.id, actor=actor, now=factories.NOW)
    sold = factories.make_ready_lead(**{**values, "external_id": "sold", "source": "partner"})
    _, sale_id = handoff.hand_off(sold.id, actor=actor, now=factories.NOW, salesperson_id=who.id)
    sales.move_sale(
        sale_id,
        SaleStage.LOST,
        actor=actor,
        now=factories.NOW,
        lost_reason="other",
        lost_note=text,
    )
    db.session.commit()
    return lead.id, sale_id


def _expect_shown(page: Page, text: str) -> None:
    expect(page.locator("body")).to_contain_text(text)
    for name in ("main img:not([alt])", "main [onerror], main [onload]", "[data-hx-get]"):
        expect(page.locator(name)).to_have_count(0)


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_stays_text(signed_in: SignedIn, attack: str) -> None:
    text = ATTACKS[attack]
    admin = factories.make_user(Role.ADMIN, name=text)
    lead_id, sale_id = _fill(text, admin)
    # The window's watch fails the test on a dialog, a foreign request or a report of the CSP.
    page = signed_in(admin)
    for path in (
        f"/leads/{lead_id}",
        f"/leads/{lead_id}/edit",
        f"/leads/{lead_id}/erasure",
        f"/sales/{sale_id}",
        "/settings/users",
        f"/settings/users/{admin.id}",
        "/settings/sources",
        "/settings/domains",
        "/account",
    ):
        page.goto(path)
        _expect_shown(page, text[:80])

    page.goto("/sales")
    column(page, "lost").locator("summary").click()
    _expect_shown(page, text)
    page.goto("/board")
    page.get_by_role("searchbox").fill(text)
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".chip")).to_contain_text(text[:100])
    _expect_shown(page, text)
    card(page, lead_id).hover()
    card(page, lead_id).get_by_role("button", name="Contacted").click()
    expect(page.locator("#live")).to_contain_text(f"{text} moved to Contacted.")
    card(page, lead_id).get_by_role("heading").click()
    expect(page.locator("#panel").get_by_role("heading", level=2).first).to_have_text(text)
    expect(page.locator("#panel blockquote")).to_have_text(text)
    page.keyboard.press("Escape")
    card(page, lead_id).hover()
    card(page, lead_id).get_by_role("link", name="Move to").click()
    expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text(f"Move {text}")
