"""GET and POST /settings/sources and /settings/domains, and one entry's page."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import command_actor
from leadapp.queries.company import get_company
from leadapp.services import lists
from tests.factories import NOW, source_id
from tests.web.html import error_of, page, words

SignIn = Callable[..., FlaskClient]
WHO = command_actor()


@pytest.mark.parametrize("which", ["sources", "domains"])
def test_an_added_entry_is_listed(sign_in: SignIn, which: str) -> None:
    client = sign_in("admin")
    page(client.get(f"/settings/{which}"))
    answer = client.post(f"/settings/{which}", data={"name": "Trade <i>fair</i>"})
    assert answer.headers["Location"] == f"/settings/{which}"
    assert "Trade <i>fair</i>" in words(page(client.get(f"/settings/{which}")))


def test_merged_entries_stand_apart(sign_in: SignIn) -> None:
    lists.merge_source(source_id("partner"), source_id("manual"), actor=WHO, now=NOW)
    client = sign_in("admin")
    assert "“partner” is now manual" in words(page(client.get("/settings/sources")))
    tree = page(client.get(f"/settings/sources/{source_id('partner')}"))
    assert "was merged into manual" in words(tree)


def test_an_entry_has_a_page_with_what_it_can_be_merged_into(sign_in: SignIn) -> None:
    tree = page(sign_in("admin").get(f"/settings/sources/{source_id('partner')}"))
    assert [words(option) for option in tree.iter("option")] == ["manual", "scanner", "unknown"]


def test_the_only_entry_cannot_be_merged(sign_in: SignIn) -> None:
    entry = lists.add_domain("Retail", actor=WHO, now=NOW)
    tree = page(sign_in("admin").get(f"/settings/domains/{entry.id}"))
    assert list(tree.iter("select")) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Enter a name."),
        ("\u200b", "Give it a name."),
        ("x" * 81, "Must be at most 80 characters long."),
        ("PARTNER", "Partner is on the list already; choose another name, or merge the two."),
    ],
)
def test_what_is_wrong_stands_by_its_field(sign_in: SignIn, name: str, message: str) -> None:
    tree = page(sign_in("admin").post("/settings/sources", data={"name": name}), 422)
    assert error_of(tree, "name") == message


def test_the_list_of_domains_is_closed_and_opened(sign_in: SignIn) -> None:
    client = sign_in("admin")
    for closed, is_closed in (("yes", True), ("yes", True), ("no", False)):
        answer = client.post("/settings/domains/closing", data={"closed": closed})
        assert answer.headers["Location"] == "/settings/domains"
        assert get_company().domains_closed is is_closed
        page(client.get("/settings/domains"))


@pytest.mark.parametrize("path", ["sources", "domains", "domains/closing"])
def test_other_methods_are_refused(sign_in: SignIn, path: str) -> None:
    assert sign_in("admin").put(f"/settings/{path}").status_code == 405


@pytest.mark.parametrize("role", ["viewer", "rep", "manager"])
def test_only_admins_may(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    for path in ("sources", "domains", f"sources/{source_id('partner')}"):
        assert client.get(f"/settings/{path}").status_code == 403
    for path in ("sources", "domains", "domains/closing"):
        data = {"name": "x", "closed": "yes"}
        assert client.post(f"/settings/{path}", data=data).status_code == 403
    assert not get_company().domains_closed


@pytest.mark.parametrize("path", ["sources/0", "domains/0", "sources/x", "colors", "colors/1"])
def test_what_is_not_there_is_404(sign_in: SignIn, path: str) -> None:
    assert sign_in("admin").get(f"/settings/{path}").status_code == 404
