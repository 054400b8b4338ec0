"""GET /board/columns/<stage>."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.queries.board import PAGE
from tests.factories import make_lead, make_user, set_score
from tests.web.html import fragment, page, words

SignIn = Callable[..., FlaskClient]
HTMX = {"HX-Request": "true", "X-Board": "/board"}


def cards(tree: Element) -> list[str]:
    return [str(e.get("id")) for e in tree.iter("article")]


def more_of(tree: Element) -> list[str]:
    links = [e.get("href") or "" for e in tree.iter("a")]
    return [link for link in links if link.startswith("/board/columns/")]


def test_show_more_goes_on_where_the_board_ended_with_its_filters(sign_in: SignIn) -> None:
    made = [f"lead-{make_lead().id}" for _ in range(PAGE + 2)]
    scored = make_lead(business_domain="Retail")
    set_score(scored.id, "0.5000")
    client = sign_in("manager")
    board = page(client.get("/board?domain=none&sort=age"))
    [url] = more_of(board)
    rest = page(client.get(url))
    assert cards(board) + cards(rest) == made
    assert more_of(rest) == []


def test_in_place_it_is_the_cards_and_the_next_show_more(sign_in: SignIn) -> None:
    made = [f"lead-{make_lead().id}" for _ in range(2 * PAGE + 1)]
    client = sign_in("manager")
    [url] = more_of(page(client.get("/board?sort=age")))
    tree = fragment(client.get(url, headers=HTMX).get_data(as_text=True))
    assert cards(tree) == made[PAGE : 2 * PAGE]
    assert len(more_of(tree)) == 1


def test_without_javascript_it_is_a_page(sign_in: SignIn) -> None:
    lead = make_lead(stage="contacted", name="Ada Novak")
    tree = page(sign_in("manager").get("/board/columns/contacted"))
    assert cards(tree) == [f"lead-{lead.id}"]
    assert "Contacted 1 lead " in words(tree)
    assert f"/leads/{lead.id}/stage?seen=contacted" in [
        e.get("formaction") for e in tree.iter("button")
    ]


def test_a_search_goes_on_too(sign_in: SignIn) -> None:
    made = [f"lead-{make_lead(name='Ada').id}" for _ in range(PAGE + 1)]
    make_lead(name="Bea")
    client = sign_in("manager")
    board = page(client.get("/board?q=ada&sort=age"))
    [url] = more_of(board)
    assert cards(page(client.get(url))) == made[PAGE:]


def test_it_takes_three_statements_besides_signing_in(
    sign_in: SignIn, count_statements: list[str]
) -> None:
    make_lead()
    client = sign_in("manager")
    for headers, most in ((HTMX, 2), ({}, 3)):
        count_statements.clear()
        client.get("/board/columns/new", headers=headers)
        assert len([s for s in count_statements if "user_sessions" not in s]) == most


def test_only_a_get_is_answered(sign_in: SignIn) -> None:
    assert sign_in("manager").post("/board/columns/new").status_code == 405


def test_a_rep_gets_own_and_unassigned_leads_alone_and_a_viewer_no_buttons(
    sign_in: SignIn,
) -> None:
    rep = make_user(Role.REP)
    own, nobodys = make_lead(owner=rep), make_lead()
    make_lead(owner=make_user(Role.REP))
    tree = page(sign_in(rep).get("/board/columns/new?sort=age"))
    assert cards(tree) == [f"lead-{own.id}", f"lead-{nobodys.id}"]
    viewed = page(sign_in("viewer").get("/board/columns/new"))
    assert len(cards(viewed)) == 3
    assert [e for e in viewed.iter() if e.get("formaction")] == []


def test_nobody_sees_it_without_signing_in(client: FlaskClient) -> None:
    assert client.get("/board/columns/new").status_code == 302


@pytest.mark.parametrize(
    "address",
    ["kyc", "NEW", "%00", "new?cursor=x", "new?cursor=%00", "new?cursor=MWU5OTk5OTl8Nw"],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_unknown_stage_or_cursor_is_not_accepted(
    address: str, headers: dict[str, str], sign_in: SignIn
) -> None:
    answer = sign_in("manager").get(f"/board/columns/{address}", headers=headers)
    assert answer.status_code == 422


def test_behind_the_last_card_there_is_nothing(sign_in: SignIn) -> None:
    make_lead(stage="contacted")
    assert cards(page(sign_in("manager").get("/board/columns/new"))) == []
