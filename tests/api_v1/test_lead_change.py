"""PATCH /leads/{id}."""

from typing import Any

import pytest

from tests.api_v1.program import Program, code_of, wrong_fields
from tests.factories import make_lead, make_transferred_lead, make_user, reload


def test_changes_what_is_given_and_nothing_else(manager: Program) -> None:
    lead = make_lead(name="Ada", phone="+44 1", business_domain="Retail")
    response = manager.patch(f"/leads/{lead.id}/", {"name": "Ada L.", "business_domain": "Energy"})
    assert response.status_code == 200
    changed = response.json
    assert changed is not None
    assert (changed["name"], changed["business_domain"]) == ("Ada L.", "Energy")
    assert (changed["phone"], changed["version"]) == ("+44 1", lead.version + 1)
    assert response.headers["ETag"] == manager.get(f"/leads/{lead.id}").headers["ETag"]


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_clears_a_field(manager: Program, nothing: str | None) -> None:
    lead = make_lead(name="Ada", business_domain="Retail")
    manager.patch(f"/leads/{lead.id}", {"name": nothing, "business_domain": nothing})
    assert (reload(lead).name, reload(lead).business_domain) == (None, None)


def test_attributes_are_replaced(manager: Program) -> None:
    lead = make_lead(attributes={"a": 1})
    changed = manager.patch(f"/leads/{lead.id}", {"attributes": {"b": [2]}}).json
    assert changed is not None
    assert changed["attributes"] == {"b": [2]}


def test_nothing_to_change_changes_nothing(manager: Program) -> None:
    lead = make_lead()
    assert manager.patch(f"/leads/{lead.id}", {}).json == manager.get(f"/leads/{lead.id}").json
    assert reload(lead).version == lead.version


def test_managers_assign_and_change_at_once(manager: Program) -> None:
    lead, owner = make_lead(name="Ada"), make_user("rep")
    changed = manager.patch(f"/leads/{lead.id}", {"owner_id": owner.id, "name": "Eve"}).json
    assert changed is not None
    assert (changed["owner_id"], changed["owner"], changed["name"]) == (owner.id, owner.name, "Eve")
    assert changed["version"] == lead.version + 1
    cleared = manager.patch(f"/leads/{lead.id}", {"owner_id": None}).json
    assert cleared is not None
    assert cleared["owner_id"] is None


def test_a_refused_change_leaves_nothing_behind(manager: Program) -> None:
    lead = make_lead()
    body = {"owner_id": make_user("rep").id, "source": "nowhere"}
    assert wrong_fields(manager.patch(f"/leads/{lead.id}", body)) == {"source"}
    assert reload(lead) == lead


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_wrong_method(manager: Program, method: str) -> None:
    response = manager.call(method, f"/leads/{make_lead().id}", {"name": "Eve"})
    assert code_of(response) == (405, "method_not_allowed")


def test_viewers_may_not(viewer: Program) -> None:
    assert code_of(viewer.patch(f"/leads/{make_lead().id}", {"name": "Eve"})) == (
        403, "permission_denied",
    )  # fmt: skip


def test_a_rep_who_changes_an_unassigned_lead_owns_it(rep: Program) -> None:
    changed = rep.patch(f"/leads/{make_lead().id}", {"name": "Eve"}).json
    assert changed is not None
    assert changed["owner_id"] == rep.user.id


def test_reps_do_not_assign(rep: Program) -> None:
    lead = make_lead(owner=rep.user)
    response = rep.patch(f"/leads/{lead.id}", {"owner_id": make_user("rep").id})
    assert wrong_fields(response) == {"owner_id"}


def test_another_reps_lead_is_not_there(rep: Program) -> None:
    lead = make_lead(owner=make_user("rep"))
    assert code_of(rep.patch(f"/leads/{lead.id}", {"name": "Eve"})) == (404, "lead_not_found")
    assert reload(lead) == lead


@pytest.mark.parametrize("lead_id", ["9000000000", "0", "abc"])
def test_missing(manager: Program, lead_id: str) -> None:
    assert code_of(manager.patch(f"/leads/{lead_id}", {"name": "Eve"})) == (404, "lead_not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"stage": "contacted"}, "stage"),
        ({"ai_score": 0.9}, "ai_score"),
        ({"activity_count": 5}, "activity_count"),
        ({"owner": "Eve"}, "owner"),
        ({"role": "admin"}, "role"),
        ({"version": 9}, "version"),
        ({"source": None}, "source"),
        ({"source": ""}, "source"),
        ({"attributes": None}, "attributes"),
        ({"follow_up_on": "soon"}, "follow_up_on"),
    ],
)
def test_what_is_not_accepted(manager: Program, body: dict[str, Any], field: str) -> None:
    lead = make_lead()
    assert wrong_fields(manager.patch(f"/leads/{lead.id}", body)) == {field}
    assert reload(lead) == lead


def test_an_unknown_owner(manager: Program) -> None:
    response = manager.patch(f"/leads/{make_lead().id}", {"owner_id": 9_000_000_000})
    assert wrong_fields(response) == {"owner_id"}


def test_a_final_lead_keeps_its_inputs_but_takes_a_phone_number(manager: Program) -> None:
    lead, _ = make_transferred_lead()
    response = manager.patch(f"/leads/{lead.id}", {"source": "manual", "phone": "1"})
    assert code_of(response) == (409, "lead_is_final")
    assert response.json is not None
    assert (response.json["stage"], response.json["fields"]) == ("transferred", ["source"])
    assert manager.patch(f"/leads/{lead.id}", {"phone": "1"}).status_code == 200


@pytest.mark.parametrize("tag", ['"{v}"', '"{v}-00000000"', '"99", "{v}"', "*", ' "{v}" , W/"8"'])
def test_if_match_holds(manager: Program, tag: str) -> None:
    lead = make_lead()
    header = tag.format(v=lead.version)
    response = manager.patch(f"/leads/{lead.id}", {"name": "Eve"}, if_match=header)
    assert response.status_code == 200


def test_if_match_takes_the_etag(manager: Program) -> None:
    lead = make_lead()
    tag = manager.get(f"/leads/{lead.id}").headers["ETag"]
    assert manager.patch(f"/leads/{lead.id}", {"name": "A"}, if_match=tag).status_code == 200
    response = manager.patch(f"/leads/{lead.id}", {"name": "B"}, if_match=tag)
    assert code_of(response) == (412, "version_conflict")
    assert response.json is not None
    assert (response.json["expected"], response.json["present"]) == (1, 2)
    assert reload(lead).name == "A"


@pytest.mark.parametrize(
    "tag",
    ['"2"', 'W/"1"', '"x"', "1", "", '"2", "3"', '"99999999999999999999"', '"-1"', '"', '","'],
)
@pytest.mark.parametrize("body", [{"name": "Eve"}, {}])
def test_if_match_does_not_hold(manager: Program, tag: str, body: dict[str, Any]) -> None:
    lead = make_lead()
    response = manager.patch(f"/leads/{lead.id}", body, if_match=tag)
    assert code_of(response) == (412, "version_conflict")
    assert reload(lead) == lead
