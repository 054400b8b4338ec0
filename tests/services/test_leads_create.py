"""Creating leads, and starting one from another."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.errors import InvalidInput, LeadNotFound
from leadapp.permissions import Actor, Role
from leadapp.rules.values import MAX_ACTIVITY_COUNT
from leadapp.services.lead_values import MAX_ATTRIBUTES, TEXT_LIMITS
from leadapp.services.leads import create_lead, start_lead_from
from leadapp.services.lists import merge_domain, set_domains_closed
from tests.factories import NOW, make_lead, make_user

MakeActor = Callable[..., Actor]


def refused(values: dict[str, Any], actor: Actor) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        create_lead(values, actor=actor, now=NOW)
    return dict(refusal.value.errors)


def test_only_the_source_is_required(actor: MakeActor) -> None:
    lead = create_lead({"source": "scanner"}, actor=actor(), now=NOW)
    given = {"id", "source", "source_id", "stage", "activity_count", "attributes", "threshold"}
    given |= {"created_at", "stage_changed_at", "version", "stale", "analyze_on_change"}
    assert (lead.source, lead.stage, lead.activity_count, lead.version) == ("scanner", "new", 0, 1)
    assert (lead.created_at, lead.stage_changed_at) == (NOW, NOW)
    assert (lead.attributes, lead.stale) == ({}, False)
    assert {f: v for f, v in lead._asdict().items() if f not in given and v is not None} == {}


def test_everything_that_may_be_given_is_kept(actor: MakeActor) -> None:
    owner = make_user(Role.REP)
    values = {
        "source": "partner",
        "name": "Ada Novak",
        "company": "Kestrel Robotics",
        "email": "ada@example.com",
        "phone": "+44 20 7946 0000",
        "notes": "Met at the fair.",
        "external_id": "crm-1",
        "business_domain": "Retail",
        "activity_count": 3,
        "follow_up_on": date(2026, 4, 1),
        "attributes": {"city": "Mumbai", "visits": 3, "tags": ["a", None]},
        "owner_id": owner.id,
    }
    lead = create_lead(values, actor=actor(), now=NOW)
    assert {field: getattr(lead, field) for field in values} == values
    assert lead.owner == owner.name


@pytest.mark.parametrize("source", [None, "", "  ", "\u200b"])
def test_a_lead_without_a_source_is_refused(source: str | None, actor: MakeActor) -> None:
    assert refused({"source": source}, actor()) == {"source": "say where the lead came from"}
    assert list(refused({"name": "Ada"}, actor())) == ["source"]


def test_an_unknown_source_is_refused_with_the_known_ones(actor: MakeActor) -> None:
    errors = refused({"source": "carrier pigeon"}, actor())
    assert errors == {"source": "must be one of manual, partner, scanner, unknown"}


@pytest.mark.parametrize("source", ["PARTNER", " partner ", "Partner\t"])
def test_case_and_blanks_around_a_source_do_not_matter(source: str, actor: MakeActor) -> None:
    assert create_lead({"source": source}, actor=actor(), now=NOW).source == "partner"


def test_a_new_domain_joins_the_list_and_is_found_again(
    actor: MakeActor, db_session: Session
) -> None:
    by = actor()
    first, second = (
        create_lead({"source": "manual", "business_domain": name}, actor=by, now=NOW)
        for name in ("Space Travel", " space  TRAVEL ")
    )
    assert first.business_domain == second.business_domain == "Space Travel"
    count = "SELECT count(*) FROM business_domains WHERE key = 'space travel'"
    assert db_session.scalar(text(count)) == 1


@pytest.mark.parametrize("name", ["", " \n", "\u200b"])
def test_a_blank_domain_is_none(name: str, actor: MakeActor) -> None:
    lead = create_lead({"source": "manual", "business_domain": name}, actor=actor(), now=NOW)
    assert (lead.business_domain, lead.business_domain_id) == (None, None)


def test_a_closed_list_refuses_a_new_domain_and_takes_a_known_one(actor: MakeActor) -> None:
    by = actor(Role.ADMIN)
    make_lead(business_domain="Retail")
    set_domains_closed(True, actor=by, now=NOW)
    errors = refused({"source": "manual", "business_domain": "Space Travel"}, by)
    assert errors == {"business_domain": "must be one of Retail"}
    known = create_lead({"source": "manual", "business_domain": "retail"}, actor=by, now=NOW)
    assert known.business_domain == "Retail"


def test_blank_texts_are_nothing(actor: MakeActor) -> None:
    fields = ("name", "company", "email", "phone", "notes", "external_id")
    lead = create_lead({"source": "manual", **dict.fromkeys(fields, " ")}, actor=actor(), now=NOW)
    assert {getattr(lead, field) for field in fields} == {None}


def test_two_leads_never_have_one_external_id(actor: MakeActor, db_session: Session) -> None:
    by = actor()
    make_lead(external_id="crm-1")
    with pytest.raises(InvalidInput) as refusal, db_session.begin_nested():
        create_lead({"source": "manual", "external_id": " crm-1 "}, actor=by, now=NOW)
    message = "another lead has this external id already"
    assert refusal.value.errors == (("external_id", message),)
    # Those without one do not stand in each other's way.
    make_lead(external_id="")
    make_lead(external_id="")


@pytest.mark.parametrize("count", [0, 7, "12", " 3 ", "3.0", MAX_ACTIVITY_COUNT])
def test_the_count_of_another_system_is_taken_over(count: int | str, actor: MakeActor) -> None:
    lead = create_lead({"source": "manual", "activity_count": count}, actor=actor(), now=NOW)
    assert lead.activity_count == int(float(count))


@pytest.mark.parametrize("count", [-1, "-1", "3.5", "many", "", "٣", True, MAX_ACTIVITY_COUNT + 1])
def test_what_is_no_count_is_refused(count: int | str, actor: MakeActor) -> None:
    assert list(refused({"source": "manual", "activity_count": count}, actor())) == [
        "activity_count"
    ]


def test_a_reps_new_lead_is_theirs_and_a_managers_nobodys(actor: MakeActor) -> None:
    rep = make_user(Role.REP)
    assert create_lead({"source": "manual"}, actor=rep.actor("page"), now=NOW).owner_id == rep.id
    assert create_lead({"source": "manual"}, actor=actor(), now=NOW).owner_id is None


@pytest.mark.parametrize("who", ["viewer", "inactive", "missing"])
def test_an_owner_must_be_one_who_may_work_leads(who: str, actor: MakeActor) -> None:
    owner_id = {
        "viewer": lambda: make_user(Role.VIEWER).id,
        "inactive": lambda: make_user(Role.REP, active=False).id,
        "missing": lambda: 10**12,
    }[who]()
    assert list(refused({"source": "manual", "owner_id": owner_id}, actor())) == ["owner_id"]


@pytest.mark.parametrize("field", TEXT_LIMITS)
def test_a_text_may_be_so_long_and_no_longer(field: str, actor: MakeActor) -> None:
    too_long = {"source": "manual", field: "x" * (TEXT_LIMITS[field] - 2) + "@xy"}
    assert list(refused(too_long, actor())) == [field]


@pytest.mark.parametrize("field", TEXT_LIMITS)
@pytest.mark.parametrize("mark", ["\x00", "\ud800"])
def test_what_is_no_text_is_refused(field: str, mark: str, actor: MakeActor) -> None:
    values = {"source": "manual", field: f"a{mark}b@example.com"}
    assert list(refused(values, actor())) == [field]


@pytest.mark.parametrize(
    "attributes",
    [
        {"a": "b\x00"},
        {"a\x00": "b"},
        {"a": "\ud800"},
        {"a": {"b": ["c\x00"]}},
        {"a": {"b\x00": 1}},
        {"a": ["\ud800"]},
        {"a": 2**70},
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": date(2026, 1, 1)},
        {"a": "x" * 20_001},
        {"x" * 201: "a"},
        {str(number): "a" for number in range(MAX_ATTRIBUTES + 1)},
        ["a"],
        "a",
    ],
    ids=str,
)
def test_attributes_hold_only_what_json_and_the_database_can(
    attributes: object, actor: MakeActor
) -> None:
    assert list(refused({"source": "manual", "attributes": attributes}, actor())) == ["attributes"]


@pytest.mark.parametrize("email", ["ada", "@example.com", "ada@", "a b@example.com"])
def test_what_is_no_e_mail_address_is_refused(email: str, actor: MakeActor) -> None:
    assert list(refused({"source": "manual", "email": email}, actor())) == ["email"]


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "31.03.2026"])
def test_what_is_no_date_is_refused(day: str, actor: MakeActor) -> None:
    assert list(refused({"source": "manual", "follow_up_on": day}, actor())) == ["follow_up_on"]


def test_every_wrong_field_is_named_at_once(actor: MakeActor, db_session: Session) -> None:
    wrong = {
        "source": "x" * 101,
        "name": "x" * 201,
        "email": "ada",
        "activity_count": "-1",
        "follow_up_on": "soon",
        "attributes": {"a": "\x00"},
    }
    assert sorted(refused(wrong, actor())) == sorted(wrong)


def test_every_value_that_the_lists_do_not_have_is_named_at_once(actor: MakeActor) -> None:
    by = actor(Role.ADMIN)
    set_domains_closed(True, actor=by, now=NOW)
    wrong = {"source": "pigeon", "business_domain": "Space", "owner_id": 10**12}
    assert sorted(refused(wrong, by)) == sorted(wrong)


def test_one_statement(actor: MakeActor, count_statements: list[str]) -> None:
    by = actor()
    make_lead(business_domain="Retail")
    count_statements.clear()
    create_lead({"source": "partner", "business_domain": "retail"}, actor=by, now=NOW)
    assert len(count_statements) == 1


def test_the_event_holds_nothing_of_the_person(actor: MakeActor, db_session: Session) -> None:
    by = actor(via="api")
    lead = create_lead({"source": "manual", "name": "Ada Novak"}, actor=by, now=NOW)
    rows = db_session.execute(
        text("SELECT kind, actor_id, via, at, data FROM events WHERE lead_id = :id"),
        {"id": lead.id},
    ).all()
    assert [tuple(row) for row in rows] == [("lead_created", by.id, "api", NOW, {})]


def test_a_new_lead_from_a_lost_one_has_its_contact_and_a_clean_slate(
    actor: MakeActor, db_session: Session
) -> None:
    contact: dict[str, Any] = {
        "name": "Ada Novak", "company": "Kestrel", "email": "ada@example.com", "phone": "123",
        "notes": "Met at the fair.", "source": "partner", "business_domain": "Retail",
    }  # fmt: skip
    owner = make_user(Role.REP)
    old = make_lead(
        stage="lost", owner=owner, external_id="crm-1", activity_count=5,
        attributes={"city": "Mumbai"}, **contact,
    )  # fmt: skip
    new = start_lead_from(old.id, actor=actor(), now=NOW)
    assert {field: getattr(new, field) for field in contact} == contact
    assert (new.started_from_id, new.stage, new.activity_count) == (old.id, "new", 0)
    assert (new.owner_id, new.external_id, new.ai_score, new.attributes) == (None, None, None, {})
    data = "SELECT data FROM events WHERE lead_id = :id"
    assert db_session.scalar(text(data), {"id": new.id}) == {"started_from_id": old.id}


def test_a_new_lead_from_one_of_a_merged_domain_has_the_domain_it_went_into(
    actor: MakeActor,
) -> None:
    by = actor(Role.ADMIN)
    old = make_lead(business_domain="Shops", stage="lost")
    target = make_lead(business_domain="Retail")
    merge_domain(old.business_domain_id or 0, target.business_domain_id or 0, actor=by, now=NOW)
    set_domains_closed(True, actor=by, now=NOW)
    new = start_lead_from(old.id, actor=by, now=NOW)
    assert new.business_domain_id == target.business_domain_id


def test_a_rep_starts_only_from_what_they_see_and_owns_it(db_session: Session) -> None:
    rep = make_user(Role.REP)
    others = make_lead(stage="lost", owner=make_user(Role.REP))
    with pytest.raises(LeadNotFound):
        start_lead_from(others.id, actor=rep.actor("page"), now=NOW)
    nobodys = make_lead(stage="lost")
    assert start_lead_from(nobodys.id, actor=rep.actor("page"), now=NOW).owner_id == rep.id
