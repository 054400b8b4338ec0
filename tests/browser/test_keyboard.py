"""The board without a mouse."""

from playwright.sync_api import expect

from tests import factories
from tests.browser.board import card, expect_in, expect_said
from tests.browser.conftest import SignedIn


def test_a_card_is_moved_by_the_menu_and_keeps_the_focus(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in()
    page.goto("/board")
    title = card(page, lead.id).get_by_role("link", name="Nadia Weiss")
    title.focus()
    menu = card(page, lead.id).get_by_role("link", name="Move to")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Contacted")).to_be_focused()
    page.keyboard.press("Enter")
    expect_in(page, "contacted", lead.id)
    expect_said(page, "Nadia Weiss moved to Contacted.")
    expect(title).to_be_focused()


def test_a_button_of_a_card_leaves_the_focus_on_the_card(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in()
    page.goto("/board")
    title = card(page, lead.id).get_by_role("link", name="Nadia Weiss")
    title.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_in(page, "contacted", lead.id)
    expect(title).to_be_focused()


def test_escape_leaves_a_question_and_the_focus_is_on_the_card_again(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in()
    page.goto("/board")
    card(page, lead.id).get_by_role("link", name="Move to").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("link", name="Mark as lost").focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Why was it lost?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(card(page, lead.id).get_by_role("link", name="Nadia Weiss")).to_be_focused()
    expect_in(page, "new", lead.id)


def test_a_refusal_is_reached_by_tab_and_left_by_escape(signed_in: SignedIn) -> None:
    lead = factories.make_lead(stage="qualified", analyzed=True, name="Nadia Weiss")
    page = signed_in(allow=(409,))
    page.goto("/board")
    card(page, lead.id).get_by_role("link", name="Hand off").focus()
    page.keyboard.press("Enter")
    refusal = page.locator("#refusal")
    expect(refusal).to_be_visible()
    title = card(page, lead.id).get_by_role("link", name="Nadia Weiss")
    expect(title).to_be_focused()
    page.keyboard.press("Tab")
    expect(refusal.locator("a, button:not([data-dismiss])").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(refusal).to_be_hidden()
    expect(title).to_be_focused()


def test_arrows_walk_over_the_cards_and_slash_goes_to_the_search(signed_in: SignedIn) -> None:
    for name in ("Ada", "Bea"):
        factories.make_lead(name=name)
    factories.make_lead(name="Cid", stage="qualified")
    page = signed_in()
    page.goto("/board")
    names = page.locator("#cards-new h3 a").all_inner_texts()
    page.get_by_role("link", name=names[0], exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name=names[1], exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Cid")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
