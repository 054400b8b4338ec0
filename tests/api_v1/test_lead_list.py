"""GET /leads/."""

from typing import Any

import pytest

from leadapp.extensions import db
from leadapp.permissions import command_actor
from leadapp.services.lists import add_source, merge_source
from tests.api_v1.program import Program, code_of, own, wrong_fields
from tests.factories import NOW, make_lead, make_transferred_lead, make_user, source_id


def listed(program: Program, query: str = "") -> list[int]:
    """The ids of the leads listed."""
    answer = program.get(f"/leads/?{query}").json
    assert answer is not None
    return [lead["id"] for lead in answer["items"]]


def test_lists_whole_leads_by_id(manager: Program) -> None:
    leads = [make_lead(name=name) for name in ("C", "A", "B")]
    answer = manager.get("/leads").json
    assert answer is not None
    assert [lead["id"] for lead in answer["items"]] == [lead.id for lead in leads]
    assert answer["items"][0] == manager.get(f"/leads/{leads[0].id}").json
    assert answer["next_cursor"] is None


def test_no_leads(manager: Program) -> None:
    assert manager.get("/leads/").json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 200])
def test_page_by_page(manager: Program, limit: int) -> None:
    leads = [make_lead().id for _ in range(5)]
    seen, query = [], f"limit={limit}"
    while query:
        answer = manager.get(f"/leads/?{query}").json
        assert answer is not None
        assert len(answer["items"]) <= limit
        seen += [lead["id"] for lead in answer["items"]]
        cursor = answer["next_cursor"]
        query = cursor and f"limit={limit}&cursor={cursor}"
    assert seen == leads


def test_fifty_unless_asked_otherwise(manager: Program) -> None:
    leads = [make_lead().id for _ in range(51)]
    assert listed(manager) == leads[:50]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("source=partner", "p"),
        ("source=%20PARTNER%20", "p"),
        ("source=nowhere", ""),
        ("stage=contacted", "c"),
        ("stage=lost", ""),
        ("business_domain=retail", "pc"),
        ("business_domain=", "n"),
        ("business_domain=Nowhere", ""),
        ("score_min=0.30", "p"),
        ("score_max=0.3", ""),
        ("score_min=0&score_max=1", "p"),
        ("recommendation=continue_qualification", "p"),
        ("recommendation=drop_lead", ""),
        ("owner_id=none", "pcn"),
        ("owner_id=9000000000", ""),
        ("external_id=x-1", "c"),
        ("q=ACME", "n"),
        ("q=acme", "n"),
        ("q=%25%25%25", ""),
        ("q=___", ""),
        ("q=555", "c"),
        ("stale=false", "pcn"),
        ("stale=true", ""),
        ("source=manual&business_domain=Retail&stage=contacted", "c"),
    ],
)
def test_filters(manager: Program, query: str, found: str) -> None:
    leads = {
        "p": make_lead(source="partner", business_domain="Retail", analyzed=True),
        "c": make_lead(
            stage="contacted", business_domain="Retail", external_id="x-1", phone="555-1"
        ),
        "n": make_lead(company="Acme Ltd"),
    }
    assert listed(manager, query) == sorted(leads[name].id for name in found)


def test_by_owner(manager: Program) -> None:
    owner = make_user("rep")
    lead = make_lead(owner=owner)
    make_lead()
    assert listed(manager, f"owner_id={owner.id}") == [lead.id]


def test_stale_ones(manager: Program) -> None:
    lead = make_lead(analyzed=True)
    make_lead(analyzed=True)
    manager.post(f"/leads/{lead.id}/activities", {"kind": "call"})
    answer = manager.get("/leads/?stale=true").json
    assert answer is not None
    assert [found["stale_inputs"] for found in answer["items"]] == [
        [{"input": "activity_count", "then": 0, "now": 1}]
    ]


def test_a_merged_source_is_found_by_both_names(manager: Program) -> None:
    fair = add_source("Fair", actor=command_actor(), now=NOW)
    lead = make_lead(source="Fair")
    partner = source_id("partner")
    merge_source(fair.id, partner, actor=command_actor(), now=NOW)
    db.session.commit()
    assert listed(manager, "source=fair") == listed(manager, "source=partner") == [lead.id]


def test_takes_at_most_two_statements(manager: Program, count_statements: list[str]) -> None:
    for _ in range(3):
        make_transferred_lead()
        lead = make_lead(analyzed=True, business_domain="Retail")
        manager.patch(f"/leads/{lead.id}", {"business_domain": None})
    count_statements.clear()
    listed(manager)
    assert len(own(count_statements)) == 2


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_wrong_method(manager: Program, method: str) -> None:
    assert code_of(manager.call(method, "/leads/")) == (405, "method_not_allowed")


def test_without_a_token(nobody: Program) -> None:
    assert code_of(nobody.get("/leads/")) == (401, "unauthorized")


def test_viewers_see_all_and_reps_their_own_and_unassigned(viewer: Program, rep: Program) -> None:
    mine, free = make_lead(owner=rep.user, name="Same"), make_lead(name="Same")
    others = make_lead(owner=make_user("rep"), name="Same", external_id="x-1")
    assert listed(viewer) == [mine.id, free.id, others.id]
    assert listed(rep) == listed(rep, "q=same") == [mine.id, free.id]
    for query in (f"owner_id={others.owner_id}", "external_id=x-1"):
        assert listed(rep, query) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=1000000000", "limit"),
        ("limit=99999999999999999999999", "limit"),
        ("limit=", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.0", "limit"),
        ("limit=1_0", "limit"),
        ("limit=%205", "limit"),
        ("limit=%D9%A3", "limit"),
        ("limit=5&limit=6", "limit"),
        ("cursor=", "cursor"),
        ("cursor=1", "cursor"),
        ("cursor=aWQ6LTE", "cursor"),
        ("cursor=aWQ6OQ==", "cursor"),
        ("cursor=aWQ6OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor"),
        ("cursor=aWQ62aM", "cursor"),
        ("cursor=aWQ6MDA3", "cursor"),
        ("cursor=aWQ6OTIyMzM3MjAzNjg1NDc3NTgwOA", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=%FF", "cursor"),
        ("cursor=%C3%A9", "cursor"),
        ("cursor=" + "a" * 101, "cursor"),
        ("stage=won", "stage"),
        ("stage=", "stage"),
        ("score_min=NaN", "score_min"),
        ("score_min=Infinity", "score_min"),
        ("score_max=1e999", "score_max"),
        ("score_max=1.01", "score_max"),
        ("score_min=-0.1", "score_min"),
        ("owner_id=me", "owner_id"),
        ("owner_id=9999999999999999999", "owner_id"),
        ("recommendation=win", "recommendation"),
        ("stale=1", "stale"),
        ("stale=yes", "stale"),
        ("q=ab", "q"),
        ("q=ab%00", "q"),
        ("source=%00", "source"),
        ("token=x", "token"),
        ("page=2", "page"),
    ],
)
def test_what_is_not_accepted(manager: Program, query: str, field: str) -> None:
    assert wrong_fields(manager.get(f"/leads/?{query}")) == {field}


@pytest.mark.parametrize("last", [0, 1, 2**63 - 1])
def test_whoever_makes_up_a_cursor_only_says_where_to_begin(manager: Program, last: int) -> None:
    from leadapp.queries.keyset import read_cursor, write_cursor

    cursor: Any = write_cursor(last)
    assert read_cursor(cursor) == last
    assert manager.get(f"/leads/?cursor={cursor}").status_code == 200
