"""Every page in light and dark, wide and narrow: axe finds nothing serious; a picture of each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from leadapp.extensions import db
from leadapp.models import Lead, Sale, User
from leadapp.services import demo
from leadapp.web.clock import utc_now
from tests import factories
from tests.browser.conftest import PHONE, new_context, sign_in
from tests.browser.live import serving_live
from tests.browser.watching import Watch
from tests.conftest import MakeDatabase, make_app

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RUN = """async (rules) => {
  // The cards of a column are made alike: the first ones speak for all.
  const looked = { include: [["html"]], exclude: [[".cards > :nth-child(n + 7)"]] };
  const { violations } = await axe.run(looked, { resultTypes: ["violations"], ...rules });
  const where = ({ target, any }) => `${target} ${any[0]?.message ?? ""}`;
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(where).join("; ")}`);
}"""
DEVICES: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "narrow": PHONE,
}
COLORS_ALONE = {"runOnly": ["color-contrast", "link-in-text-block"]}


@dataclass(frozen=True)
class Company:
    """The demo company behind a live server, and whom a picture is taken of."""

    url: str
    admin: User
    leads: dict[str, int]
    sale_id: int


@pytest.fixture(scope="module")
def company(make_database: MakeDatabase, worker: str) -> Iterator[Company]:
    """The demo company, made once for all of its pages."""
    app = make_app(make_database(f"demo_{worker}"))
    with app.app_context(), serving_live(app) as url:
        demo.load(password=factories.PASSWORD, now=utc_now())
        db.session.commit()
        admin = db.session.query(User).filter_by(email="admin@example.com").one()
        stages = ("new", "contacted", "qualified", "transferred", "lost")
        leads = {s: db.session.query(Lead).filter_by(stage=s).first() for s in stages}
        ids = {stage: lead.id for stage, lead in leads.items() if lead}
        ids["ready"] = factories.make_ready_lead(name="Nadia Weiss").id
        ids["lacking"] = factories.make_lead(stage="qualified").id
        sale_id = db.session.query(Sale.id).order_by(Sale.id).limit(1).scalar()
        assert sale_id
        db.session.expunge(admin)
        # No transaction stays open while the pages are looked at.
        db.session.commit()
        yield Company(url, admin, ids, sale_id)
        db.session.remove()
        db.engine.dispose()


@dataclass
class Camera:
    """Looks at what a page shows, in light and in dark."""

    page: Page
    device: str
    pictures: Path
    found: list[str]

    def __call__(self, name: str) -> None:
        """Take a picture of it and let axe look, in each color scheme."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.screenshot(path=self.pictures / f"{name}-{self.device}-{scheme}.png")
            # What is not a matter of color is the same in the dark.
            rules = COLORS_ALONE if scheme == "dark" else {}
            if not self.page.evaluate("typeof axe !== 'undefined'"):
                self.page.evaluate(AXE)
            problems = self.page.evaluate(RUN, rules)
            self.found += [f"{name}, {self.device}, {scheme}: {problem}" for problem in problems]


Look = Callable[..., Camera]


@pytest.fixture
def look(browser: Browser, pictures: Path) -> Iterator[Look]:
    """A camera on a device at an address; at the end, axe must have found nothing."""
    opened: list[tuple[Camera, Watch]] = []

    def make(url: str, device: str, user: User | None, *, allow: tuple[int, ...] = ()) -> Camera:
        context = new_context(browser, url, reduced_motion="reduce", **DEVICES[device])
        watch = Watch(context, url, allow=allow, offline=False)
        if user is not None:
            sign_in(context, user)
        camera = Camera(context.new_page(), device, pictures, [])
        opened.append((camera, watch))
        return camera

    yield make
    found = []
    for camera, watch in opened:
        camera.page.context.close()
        found += camera.found + watch.trouble
    assert found == []


@pytest.mark.parametrize("device", DEVICES)
def test_the_board_and_what_opens_over_it(look: Look, company: Company, device: str) -> None:
    camera = look(company.url, device, company.admin, allow=(409,))
    page, dialog = camera.page, camera.page.get_by_role("dialog")
    page.goto("/board")
    camera("board")
    page.goto("/board?q=nad")
    page.locator("summary", has_text="Filter").click()
    camera("board-filters")
    page.keyboard.press("Escape")
    page.locator("summary", has_text="Add lead").click()
    camera("board-add")

    page.goto("/board?q=Nadia+Weiss&sort=age")
    ready = page.locator(f"#lead-{company.leads['ready']}")
    ready.get_by_role("link", name="Nadia Weiss").click()
    expect(page.locator("#panel").get_by_role("heading", name="Nadia Weiss")).to_be_visible()
    camera("panel")
    page.locator("#panel").get_by_role("button", name="Close").click()
    for name, link in (("moves", "Move to"), ("handoff", "Hand off")):
        ready.get_by_role("link", name=link).focus()
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        camera(f"dialog-{name}")
        if name == "handoff":
            break
        dialog.get_by_role("link", name="Mark as lost").click()
        expect(dialog.get_by_label("Why was it lost?")).to_be_visible()
        camera("dialog-loss")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()

    page.goto("/board?owner=none")
    lacking = page.locator(f"#lead-{company.leads['lacking']}")
    lacking.get_by_role("link", name="Hand off").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#refusal")).to_be_visible()
    camera("refusal")


@pytest.mark.parametrize("device", DEVICES)
def test_leads_and_sales(look: Look, company: Company, device: str) -> None:
    camera = look(company.url, device, company.admin, allow=(409,))
    leads = company.leads
    pages = {
        "lead-new": f"/leads/{leads['new']}",
        "lead-qualified": f"/leads/{leads['qualified']}",
        "lead-transferred": f"/leads/{leads['transferred']}",
        "lead-lost": f"/leads/{leads['lost']}",
        "lead-edit": f"/leads/{leads['contacted']}/edit",
        "lead-erasure": f"/leads/{leads['contacted']}/erasure",
        "handoff": f"/leads/{leads['ready']}/handoff",
        "handoff-lacking": f"/leads/{leads['lacking']}/handoff",
        "loss": f"/leads/{leads['contacted']}/loss",
        "moves": f"/leads/{leads['contacted']}/moves",
        "lead-add": "/leads/new",
        "column": "/board/columns/new",
        "sales": "/sales",
        "sale": f"/sales/{company.sale_id}",
        "error-refused": f"/leads/{leads['lost']}/loss",
    }
    for name, path in pages.items():
        camera.page.goto(path)
        camera(name)


@pytest.mark.parametrize("device", DEVICES)
def test_settings_account_and_docs(look: Look, company: Company, device: str) -> None:
    camera = look(company.url, device, company.admin, allow=(404,))
    pages = {
        "settings-users": "/settings/users",
        "settings-user": f"/settings/users/{company.admin.id}",
        "settings-sources": "/settings/sources",
        "settings-source": "/settings/sources/1",
        "settings-domains": "/settings/domains",
        "settings-threshold": "/settings/threshold",
        "account": "/account",
        "password": "/account/password",
        "error-404": "/nowhere",
    }
    for name, path in pages.items():
        camera.page.goto(path)
        camera(name)
    camera.page.goto("/docs")
    expect(camera.page.get_by_role("heading", name="leadapp").first).to_be_visible()
    camera("docs")


@pytest.mark.parametrize("device", DEVICES)
def test_an_empty_company(look: Look, site: str, device: str) -> None:
    stranger = look(site, device, None)
    stranger.page.goto("/sign-in")
    stranger("sign-in")
    camera = look(site, device, factories.make_user())
    for name, path in {"board-empty": "/board", "sales-empty": "/sales"}.items():
        camera.page.goto(path)
        camera(name)
