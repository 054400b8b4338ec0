"""GET /sales/<id>."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.rules.stages import SaleStage
from leadapp.services.sales import move_sale
from tests.factories import NOW, make_lead, make_sale, make_user, set_threshold
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]


def test_it_shows_the_evidence_of_the_handoff(sign_in: SignIn) -> None:
    sale = make_sale(name="Ada Novak", email="ada@example.org")
    set_threshold("0.90")
    text = words(page(sign_in("manager").get(f"/sales/{sale.id}")))
    for part in (
        "Ada Novak",
        "ada@example.org",
        "1.0000, threshold 0.60",
        "Advised: transfer to sales",
        sale.reason,
        "Domain: Retail",
        "8 interactions +0.25",
        "the rule table, version 1",
        "In New for",
    ):
        assert part in text


def test_it_tells_what_happened_newest_first(sign_in: SignIn) -> None:
    rep, sale = make_user(Role.MANAGER, name="Marta Klein"), make_sale()
    move_sale(sale.id, SaleStage.KYC, actor=rep.actor("page"), now=NOW)
    move_sale(
        sale.id,
        SaleStage.LOST,
        actor=rep.actor("api"),
        now=NOW,
        lost_reason="not_qualified",
        lost_note="A student.",
    )
    tree = page(sign_in("manager").get(f"/sales/{sale.id}"))
    lines = next(e for e in tree.iter("ol") if e.get("class") == "timeline")
    told = [words(line).split(" 2 Mar")[0] for line in lines]
    assert told == [
        "Marta Klein marked it as lost from KYC: not qualified",
        "Marta Klein moved it from New to KYC",
        "Somebody on the server handed it off to sales",
    ]
    steps = next(e for e in tree.iter("ol") if e.get("class") == "steps")
    assert [words(step) for step in steps] == ["New", "KYC", "Lost"]
    assert "A student." in words(tree)


def test_in_the_panel_it_is_a_fragment(sign_in: SignIn) -> None:
    sale = make_sale()
    headers = {"HX-Request": "true", "HX-Target": "panel"}
    text = sign_in("manager").get(f"/sales/{sale.id}", headers=headers).get_data(as_text=True)
    assert "panel-head" in text
    assert "<html" not in text


def test_it_takes_three_statements_besides_signing_in(
    sign_in: SignIn, count_statements: list[str]
) -> None:
    client, sale = sign_in("manager"), make_sale(stage="paid")
    count_statements.clear()
    page(client.get(f"/sales/{sale.id}"))
    assert len([s for s in count_statements if "user_sessions" not in s]) == 3


def test_the_lead_is_linked_where_it_may_be_opened(sign_in: SignIn) -> None:
    rep = make_user(Role.REP)
    sale = make_sale(owner=rep)
    link = f'href="/leads/{sale.lead_id}"'
    assert link in sign_in(rep).get(f"/sales/{sale.id}").get_data(as_text=True)


def test_a_salesperson_who_does_not_own_the_lead_sees_no_link_to_it(sign_in: SignIn) -> None:
    from leadapp.services.handoff import hand_off

    owner, salesperson = make_user(Role.REP), make_user(Role.REP)
    lead = make_lead(
        stage="qualified",
        owner=owner,
        analyzed=True,
        source="partner",
        activity_count=8,
        business_domain="Retail",
    )
    _, sale_id = hand_off(
        lead.id, actor=owner.actor("page"), now=NOW, salesperson_id=salesperson.id
    )
    text = sign_in(salesperson).get(f"/sales/{sale_id}").get_data(as_text=True)
    assert f"/leads/{lead.id}" not in text
    assert "belongs to somebody else" in text


def test_only_a_get_is_answered(sign_in: SignIn) -> None:
    assert sign_in("manager").post(f"/sales/{make_sale().id}").status_code == 405


def test_a_viewer_sees_no_buttons_and_another_rep_nothing(sign_in: SignIn) -> None:
    sale = make_sale()
    text = words(page(sign_in("viewer").get(f"/sales/{sale.id}")))
    assert "Mark as lost" not in text
    assert sign_in("rep").get(f"/sales/{sale.id}").status_code == 404


def test_nobody_sees_it_without_signing_in(client: FlaskClient) -> None:
    assert client.get(f"/sales/{make_sale().id}").status_code == 302


@pytest.mark.parametrize("sale_id", ["0", "4611686018427387904", "٣", "-1", "1e3", "x" * 90])
def test_what_is_no_sale_is_not_found(sign_in: SignIn, sale_id: str) -> None:
    page(sign_in("manager").get(f"/sales/{sale_id}"), 404)
