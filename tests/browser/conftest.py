"""The app in Chromium: a live server on a database of the test's own, and watched windows."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from leadapp.extensions import db
from leadapp.models import User
from leadapp.permissions import Role
from tests import factories
from tests.browser.live import serving_live
from tests.browser.watching import Watch
from tests.conftest import MakeDatabase, database_url, make_app

NAMES = ("chromium", "chromium-browser", "google-chrome", "/usr/bin/chromium")
# A test waits for what it expects and goes on at once; a busy machine only makes it wait longer.
PATIENCE = 20_000
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}

Window = Callable[..., Page]
SignedIn = Callable[..., Page]


def _chromium() -> str:
    """The browser's path; skips where there is none, or fails where one is required."""
    named = os.environ.get("LEADAPP_BROWSER")
    for name in [named] if named else NAMES:
        if found := shutil.which(name):
            return found
    looked = named or ", ".join(NAMES)
    missing = f"No Chromium found ({looked}): install one or name it in LEADAPP_BROWSER."
    if os.environ.get("LEADAPP_REQUIRE_BROWSER") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker.

    Playwright starts it without its sandbox, which containers mostly forbid; it opens nothing but
    pages of ours.
    """
    path = _chromium()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield _launch(playwright, path)


def _launch(playwright: Playwright, path: str) -> Browser:
    return playwright.chromium.launch(executable_path=path, args=["--disable-dev-shm-usage"])


@pytest.fixture(scope="session")
def _live_app(worker: str) -> Flask:
    return make_app(database_url(f"browser_{worker}"))


@pytest.fixture(scope="session")
def _live_url(_live_app: Flask) -> Iterator[str]:
    with serving_live(_live_app) as url:
        yield url


@pytest.fixture
def site(
    browser: Browser, _live_app: Flask, _live_url: str, make_database: MakeDatabase, worker: str
) -> Iterator[str]:
    """The address of the app, on an empty company of this test's own, for factories to fill."""
    make_database(f"browser_{worker}")
    with _live_app.app_context():
        yield _live_url
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def window(browser: Browser, site: str) -> Iterator[Window]:
    """Open a window of its own, with no session: `window(allow=(409,), viewport=...)`.

    `allow` names answers beyond the good ones that this test is about. Anything else that goes
    wrong in the window fails the test: see `Watch`.
    """
    watches: list[Watch] = []
    with ExitStack() as stack:

        def make(*, allow: tuple[int, ...] = (), offline: bool = False, **options: Any) -> Page:
            context = new_context(browser, site, **options)
            stack.callback(context.close)
            watches.append(Watch(context, site, allow=allow, offline=offline))
            return context.new_page()

        yield make
    assert [trouble for watch in watches for trouble in watch.trouble] == []


def new_context(browser: Browser, site: str, **options: Any) -> BrowserContext:
    """A profile of its own, at a laptop's size unless told otherwise."""
    options.setdefault("viewport", {"width": 1280, "height": 800})
    context = browser.new_context(base_url=site, timezone_id="UTC", locale="en-US", **options)
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def signed_in(window: Window) -> SignedIn:
    """A window with a user of a role signed in, `signed_in("rep")`, or this one, `signed_in(user)`.

    Further options are those of `window`.
    """

    def make(user: User | Role | str = Role.MANAGER, **options: Any) -> Page:
        page = window(**options)
        sign_in(page.context, factories.make_user(user) if isinstance(user, str) else user)
        return page

    return make


def sign_in(context: BrowserContext, user: User) -> None:
    """Sign a user in as the page does, without drawing it."""
    shown = context.request.get("/sign-in").text()
    token = shown.split('name="csrf_token" value="')[1].split('"')[0]
    values: dict[str, str | float | bool] = {
        "csrf_token": token,
        "email": user.email,
        "password": factories.PASSWORD,
    }
    answer = context.request.post("/sign-in", form=values, max_redirects=0)
    assert answer.status == 302, answer.text()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots go, for people to look at."""
    path = Path(__file__).parents[2] / "test-results"
    path.mkdir(exist_ok=True)
    return path
