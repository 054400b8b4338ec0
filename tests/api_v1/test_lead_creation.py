"""POST /leads/."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from leadapp.models import Event, Lead
from tests.api_v1.program import Program, code_of, own, wrong_fields
from tests.factories import make_lead, make_user

FULL: dict[str, Any] = {
    "source": "partner",
    "business_domain": "Retail",
    "activity_count": 4,
    "name": "Ada",
    "company": "Engines",
    "email": "ada@example.com",
    "phone": "+44 1",
    "notes": "Met at the fair.",
    "external_id": "crm-1",
    "follow_up_on": "2026-03-31",
    "attributes": {"Region": "North", "sizes": [1, 2.5, {"deep": None}], "new": True},
}


def test_creates_a_lead(manager: Program, db_session: Session) -> None:
    response = manager.post("/leads/", FULL)
    assert response.status_code == 201
    created = response.json
    assert created is not None
    assert {field: created[field] for field in FULL} == FULL
    assert (created["stage"], created["version"]) == ("new", 1)
    assert response.headers["Location"] == f"/api/v1/leads/{created['id']}"
    followed = manager.get(response.headers["Location"].removeprefix("/api/v1"))
    assert followed.json == created
    assert followed.headers["ETag"] == response.headers["ETag"]
    event = db_session.scalars(select(Event).where(Event.lead_id == created["id"])).one()
    assert (event.kind, event.actor_id, event.via) == ("lead_created", manager.user.id, "api")


def test_a_source_suffices(manager: Program) -> None:
    created = manager.post("/leads", {"source": " MANUAL "}).json
    assert created is not None
    assert (created["source"], created["activity_count"], created["attributes"]) == (
        "manual",
        0,
        {},
    )


def test_nothing_may_be_said_in_words(manager: Program) -> None:
    nulls = dict.fromkeys(("name", "company", "email", "phone", "business_domain", "notes"))
    created = manager.post("/leads/", {"source": "manual", "follow_up_on": None, **nulls}).json
    assert created is not None
    assert created["name"] is None


def test_takes_one_statement(manager: Program, count_statements: list[str]) -> None:
    manager.post("/leads/", FULL | {"external_id": "first"})
    count_statements.clear()
    manager.post("/leads/", FULL)
    assert len(own(count_statements)) == 1


def test_a_reps_lead_is_theirs(rep: Program) -> None:
    created = rep.post("/leads/", {"source": "manual"}).json
    assert created is not None
    assert (created["owner_id"], created["owner"]) == (rep.user.id, rep.user.name)


def test_managers_may_say_whose_it_is(manager: Program) -> None:
    owner = make_user("rep")
    created = manager.post("/leads/", {"source": "manual", "owner_id": owner.id}).json
    assert created is not None
    assert created["owner_id"] == owner.id


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_wrong_method(manager: Program, method: str) -> None:
    response = manager.call(method, "/leads/", {"source": "manual"})
    assert code_of(response) == (405, "method_not_allowed")


def test_viewers_may_not(viewer: Program) -> None:
    assert code_of(viewer.post("/leads/", FULL)) == (403, "permission_denied")


def test_reps_do_not_assign(rep: Program) -> None:
    body = {"source": "manual", "owner_id": rep.user.id}
    assert wrong_fields(rep.post("/leads/", body)) == {"owner_id"}


def test_without_a_token_nothing_is_read(nobody: Program) -> None:
    response = nobody.call("POST", "/leads/", raw=b"{")
    assert code_of(response) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": None}, "source"),
        ({"source": " "}, "source"),
        ({"source": "nowhere"}, "source"),
        ({"source": 1}, "source"),
        ({"stage": "qualified"}, "stage"),
        ({"ai_score": 1}, "ai_score"),
        ({"owner": "Ada"}, "owner"),
        ({"role": "admin"}, "role"),
        ({"id": 1}, "id"),
        ({"version": 2}, "version"),
        ({"activity_count": -1}, "activity_count"),
        ({"activity_count": 2**31}, "activity_count"),
        ({"activity_count": 2**63}, "activity_count"),
        ({"activity_count": 1.5}, "activity_count"),
        ({"activity_count": 3.0}, "activity_count"),
        ({"activity_count": "3"}, "activity_count"),
        ({"activity_count": True}, "activity_count"),
        ({"activity_count": None}, "activity_count"),
        ({"name": 5}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": "nobody"}, "email"),
        ({"follow_up_on": "31.03.2026"}, "follow_up_on"),
        ({"follow_up_on": "2026-02-30"}, "follow_up_on"),
        ({"follow_up_on": 20260331}, "follow_up_on"),
        ({"owner_id": 0}, "owner_id"),
        ({"owner_id": 2**63}, "owner_id"),
        ({"owner_id": 9_000_000_000}, "owner_id"),
        ({"attributes": []}, "attributes"),
        ({"attributes": None}, "attributes"),
        ({"attributes": {"n": 1e300}}, "attributes"),
        ({"attributes": {"n": 2**53}}, "attributes"),
        ({"attributes": {str(n): n for n in range(201)}}, "attributes"),
    ],
)
def test_what_is_not_accepted(
    manager: Program, db_session: Session, change: dict[str, Any], field: str
) -> None:
    before = db_session.scalar(select(func.count(Lead.id)))
    assert wrong_fields(manager.post("/leads/", FULL | change)) == {field}
    assert db_session.scalar(select(func.count(Lead.id))) == before


def test_a_refusal_names_every_field(manager: Program) -> None:
    body = {"name": 1, "nonsense": 1, "activity_count": -1}
    assert wrong_fields(manager.post("/leads/", body)) == {
        "source", "name", "nonsense", "activity_count",
    }  # fmt: skip


def test_an_unknown_source_is_told_the_known_ones(manager: Program) -> None:
    response = manager.post("/leads/", {"source": "nowhere"})
    assert response.json is not None
    assert "manual, partner, scanner" in response.json["errors"][0]["message"]


def test_an_external_id_is_there_once(manager: Program) -> None:
    make_lead(external_id="crm-1")
    assert wrong_fields(manager.post("/leads/", FULL)) == {"external_id"}


def test_a_taken_external_id_is_named_beside_what_else_is_wrong(manager: Program) -> None:
    make_lead(external_id="crm-1")
    body = FULL | {"source": "nowhere", "owner_id": 9_000_000_000}
    assert wrong_fields(manager.post("/leads/", body)) == {"source", "owner_id", "external_id"}
