"""Two people on one card: the later one is told, and nothing is overwritten."""

from playwright.sync_api import expect

from leadapp.permissions import Role
from tests import factories
from tests.browser.board import act, card, column, drag, expect_counts, expect_in
from tests.browser.conftest import SignedIn


def test_the_later_one_sees_who_moved_it_where(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    first = signed_in(factories.make_user(Role.MANAGER, name="Mara Lindholm"))
    second = signed_in(allow=(409,))
    for page in (first, second):
        page.goto("/board")
    act(card(first, lead.id), "Contacted")
    expect_in(first, "contacted", lead.id)

    drag(card(second, lead.id), column(second, "contacted"))
    refusal = second.locator("#refusal")
    expect(refusal.get_by_role("heading")).to_contain_text("Mara Lindholm")
    expect(refusal.get_by_role("heading")).to_contain_text("contacted")
    expect_in(second, "contacted", lead.id)
    expect_counts(second, new=0, contacted=1)
    assert factories.reload(lead).version == lead.version + 1


def test_a_move_elsewhere_is_not_overwritten(signed_in: SignedIn) -> None:
    lead = factories.make_lead(stage="contacted", name="Nadia Weiss")
    first = signed_in(allow=(409,))
    second = signed_in(factories.make_user(Role.MANAGER, name="Mara Lindholm"), allow=(409,))
    for page in (first, second):
        page.goto("/board")
    act(card(first, lead.id), "Qualified")
    expect_in(first, "qualified", lead.id)

    # Not even asked: it is no longer what was dropped.
    drag(card(second, lead.id), column(second, "lost"))
    expect(second.locator("#refusal")).to_contain_text("qualified")
    expect_in(second, "qualified", lead.id)
    drag(card(second, lead.id), column(second, "lost"))
    dialog = second.get_by_role("dialog")
    dialog.get_by_label("Why was it lost?").select_option("no_need")
    dialog.get_by_role("button", name="Mark as lost").click()
    expect_in(second, "lost", lead.id)

    act(card(first, lead.id), "Analyze")
    expect(first.locator("#refusal")).to_contain_text("The lead is lost")
    expect_in(first, "lost", lead.id)
    expect_counts(first, qualified=0, lost=1)


def test_both_may_work_on_different_things_of_a_lead(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    first, second = signed_in(), signed_in()
    second.goto("/board")
    first.goto(f"/leads/{lead.id}")
    first.get_by_label("What happened?").fill("Called.")
    first.get_by_role("button", name="Call", exact=True).click()
    expect(first.get_by_text("Called.")).to_be_visible()
    drag(card(second, lead.id), column(second, "contacted"))
    expect_in(second, "contacted", lead.id)
