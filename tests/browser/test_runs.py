"""A run while somebody watches it: it moves by itself, nothing jumps, and it can be cancelled."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text, update

from leadapp.extensions import db
from leadapp.models import Run
from leadapp.services import runs
from leadapp.web.clock import utc_now
from tests.browser.conftest import PHONE, SignedIn
from tests.browser.test_pages import AXE, RUN
from tests.factories import make_user

SHIFTS = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""


def start(page_user: Any) -> Run:
    params = {"filter": {"source": "1"}}
    run = runs.start("analyze", params, actor=page_user.actor("page"), now=utc_now())
    db.session.commit()
    return run


def set_run(run: Run, **values: Any) -> None:
    """What a worker would write."""
    db.session.execute(update(Run).where(Run.id == run.id).values(values))
    db.session.commit()


def figure(page: Page, label: str) -> Any:
    return page.locator(".run-figures div", has_text=label).locator("dd")


@pytest.mark.parametrize("device", ["wide", "narrow"])
def test_it_moves_by_itself_until_it_is_over(
    signed_in: SignedIn, pictures: Path, device: str
) -> None:
    user = make_user()
    page = signed_in(user, **(PHONE if device == "narrow" else {}))
    run = start(user)
    page.goto(f"/runs/{run.id}")
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    page.evaluate(SHIFTS)
    set_run(run, status="running", started_at=utc_now(), total=3_000, attempt=1)
    expect(figure(page, "Rest")).to_have_text("3,000")
    set_run(run, done=1_200, failed=1)
    expect(figure(page, "Done")).to_have_text("1,200")
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 40)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=pictures / f"run-{device}-{scheme}.png")
        page.evaluate(AXE)
        assert page.evaluate(RUN, {}) == []
    set_run(run, status="done", done=2_999, finished_at=utc_now())
    expect(page.get_by_text("Analyzed 2,999 leads. 1 lead changed or closed")).to_be_visible()
    expect(page.get_by_text("It goes on when you leave")).to_have_count(0)
    page.screenshot(path=pictures / f"run-done-{device}.png")
    assert page.evaluate("window.shifted") == 0
    page.get_by_role("link", name="To the board").click()
    page.wait_for_url("**/board?source=1")


def test_cancelling_it(signed_in: SignedIn) -> None:
    user = make_user()
    page = signed_in(user)
    run = start(user)
    set_run(run, status="running", started_at=utc_now(), total=10, done=5, attempt=1)
    page.goto(f"/runs/{run.id}")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelling")).to_be_visible()
    assert db.session.execute(text("SELECT cancel_requested FROM runs")).scalar_one()
    runs.end_cancelled(run.id, now=utc_now())
    db.session.commit()
    expect(page.get_by_text("Cancelled. 5 leads had been analyzed before.")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


def test_without_a_script_the_page_comes_again(signed_in: SignedIn) -> None:
    user = make_user()
    page = signed_in(user, java_script_enabled=False)
    run = start(user)
    page.goto(f"/runs/{run.id}")
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    set_run(run, status="running", started_at=utc_now(), total=10, done=5, attempt=1)
    expect(figure(page, "Done")).to_have_text("5")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelling")).to_be_visible()
