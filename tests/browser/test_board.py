"""The board: adding, analyzing, filtering, further cards, and that nothing on it jumps."""

import re

from playwright.sync_api import expect

from tests import factories
from tests.browser.board import act, card, column, drag, expect_counts, expect_in, expect_said
from tests.browser.conftest import SignedIn

# The largest sum of shifts so far in the page, those from before this ran as well.
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  const add = (list) => { for (const shift of list.getEntries()) sum += shift.value; };
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(sum)));
})"""


def test_a_lead_is_added_in_one_line(signed_in: SignedIn) -> None:
    factories.make_lead(name="Somebody")
    page = signed_in()
    page.goto("/board")
    page.locator("summary", has_text="Add lead").click()
    form = page.locator("#add-lead")
    expect(form.get_by_label("Name")).to_be_focused()
    form.get_by_label("Name").fill("Nadia Weiss")
    form.get_by_label("Company").fill("Fairhaven Freight")
    form.get_by_label("Source").select_option("partner")
    form.get_by_label("Company").press("Enter")
    added = page.locator("#cards-new .card").first
    expect(added).to_contain_text("Nadia Weiss")
    expect(added).to_contain_text("partner")
    expect_counts(page, new=2)
    expect_said(page, "Nadia Weiss added.")
    expect(form.get_by_label("Name")).to_have_value("")
    drag(added, column(page, "contacted"))
    expect_counts(page, new=1, contacted=1)


def test_a_card_is_analyzed_in_place(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss", source="partner", business_domain="Retail")
    page = signed_in()
    page.goto("/board")
    expect(card(page, lead.id)).to_contain_text("No score yet")
    act(card(page, lead.id), "Analyze")
    expect(card(page, lead.id).locator(".score b")).to_have_text("0.60")
    expect(card(page, lead.id).locator(".score")).to_contain_text("medium")
    expect_said(page, "Nadia Weiss analyzed: 0.60.")


def test_all_on_the_board_are_analyzed(signed_in: SignedIn) -> None:
    wanted = factories.make_lead(name="Nadia Weiss")
    other = factories.make_lead(name="Omar Sato")
    page = signed_in()
    page.goto("/board?q=Nadia")
    page.get_by_role("button", name="Analyze all").click()
    expect(page.get_by_text("Analyzed 1 lead.")).to_be_visible()
    expect(card(page, wanted.id).locator(".score b")).to_have_text("0.20")
    assert factories.reload(other).ai_score is None


def test_filters_are_chips_that_can_be_removed(signed_in: SignedIn) -> None:
    factories.make_lead(name="Nadia Weiss", source="partner")
    factories.make_lead(name="Omar Sato")
    page = signed_in()
    page.goto("/board")
    cards = page.locator(".card")
    expect(cards).to_have_count(2)
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Source").first.select_option(label="partner")
    page.get_by_role("button", name="Show leads").click()
    expect(page).to_have_url(re.compile(r"/board\?source=\d+&sort=score$"))
    expect(cards).to_have_count(1)
    page.get_by_role("searchbox").fill("Omar")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", name="No lead matches these filters")).to_be_visible()
    chips = page.get_by_role("group", name="Filters in force")
    expect(chips.locator(".chip")).to_have_count(2)
    chips.get_by_role("link", name="Source: partner").click()
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("Omar Sato")
    page.get_by_label("Sort by").select_option("age")
    expect(page).to_have_url(re.compile("q=Omar&sort=age"))
    chips.get_by_role("link", name="“Omar”").click()
    expect(cards).to_have_count(2)


def test_a_column_shows_more(signed_in: SignedIn) -> None:
    for number in range(53):
        factories.make_lead(name=f"Lead of number {number}")
    page = signed_in()
    page.goto("/board")
    cards = page.locator("#cards-new .card")
    expect(cards).to_have_count(50)
    column(page, "new").get_by_role("link", name="Show more").click()
    expect(cards).to_have_count(53)
    expect(column(page, "new").get_by_role("link", name="Show more")).to_have_count(0)
    last = cards.last
    drag(last, column(page, "contacted"))
    expect_counts(page, new=52, contacted=1)


def test_an_empty_board_offers_what_fills_it(signed_in: SignedIn) -> None:
    page = signed_in()
    page.goto("/board")
    expect(page.get_by_role("heading", name="No leads yet")).to_be_visible()
    page.locator("main").get_by_role("link", name="Add lead").click()
    page.get_by_label("Name").fill("Nadia Weiss")
    page.get_by_role("button", name="Add lead").click()
    expect(page.get_by_role("heading", name="Nadia Weiss", level=1)).to_be_visible()


def test_final_columns_stay_as_they_were_left(signed_in: SignedIn) -> None:
    lead = factories.make_lead(stage="lost")
    page = signed_in()
    page.goto("/board")
    expect(card(page, lead.id)).to_be_hidden()
    column(page, "lost").locator("summary").click()
    expect(card(page, lead.id)).to_be_visible()
    page.reload()
    expect(card(page, lead.id)).to_be_visible()


def test_nothing_shifts(signed_in: SignedIn) -> None:
    for stage in ("new", "contacted", "qualified"):
        for number in range(6):
            factories.make_lead(name=f"{stage} {number}", stage=stage, analyzed=number % 2 == 0)
    page = signed_in()
    page.goto("/board?sort=age")
    expect(page.locator(".drawn")).to_be_attached()
    assert page.evaluate(SHIFT) == 0
    first = page.locator("#cards-new .card").first
    first.hover()
    act(first, "Analyze")
    expect_said(page, "analyzed")
    assert page.evaluate(SHIFT) == 0


def test_a_rep_sees_own_and_unassigned_leads_and_work_makes_them_own(signed_in: SignedIn) -> None:
    rep = factories.make_user("rep", name="Jonas Weidmann")
    free = factories.make_lead(name="Nadia Weiss")
    factories.make_lead(name="Omar Sato", owner=factories.make_user("rep"))
    page = signed_in(rep)
    page.goto("/board")
    expect(page.locator(".card")).to_have_count(1)
    expect(page.get_by_role("button", name="Analyze all")).to_have_count(0)
    drag(card(page, free.id), column(page, "contacted"))
    expect_in(page, "contacted", free.id)
    expect(card(page, free.id).locator(".initials")).to_have_text("JW")
