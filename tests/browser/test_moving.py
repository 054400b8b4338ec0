"""Moving cards by mouse."""

from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.board import act, card, column, drag, expect_counts, expect_in, expect_said
from tests.browser.conftest import SignedIn


def test_a_card_is_dragged_to_the_next_column(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    factories.make_lead(name="Omar Sato")
    page = signed_in()
    page.goto("/board")
    expect_counts(page, new=2, contacted=0)
    drag(card(page, lead.id), column(page, "contacted"))
    expect_in(page, "contacted", lead.id)
    expect_counts(page, new=1, contacted=1)
    expect_said(page, "Nadia Weiss moved to Contacted.")
    assert factories.reload(lead).stage == "contacted"


def test_while_held_only_columns_that_take_it_light_up(signed_in: SignedIn) -> None:
    lead = factories.make_lead()
    page = signed_in()
    page.goto("/board")
    _hold(page, lead.id)
    lit = page.locator(".column.enter")
    expect(lit).to_have_count(2)
    assert [each.get_attribute("data-stage") for each in lit.all()] == ["contacted", "lost"]
    page.mouse.up()
    expect(lit).to_have_count(0)
    expect_in(page, "new", lead.id)


def _hold(page: Page, lead_id: int) -> None:
    box = card(page, lead_id).bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=4)
    expect(page.locator(".columns.held")).to_be_visible()


def test_a_forbidden_column_gives_the_card_back(signed_in: SignedIn) -> None:
    first, second = factories.make_lead(name="First"), factories.make_lead(name="Second")
    page = signed_in()
    page.goto("/board")
    before = page.locator("#cards-new h3").all_inner_texts()
    for stage in ("qualified", "transferred"):
        drag(card(page, first.id), column(page, stage))
        expect(page.locator(".columns.held")).to_have_count(0)
        expect_in(page, "new", first.id)
    assert page.locator("#cards-new h3").all_inner_texts() == before
    assert (factories.reload(first).stage, factories.reload(second).stage) == ("new", "new")


def test_losing_asks_why_and_cancel_gives_the_card_back(signed_in: SignedIn) -> None:
    lead = factories.make_lead(stage="contacted", name="Nadia Weiss")
    page = signed_in(allow=(422,))
    page.goto("/board")
    drag(card(page, lead.id), column(page, "lost"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Mark Nadia Weiss as lost")
    page.keyboard.press("Escape")
    expect_in(page, "contacted", lead.id)
    assert factories.reload(lead).stage == "contacted"

    drag(card(page, lead.id), column(page, "lost"))
    dialog.get_by_role("button", name="Mark as lost").click()
    expect(dialog.locator(".error")).to_be_visible()
    dialog.get_by_label("Why was it lost?").select_option("no_budget")
    dialog.get_by_role("button", name="Mark as lost").click()
    expect(dialog).to_be_hidden()
    expect_in(page, "lost", lead.id)
    expect_counts(page, contacted=0, lost=1)
    lost = factories.reload(lead)
    assert (lost.stage, lost.lost_reason) == ("lost", "no_budget")


def test_the_next_step_is_a_button_on_the_card(signed_in: SignedIn) -> None:
    lead = factories.make_lead()
    page = signed_in()
    page.goto("/board")
    act(card(page, lead.id), "Contacted")
    expect_in(page, "contacted", lead.id)
    act(card(page, lead.id), "Qualified")
    expect_in(page, "qualified", lead.id)


def test_a_viewer_can_drag_nothing(signed_in: SignedIn) -> None:
    lead = factories.make_lead()
    page = signed_in("viewer")
    page.goto("/board")
    drag(card(page, lead.id), column(page, "contacted"))
    expect_in(page, "new", lead.id)
    expect(card(page, lead.id).get_by_role("button")).to_have_count(0)
