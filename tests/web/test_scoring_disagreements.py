"""GET /scoring/disagreements."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Actor, Role
from leadapp.queries import disagreements
from leadapp.rules.stages import LeadStage
from leadapp.services import pipeline
from tests.factories import NOW, make_ready_lead
from tests.web.html import fragment, page, words

SignIn = Callable[..., FlaskClient]
BY = Actor(id=None, role=Role.ADMIN, name="x", via="command")


def lose_against(name: str) -> None:
    """Lose a lead that the advice would hand off."""
    lead = make_ready_lead(name=name)
    note = "They were taken over."
    pipeline.move(lead.id, LeadStage.LOST, actor=BY, now=NOW, lost_reason="other", lost_note=note)


def test_it_says_what_belongs_there_while_there_is_none(sign_in: SignIn) -> None:
    assert "No disagreement yet" in words(page(sign_in().get("/scoring/disagreements")))


def test_it_shows_who_went_against_the_advice_and_why(sign_in: SignIn) -> None:
    lose_against("Ada Novak")
    tree = page(sign_in().get("/scoring/disagreements"))
    rows = [words(row) for row in tree.iter("tr")]
    row = next(row for row in rows if row.startswith("Ada Novak"))
    assert "Marked as lostBy a command" in row
    assert "1.00 Transfer to sales Other: They were taken over. Nobody knows" in row
    assert "0 leads handed off that the advice would not have, 1 lead lost" in words(tree)
    sums = next(e for e in tree.iter() if e.get("aria-label") == "By source")
    (cells,) = [[words(cell) for cell in row] for row in list(sums.iter("tr"))[1:]]
    assert cells == ["partner", "0", "1", "0", "0", "0", "1"]


def test_it_goes_on_page_by_page(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disagreements, "PAGE", 2)
    for name in ("Ada", "Ben", "Cid"):
        lose_against(name)
    client = sign_in()
    tree = page(client.get("/scoring/disagreements"))
    more = next(a for a in tree.iter("a") if words(a) == "Show more")
    url = str(more.get("href"))
    rest = fragment(
        "<table>"
        + client.get(url, headers={"HX-Request": "true"}).get_data(as_text=True)
        + "</table>"
    )
    assert [words(a) for a in rest.iter("a")] == ["Ada"]
    plain = page(client.get(url))
    assert "Who was right" in words(plain)
    assert "By source" not in words(plain)


def test_a_forged_cursor_is_refused(sign_in: SignIn) -> None:
    assert sign_in().get("/scoring/disagreements?cursor=x").status_code == 422


def test_only_managers_and_admins_see_it(sign_in: SignIn) -> None:
    for role in ("viewer", "rep"):
        assert sign_in(role).get("/scoring/disagreements").status_code == 403
    assert sign_in().post("/scoring/disagreements").status_code == 405


def test_it_takes_three_statements(sign_in: SignIn, count_statements: list[str]) -> None:
    client = sign_in()
    for name in ("Ada", "Ben", "Cid"):
        lose_against(name)
    count_statements.clear()
    page(client.get("/scoring/disagreements"))
    assert len([s for s in count_statements if "user_sessions" not in s]) == 3
