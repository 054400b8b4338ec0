"""GET /board."""

from collections.abc import Callable
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.rules.stages import LeadStage
from leadapp.services.activities import log_activity
from leadapp.services.pipeline import move
from leadapp.web.clock import utc_now
from tests.factories import (
    NOW,
    make_lead,
    make_ready_lead,
    make_transferred_lead,
    make_user,
    set_score,
    source_id,
)
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]
STAGES = ["new", "contacted", "qualified", "transferred", "lost"]


def cards(tree: Element) -> list[str]:
    return [str(e.get("id")) for e in tree.iter("article")]


def card_of(tree: Element, lead_id: int) -> Element:
    return next(e for e in tree.iter("article") if e.get("id") == f"lead-{lead_id}")


def columns(tree: Element) -> list[Element]:
    return [e for e in tree.iter() if "column" in (e.get("class") or "").split()]


def test_it_shows_each_lead_in_the_column_of_its_stage_with_its_count(sign_in: SignIn) -> None:
    for stage in ("new", "new", "contacted", "qualified", "lost"):
        make_lead(stage=stage)
    make_transferred_lead()
    tree = page(sign_in("manager").get("/board"))
    assert [column.get("data-stage") for column in columns(tree)] == STAGES
    inside = [[e.get("data-stage") for e in column.iter("article")] for column in columns(tree)]
    assert inside == [["new", "new"], ["contacted"], ["qualified"], ["transferred"], ["lost"]]
    heads = {e.get("id"): words(e) for e in tree.iter("h2") if str(e.get("id")).startswith("head-")}
    assert heads == {
        "head-new": "New 2 leads",
        "head-contacted": "Contacted 1 lead",
        "head-qualified": "Qualified 1 lead",
        "head-transferred": "Transferred 1 lead",
        "head-lost": "Lost 1 lead",
    }


def test_a_card_says_what_there_is_to_say(sign_in: SignIn) -> None:
    owner = make_user(Role.REP, name="Jonas Weber")
    lead = make_ready_lead(owner, name="Ada Novak", company="Kestrel")
    log_activity(lead.id, "call", note=None, actor=owner.actor("page"), now=NOW)
    card = card_of(page(sign_in("manager").get("/board")), lead.id)
    text = words(card)
    for said in ("Ada Novak", "partner", "Retail", "9 activities", "JW", "high 1.00"):
        assert said in text
    assert "changed since analysis" in text
    assert "Transfer to sales" in text
    assert card.get("data-url") == f"/leads/{lead.id}"
    titles = {e.get("title") for e in card.iter() if e.get("title")}
    assert {"Jonas Weber", "Changed since analysis"} <= titles


def test_a_card_says_its_days_in_stage_once_they_are_many(sign_in: SignIn) -> None:
    client, lead = sign_in("manager"), make_lead()
    fresh = make_lead()
    now = utc_now()
    for lead_id, days in ((lead.id, 20), (fresh.id, 2)):
        by = make_user().actor("page")
        move(lead_id, LeadStage.CONTACTED, actor=by, now=now - timedelta(days=days))
    tree = page(client.get("/board"))
    assert "20 d" in words(card_of(tree, lead.id))
    assert "2 d" not in words(card_of(tree, fresh.id))


def test_a_score_never_looks_higher_than_it_is(sign_in: SignIn) -> None:
    lead = make_ready_lead()
    set_score(lead.id, "0.5999")
    text = words(card_of(page(sign_in("manager").get("/board")), lead.id))
    assert "medium 0.59" in text
    assert "score 0.59 of 0.60" in text


def test_a_qualified_card_says_what_it_lacks(sign_in: SignIn) -> None:
    lead = make_lead(stage="qualified")
    text = words(card_of(page(sign_in("manager").get("/board")), lead.id))
    assert "needs a domain, needs a score" in text


@pytest.mark.parametrize(
    ("stage", "label", "value"),
    [("new", "Contacted", "contacted"), ("contacted", "Qualified", "qualified")],
)
def test_a_button_takes_the_one_next_step(
    stage: str, label: str, value: str, sign_in: SignIn
) -> None:
    lead = make_lead(stage=stage)
    card = card_of(page(sign_in("manager").get("/board")), lead.id)
    step = next(card.iter("button"))
    assert (words(step), step.get("formaction"), step.get("name"), step.get("value")) == (
        label,
        f"/leads/{lead.id}/stage?seen={stage}",
        "to",
        value,
    )
    assert f"/leads/{lead.id}/moves" in [a.get("href") for a in card.iter("a")]


def test_a_qualified_card_leads_to_the_handoff_and_a_final_one_nowhere(sign_in: SignIn) -> None:
    ready, lost = make_ready_lead(), make_lead(stage="lost")
    tree = page(sign_in("manager").get("/board"))
    assert f"/leads/{ready.id}/handoff" in [
        a.get("href") for a in card_of(tree, ready.id).iter("a")
    ]
    assert [words(e) for e in card_of(tree, lost.id).iter("button")] == []
    assert [a.get("href") for a in card_of(tree, lost.id).iter("a")] == [f"/leads/{lost.id}"]


def test_columns_say_where_their_cards_may_go_and_what_a_drop_does(sign_in: SignIn) -> None:
    make_lead()
    tree = page(sign_in("manager").get("/board"))
    told = [
        (c.get("data-to"), c.get("data-drop"), c.get("data-asks") is not None)
        for c in columns(tree)
    ]
    assert told == [
        ("contacted lost", "stage", False),
        ("qualified lost", "stage", False),
        ("transferred lost", "stage", False),
        ("", "handoff", True),
        ("", "loss", True),
    ]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("query", ["", "?owner=none", "?stale=1&sort=age", "?q=novak"])
def test_it_takes_three_statements_besides_signing_in(
    role: Role, query: str, sign_in: SignIn, count_statements: list[str]
) -> None:
    for stage in ("new", "contacted", "qualified", "lost"):
        make_lead(stage=stage, analyzed=stage != "lost", name="Ada Novak")
    make_transferred_lead()
    client = sign_in(str(role))
    count_statements.clear()
    page(client.get(f"/board{query}"))
    assert len([s for s in count_statements if "user_sessions" not in s]) <= 3


def test_filters_come_from_the_address_and_can_be_taken_away_one_by_one(sign_in: SignIn) -> None:
    rep = make_user(Role.REP, name="Jonas Weber")
    shown = make_lead(owner=rep, source="partner", business_domain="Retail", analyzed=True)
    make_lead(owner=rep)
    make_lead(source="partner", business_domain="Retail", analyzed=True)
    client = sign_in("manager")
    partner, retail = source_id("partner"), shown.business_domain_id
    query = f"owner={rep.id}&source={partner}&domain={retail}&score_min=0"
    tree = page(client.get(f"/board?{query}"))
    assert cards(tree) == [f"lead-{shown.id}"]
    chips = next(e for e in tree.iter() if "chips" in (e.get("class") or "").split())
    for label in ("Owner: Jonas Weber", "Source: partner", "Domain: Retail", "Score from 0"):
        assert label in words(chips)
    links = [str(a.get("href")) for a in chips.iter("a")]
    assert f"/board?{query.replace(f'owner={rep.id}&', '')}" in links
    assert f"/board?{query.replace('&score_min=0', '')}" in links
    chosen = {
        e.get("name"): next(o.get("value") for o in e.iter("option") if "selected" in o.attrib)
        for e in tree.iter("select")
        if any("selected" in o.attrib for o in e.iter("option"))
    }
    assert (chosen["owner"], chosen["domain"]) == (str(rep.id), str(shown.business_domain_id))


def test_further_cards_are_shown_under_the_same_filters(sign_in: SignIn) -> None:
    for _ in range(51):
        make_lead()
    tree = page(sign_in("manager").get("/board?domain=none&sort=age"))
    assert len(cards(tree)) == 50
    more = [str(a.get("href")) for a in tree.iter("a") if "/board/columns/" in str(a.get("href"))]
    assert len(more) == 1
    assert more[0].startswith("/board/columns/new?domain=none&sort=age&cursor=")


@pytest.mark.parametrize(
    "query",
    [
        "owner=x", "source=-1", "domain=%00", "score_min=NaN", "score_min=1e-999999", "stale=2",
        "recommendation=buy", "sort=name", "q=%00", "q=%FF", "owner=٣", "score_max=1e999", "a=1",
    ],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_left_out(query: str, sign_in: SignIn) -> None:
    lead = make_lead()
    answer = sign_in("manager").get(f"/board?{query}")
    if "FF" not in query:
        assert cards(page(answer)) == [f"lead-{lead.id}"]
    assert answer.status_code == 200


@pytest.mark.parametrize("q", ["%", "'\"><script>", "novak & co", "a" * 300, "{{7*7}}", "\\"])
def test_what_is_looked_for_is_shown_as_text(q: str, sign_in: SignIn) -> None:
    make_lead(name="Ada")
    tree = page(sign_in("manager").get("/board", query_string={"q": q}))
    box = next(e for e in tree.iter("input") if e.get("name") == "q")
    assert box.get("value") == q[:100]


def test_a_name_is_shown_as_text(sign_in: SignIn) -> None:
    name = "<script>alert(1)</script>&amp;\"'"
    lead = make_lead(name=name)
    tree = page(sign_in("manager").get("/board"))
    assert words(next(card_of(tree, lead.id).iter("h3"))) == name


def test_a_rep_sees_own_and_unassigned_leads_and_their_counts(sign_in: SignIn) -> None:
    rep = make_user(Role.REP)
    own, nobodys = make_lead(owner=rep), make_lead()
    make_lead(owner=make_user(Role.REP))
    tree = page(sign_in(rep).get("/board"))
    assert sorted(cards(tree)) == sorted([f"lead-{own.id}", f"lead-{nobodys.id}"])
    assert words(next(e for e in tree.iter("h2") if e.get("id") == "head-new")) == "New 2 leads"


def test_a_viewer_sees_all_without_buttons(sign_in: SignIn) -> None:
    lead = make_ready_lead(make_user(Role.REP))
    tree = page(sign_in("viewer").get("/board"))
    assert cards(tree) == [f"lead-{lead.id}"]
    assert [e for e in tree.iter() if e.get("formaction")] == []
    assert {c.get("data-to") for c in columns(tree)} == {""}
    posted = [f.get("action") for f in tree.iter("form") if f.get("action")]
    assert "/leads" not in posted
    assert not [a for a in posted if str(a).startswith("/board/analysis")]


@pytest.mark.parametrize(("role", "may"), [("rep", False), ("manager", True), ("admin", True)])
def test_analyzing_all_is_for_managers(role: str, may: bool, sign_in: SignIn) -> None:
    make_lead()
    tree = page(sign_in(role).get("/board?sort=age"))
    posted = [str(f.get("action")) for f in tree.iter("form")]
    assert ("/board/analysis?sort=age" in posted) is may


def test_an_empty_board_says_what_to_do(sign_in: SignIn) -> None:
    assert "Leads appear here as soon as somebody adds them" in words(
        page(sign_in("viewer").get("/board"))
    )
    client = sign_in("manager")
    tree = page(client.get("/board"))
    assert "Add the first one here" in words(tree)
    assert "/leads/new" in [a.get("href") for a in tree.iter("a")]
    assert "No lead matches these filters" in words(page(client.get("/board?stale=1")))


def test_an_empty_column_says_what_belongs_there(sign_in: SignIn) -> None:
    make_lead(stage="contacted")
    text = words(page(sign_in("manager").get("/board")))
    assert "New leads arrive here. Add one above." in text


def test_home_is_the_board(sign_in: SignIn) -> None:
    answer = sign_in("viewer").get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/board")


def test_only_a_get_is_answered(sign_in: SignIn) -> None:
    assert sign_in("manager").post("/board").status_code == 405


def test_nobody_sees_it_without_signing_in(client: FlaskClient) -> None:
    answer = client.get("/board?q=ada&sort=age")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=/board%3Fq%3Dada%26sort%3Dage"
