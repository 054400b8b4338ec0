"""A lead beside the board: its address, the way back, and what is done in it."""

import re

from playwright.sync_api import expect

from tests import factories
from tests.browser.board import card, column, expect_counts, expect_in
from tests.browser.conftest import SignedIn


def test_it_has_its_own_address_and_escape_leads_back_to_the_card(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in()
    page.goto("/board?sort=age")
    title = card(page, lead.id).get_by_role("link", name="Nadia Weiss")
    title.click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="Nadia Weiss")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/leads/{lead.id}$"))
    expect(page).to_have_title("Nadia Weiss · leadapp")
    page.keyboard.press("Escape")
    expect(panel).to_be_empty()
    expect(page).to_have_url(re.compile(r"/board\?sort=age$"))
    expect(page).to_have_title("Board · leadapp")
    expect(title).to_be_focused()

    title.click()
    expect(panel).not_to_be_empty()
    page.reload()
    expect(page.get_by_role("heading", name="Nadia Weiss", level=1)).to_be_visible()
    expect(panel).to_be_empty()


def test_back_and_forward(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in()
    page.goto("/board")
    card(page, lead.id).get_by_role("link", name="Nadia Weiss").click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="Nadia Weiss")).to_be_visible()
    page.go_back()
    expect(panel).to_be_empty()
    expect(page).to_have_url(re.compile("/board$"))
    page.go_forward()
    expect(panel.get_by_role("heading", name="Nadia Weiss")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/leads/{lead.id}$"))
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_empty()


def test_what_is_done_in_it_shows_on_the_board(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in()
    page.goto("/board")
    card(page, lead.id).get_by_role("link", name="Nadia Weiss").click()
    panel = page.locator("#panel")
    panel.get_by_role("button", name="Analyze").click()
    expect(card(page, lead.id).locator(".score b")).to_have_text("0.20")
    expect(panel.get_by_role("row", name=re.compile("Score 0.20"))).to_be_visible()
    panel.get_by_label("What happened?").fill("Called, wants an offer.")
    panel.get_by_role("button", name="Call", exact=True).click()
    expect(panel.get_by_text("Called, wants an offer.")).to_be_visible()
    expect(panel.get_by_text("0 interactions then, 1 now")).to_be_visible()
    panel.get_by_role("button", name="Move to contacted").click()
    expect_in(page, "contacted", lead.id)
    expect_counts(page, new=0, contacted=1)
    expect(panel.locator(".steps .now")).to_have_text("Contacted")


def test_a_lost_lead_is_started_anew(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss", stage="lost")
    page = signed_in()
    page.goto("/board")
    column(page, "lost").locator("summary").click()
    card(page, lead.id).get_by_role("link", name="Nadia Weiss").click()
    panel = page.locator("#panel")
    panel.get_by_role("button", name="Start a new lead from this one").click()
    expect(page.locator("#cards-new .card")).to_contain_text("Nadia Weiss")
    expect(panel.get_by_text("Started from")).to_be_visible()
    expect_counts(page, new=1, lost=1)


def test_a_field_is_edited_in_place(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weis")
    page = signed_in(allow=(422,))
    page.goto("/board")
    card(page, lead.id).get_by_role("link", name="Nadia Weis").click()
    panel = page.locator("#panel")
    panel.locator("summary", has_text="change name").click()
    panel.get_by_label("Name", exact=True).fill("Nadia Weiss")
    panel.get_by_label("Name", exact=True).press("Enter")
    expect(card(page, lead.id).get_by_role("link", name="Nadia Weiss", exact=True)).to_be_visible()
    expect(panel.get_by_role("heading", name="Nadia Weiss")).to_be_visible()
    panel.locator("summary", has_text="change name").click()
    panel.get_by_label("Name", exact=True).fill("N" * 201)
    panel.get_by_label("Name", exact=True).press("Enter")
    expect(panel.locator(".error")).to_be_visible()
    assert factories.reload(lead).name == "Nadia Weiss"
