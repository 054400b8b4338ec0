"""Signing in and out in a browser, and where it leads."""

from playwright.sync_api import Page, expect

from leadapp.models import User
from tests import factories
from tests.browser.conftest import SignedIn, Window


def _fill_in(page: Page, user: User, password: str = factories.PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_in_by_the_page_that_was_asked_for_and_out(window: Window) -> None:
    user, lead = factories.make_user(), factories.make_lead(name="Nadia Weiss")
    page = window(allow=(422,))
    page.goto(f"/leads/{lead.id}")
    expect(page).to_have_title("Sign in · leadapp")
    _fill_in(page, user, "not the password")
    expect(page.locator(".error")).to_have_text("The e-mail address or the password is not right.")
    expect(page.get_by_label("Password")).to_be_focused()
    _fill_in(page, user)
    expect(page.get_by_role("heading", name="Nadia Weiss")).to_be_visible()

    page.locator("summary", has_text=user.name).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_title("Sign in · leadapp")
    page.goto("/board")
    expect(page).to_have_title("Sign in · leadapp")


def test_signed_out_in_another_tab(signed_in: SignedIn) -> None:
    factories.make_lead()
    page = signed_in(allow=(401,))
    page.goto("/board")
    other = page.context.new_page()
    other.goto("/board")
    other.locator(".user summary").click()
    other.get_by_role("button", name="Sign out").click()
    expect(other).to_have_title("Sign in · leadapp")
    page.locator(".card").first.hover()
    page.locator(".card").first.get_by_role("button", name="Contacted").click()
    expect(page).to_have_title("Sign in · leadapp")


ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "https://evil.example",
    "http:///evil.example",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "javascript:alert(1)",
    "@evil.example",
    "/sign-out",
)


def test_next_never_leads_elsewhere(window: Window, site: str) -> None:
    user = factories.make_user()
    page = window(allow=(404,))
    for target in ELSEWHERE:
        page.context.clear_cookies()
        page.goto("/sign-in")
        field = page.locator("input[name=next]")
        field.evaluate("(field, value) => { field.value = value; }", target)
        _fill_in(page, user)
        expect(page).not_to_have_title("Sign in · leadapp")
        assert page.url.startswith(f"{site}/"), target
