"""Without JavaScript everything is a form that posts and redirects."""

import re

import pytest
from playwright.sync_api import Page, expect

from leadapp.permissions import Role
from tests import factories
from tests.browser.board import act, card, column
from tests.browser.conftest import SignedIn, Window


@pytest.fixture
def plain(signed_in: SignedIn) -> SignedIn:
    """Like `signed_in`, with JavaScript off."""
    return lambda *who, **options: signed_in(*who, java_script_enabled=False, **options)


def _expect_told(page: Page, text: str) -> None:
    expect(page.locator(".flashes")).to_contain_text(text)


def test_signing_in_and_out(window: Window) -> None:
    user = factories.make_user()
    page = window(java_script_enabled=False)
    page.goto("/sales")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Sales · leadapp")
    page.locator(".user summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_title("Sign in · leadapp")


def test_a_lead_is_added_moved_and_lost(plain: SignedIn) -> None:
    factories.make_lead(name="Somebody")
    page = plain(allow=(422,))
    page.goto("/board")
    page.locator("summary", has_text="Add lead").click()
    page.locator("#add-lead").get_by_label("Name").fill("Nadia Weiss")
    page.locator("#add-lead").get_by_role("button", name="Add lead").click()
    _expect_told(page, "Nadia Weiss added.")
    added = page.locator("#cards-new .card", has_text="Nadia Weiss")
    act(added, "Contacted")
    _expect_told(page, "Nadia Weiss moved to Contacted.")
    expect(page).to_have_url(re.compile("/board$"))

    added = page.locator("#cards-contacted .card")
    act(added, "Move to", "link")
    page.get_by_role("link", name="Mark as lost").click()
    page.get_by_role("button", name="Mark as lost").click()
    expect(page.locator(".error")).to_be_visible()
    page.get_by_label("Why was it lost?").select_option("other")
    page.get_by_label("In words").fill("They moved away.")
    page.get_by_role("button", name="Mark as lost").click()
    _expect_told(page, "Nadia Weiss marked as lost: other.")
    expect(page.get_by_role("heading", name="Nadia Weiss", level=1)).to_be_visible()
    page.get_by_role("button", name="Start a new lead from this one").click()
    expect(page.get_by_text("Started from", exact=True)).to_be_visible()


def test_a_lead_is_mended_analyzed_and_handed_off_and_its_sale_moved(plain: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss", stage="qualified", activity_count=3)
    factories.make_user(Role.REP, name="Sana Haddad")
    page = plain()
    page.goto("/board")
    act(card(page, lead.id), "Hand off", "link")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not ready for sales: Nadia Weiss")
    page.get_by_role("link", name="Fill in the domain").click()
    page.get_by_label("Business domain").fill("Logistics")
    page.get_by_role("button", name="Save").click()
    _expect_told(page, "Nadia Weiss saved.")
    page.get_by_role("button", name="Analyze").first.click()
    _expect_told(page, "Nadia Weiss analyzed: 0.80.")
    page.get_by_label("What happened?").fill("Called.")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_text("Called.")).to_be_visible()
    page.get_by_role("link", name="Hand off to sales").click()
    expect(page.get_by_text("0.80, needed 0.60")).to_be_visible()
    page.get_by_label("Salesperson").select_option(label="Sana Haddad")
    page.get_by_role("button", name="Hand off to sales").click()
    _expect_told(page, "Nadia Weiss handed off to sales.")

    page.get_by_role("link", name="Sales").click()
    act(page.locator("#cards-new .card"), "KYC")
    _expect_told(page, "Nadia Weiss moved to KYC.")
    act(page.locator("#cards-kyc .card"), "Move to", "link")
    page.get_by_role("link", name="Mark as lost").click()
    page.get_by_label("Why was it lost?").select_option("not_qualified")
    page.get_by_role("button", name="Mark as lost").click()
    _expect_told(page, "marked as lost")
    expect(page.get_by_text("Evidence of the handoff")).to_be_visible()


def test_a_refused_move_is_a_page_that_says_why(plain: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    first, second = plain(), plain(allow=(409,))
    for page in (first, second):
        page.goto("/board")
    act(card(first, lead.id), "Contacted")
    _expect_told(first, "Nadia Weiss moved to Contacted.")
    act(card(second, lead.id), "Contacted")
    expect(second.get_by_text("moved this lead from new to contacted")).to_be_visible()


def test_filters_sorting_and_further_cards(plain: SignedIn) -> None:
    for number in range(52):
        factories.make_lead(name=f"Lead of number {number}")
    factories.make_lead(name="Omar Sato", source="partner")
    page = plain()
    page.goto("/board")
    column(page, "new").get_by_role("link", name="Show more").click()
    expect(page.get_by_role("heading", name="New", level=1)).to_be_visible()
    cards = page.locator(".card")
    expect(cards).to_have_count(3)
    act(cards.last, "Contacted")
    _expect_told(page, "moved to Contacted.")
    page.goto("/board")
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Source").first.select_option(label="partner")
    page.get_by_role("button", name="Show leads").click()
    expect(cards).to_have_count(1)
    page.get_by_label("Sort by").select_option("days")
    page.get_by_role("button", name="Sort").click()
    expect(page).to_have_url(re.compile("sort=days"))
    page.get_by_role("button", name="Analyze all").click()
    _expect_told(page, "Analyzed 1 lead.")
