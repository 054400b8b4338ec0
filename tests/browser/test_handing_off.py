"""Handing a lead off: what is missing, how it is mended, and what becomes of the lead."""

from decimal import Decimal

from playwright.sync_api import Page, expect

from leadapp.permissions import Role
from leadapp.queries.lead_view import LeadView
from tests import factories
from tests.browser.board import act, card, column, drag, expect_counts, expect_in, expect_said
from tests.browser.conftest import SignedIn


def test_a_refused_handoff_says_all_that_is_missing_beside_the_card(signed_in: SignedIn) -> None:
    lead = factories.make_lead(stage="qualified", analyzed=True, name="Nadia Weiss")
    page = signed_in(allow=(409,))
    page.goto("/board")
    drag(card(page, lead.id), column(page, "transferred"))
    refusal = page.get_by_role("region", name="Not done")
    expect(refusal.get_by_role("heading")).to_have_text("Not handed off: 2 conditions unmet")
    expect(refusal.get_by_role("listitem")).to_have_count(2)
    expect(refusal).to_contain_text("Now 0.35, needed 0.60")
    expect(refusal).to_contain_text("Now none, needed a business domain")
    expect_in(page, "qualified", lead.id)
    expect_said(page, "Not handed off")
    _expect_beside(page, lead)
    page.keyboard.press("Escape")
    expect(refusal).to_be_hidden()
    expect(card(page, lead.id).get_by_role("link", name="Nadia Weiss")).to_be_focused()


def _expect_beside(page: Page, lead: LeadView) -> None:
    of_card = card(page, lead.id).bounding_box()
    of_refusal = page.locator("#refusal").bounding_box()
    assert of_card
    assert of_refusal
    gap = max(
        of_refusal["x"] - of_card["x"] - of_card["width"],
        of_card["x"] - of_refusal["x"] - of_refusal["width"],
    )
    assert 0 <= gap < 40


def test_what_is_missing_is_mended_from_there_and_the_lead_handed_off(signed_in: SignedIn) -> None:
    lead = factories.make_lead(stage="qualified", analyzed=True, name="Nadia Weiss")
    seller = factories.make_user(Role.REP, name="Sana Haddad")
    page = signed_in(allow=(409,))
    page.goto("/board")
    refusal, panel = page.locator("#refusal"), page.locator("#panel")

    drag(card(page, lead.id), column(page, "transferred"))
    refusal.get_by_role("link", name="Fill in the domain").click()
    field = panel.get_by_label("Business domain")
    expect(field).to_be_focused()
    field.fill("Logistics")
    field.press("Enter")
    expect(card(page, lead.id).locator(".domain")).to_have_text("Logistics")

    for note in ("Called, wants an offer.", "Wrote to them.", "Called again."):
        panel.get_by_label("What happened?").fill(note)
        panel.get_by_role("button", name="Call", exact=True).click()
        expect(panel.get_by_text(note)).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_empty()
    expect(card(page, lead.id).get_by_role("link", name="Nadia Weiss")).to_be_focused()

    drag(card(page, lead.id), column(page, "transferred"))
    refusal.get_by_role("button", name="Analyze").click()
    expect(card(page, lead.id).locator(".score b")).to_have_text("0.80")
    expect(refusal).to_be_hidden()

    drag(card(page, lead.id), column(page, "transferred"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Hand off to sales: Nadia Weiss")
    for evidence in ("0.80, needed 0.60", "Transfer to sales", "Logistics"):
        expect(dialog).to_contain_text(evidence)
    dialog.get_by_label("Salesperson").select_option(label="Sana Haddad")
    dialog.get_by_role("button", name="Hand off to sales").click()
    expect_in(page, "transferred", lead.id)
    expect_counts(page, qualified=0, transferred=1)
    expect_said(page, "handed off to sales. A sale was created.")

    page.get_by_role("link", name="Sales").click()
    sale = page.locator("#cards-new .card")
    expect(sale).to_contain_text("Nadia Weiss")
    drag(sale, column(page, "kyc"))
    expect(page.locator("#cards-kyc .card:not(.waiting)")).to_contain_text("Nadia Weiss")
    expect_said(page, "Nadia Weiss moved to KYC.")
    sale.first.or_(page.locator("#cards-kyc .card")).get_by_role("link", name="Nadia Weiss").click()
    expect(panel).to_contain_text("Evidence of the handoff")
    expect(panel).to_contain_text("0.8000, threshold 0.60")
    assert factories.reload(lead).ai_score == Decimal("0.8")
    assert factories.reload_sale(1).owner == seller.name


def test_a_changed_score_is_shown_again_before_it_is_frozen(signed_in: SignedIn) -> None:
    lead = factories.make_ready_lead()
    page = signed_in(allow=(409,))
    page.goto("/board")
    act(card(page, lead.id), "Hand off", "link")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1.00, needed 0.60")
    factories.set_threshold("0.90")
    dialog.get_by_role("button", name="Hand off to sales").click()
    expect(dialog).to_contain_text("changed after it was shown to you")
    expect(dialog).to_contain_text("1.00, needed 0.90")
    dialog.get_by_role("button", name="Hand off to sales").click()
    expect_in(page, "transferred", lead.id)
