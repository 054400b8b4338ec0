"""Fast fingers and a server that is away."""

from playwright.sync_api import Page, Route, expect

from leadapp.extensions import db
from leadapp.models import Lead
from tests import factories
from tests.browser.board import act, card, column, drag, expect_in, expect_said
from tests.browser.conftest import SignedIn


def _count_posts(page: Page) -> list[str]:
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    return posts


def test_a_double_click_does_it_once(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in()
    page.goto("/board")
    posts = _count_posts(page)
    card(page, lead.id).hover()
    card(page, lead.id).get_by_role("button", name="Contacted").dblclick()
    expect_in(page, "contacted", lead.id)
    expect_said(page, "Nadia Weiss moved to Contacted.")
    assert len(posts) == 1
    assert factories.reload(lead).stage == "contacted"


def test_a_form_is_sent_once(signed_in: SignedIn) -> None:
    page = signed_in()
    page.goto("/leads/new")
    posts = _count_posts(page)
    page.get_by_label("Name", exact=True).fill("Nadia Weiss")
    page.get_by_role("button", name="Add lead").dblclick()
    expect(page.get_by_role("heading", name="Nadia Weiss", level=1)).to_be_visible()
    assert len(posts) == 1
    assert db.session.query(Lead).count() == 1


def test_a_note_in_the_panel_is_logged_once(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in()
    page.goto("/board")
    posts = _count_posts(page)
    card(page, lead.id).get_by_role("link", name="Nadia Weiss").click()
    page.locator("#panel").get_by_label("What happened?").fill("Called.")
    page.locator("#panel").get_by_role("button", name="Call", exact=True).dblclick()
    expect(page.locator("#panel blockquote")).to_have_text("Called.")
    assert len(posts) == 1
    assert factories.reload(lead).activity_count == 1


def test_where_the_server_is_away_the_card_goes_back(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in(offline=True)
    page.goto("/board")
    page.route("**/leads/**", lambda route: route.abort("connectionrefused"))
    drag(card(page, lead.id), column(page, "contacted"))
    expect(page.locator("#toast")).to_contain_text("The server could not be reached.")
    expect_in(page, "new", lead.id)

    drag(card(page, lead.id), column(page, "lost"))
    expect_in(page, "new", lead.id)
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#toast")).to_be_hidden()
    page.unroute("**/leads/**")
    act(card(page, lead.id), "Contacted")
    expect_in(page, "contacted", lead.id)


def test_where_the_server_fails_the_page_says_so(signed_in: SignedIn) -> None:
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in(allow=(500, 503))
    page.goto("/board")

    def fail(route: Route) -> None:
        route.fulfill(status=500, content_type="text/html", body="<!doctype html><p>No</p>")

    page.route("**/leads/*/stage*", fail)
    act(card(page, lead.id), "Contacted")
    expect(page.locator("#toast")).to_contain_text("The server failed at this.")
    expect_in(page, "new", lead.id)


def test_a_lead_that_is_gone_or_anothers_says_so(signed_in: SignedIn) -> None:
    rep, other = factories.make_user("rep"), factories.make_user("rep")
    lead = factories.make_lead(name="Nadia Weiss")
    page = signed_in(rep, allow=(404,))
    page.goto("/board")
    lead_row = db.session.get(Lead, lead.id)
    assert lead_row
    lead_row.owner_id = other.id
    db.session.commit()
    act(card(page, lead.id), "Contacted")
    expect(page.locator("#refusal")).to_be_visible()
    expect_in(page, "new", lead.id)
