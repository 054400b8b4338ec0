"""The board on a phone: by thumb, 360 px wide."""

from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.board import card, expect_in
from tests.browser.conftest import PHONE, SignedIn


def expect_no_wider(page: Page) -> None:
    """The page fits the screen: nothing makes it scroll sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == page.evaluate("document.documentElement.clientWidth")


def test_a_card_is_moved_by_its_menu(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in(**PHONE)
    page.goto("/board")
    expect_no_wider(page)
    card(page, lead.id).get_by_role("link", name="Move to").tap()
    page.get_by_role("dialog").get_by_role("button", name="Contacted").tap()
    expect_in(page, "contacted", lead.id)
    card(page, lead.id).get_by_role("button", name="Analyze").tap()
    expect(card(page, lead.id).locator(".score b")).to_have_text("0.25")


def test_a_lead_opens_over_the_whole_screen(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss", stage="qualified", analyzed=True)
    page = signed_in(**PHONE)
    page.goto("/board")
    card(page, lead.id).get_by_role("link", name="Nadia Weiss").tap()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="Nadia Weiss")).to_be_visible()
    box = panel.bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 360)
    expect_no_wider(page)
    panel.get_by_role("button", name="Close").tap()
    expect(panel).to_be_empty()


def test_a_refusal_fits_the_screen(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss", stage="qualified")
    page = signed_in(allow=(409,), **PHONE)
    page.goto("/board")
    card(page, lead.id).get_by_role("link", name="Hand off").tap()
    refusal = page.locator("#refusal")
    expect(refusal).to_be_visible()
    box = refusal.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    refusal.get_by_role("button", name="Analyze").tap()
    expect(card(page, lead.id).locator(".score b")).to_have_text("0.35")


def test_long_names_make_nothing_wider(signed_in: SignedIn) -> None:
    name = "Maximiliana Theodora Hohenzollern-Sigmaringen von und zu Liechtenstein-Esterhazy"
    user = factories.make_user(name=name)
    lead = factories.make_lead(
        name=name, company=name * 2, email=f"{'m' * 60}@example.com", business_domain=name[:80]
    )
    page = signed_in(user, **PHONE)
    for path in ("/board", f"/leads/{lead.id}", "/sales", "/account"):
        page.goto(path)
        expect_no_wider(page)
