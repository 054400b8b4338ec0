"""The managed lists."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.errors import InvalidInput, ListEntryNotFound
from leadapp.models import BusinessDomain, Event, Source
from leadapp.permissions import Actor, command_actor
from leadapp.services import lists
from tests.factories import NOW, make_ready_lead, reload

pytestmark = pytest.mark.usefixtures("db_session")
WHO = command_actor()


def domain(name: str) -> int:
    found = lists.resolve_domain(name, actor=WHO, now=NOW)
    assert found is not None
    return found


def event(db_session: Session, kind: str) -> Event:
    return db_session.scalars(select(Event).where(Event.kind == kind)).one()


@pytest.mark.parametrize("name", ["partner", " Partner ", "PARTNER", "partner\u00a0"])
def test_a_source_is_found_whatever_its_case_and_blanks(name: str) -> None:
    assert lists.resolve_source(name) == lists.resolve_source("partner")


@pytest.mark.parametrize("name", ["fax", "", None, "  "])
def test_an_unknown_source_is_refused_with_the_known_ones(name: str | None) -> None:
    with pytest.raises(InvalidInput) as refused:
        lists.resolve_source(name)
    known = "must be one of manual, partner, scanner, unknown"
    assert refused.value.errors == (("source", known),)


@pytest.mark.parametrize("name", ["a\x00b", "a\ud800b", "a" * 81])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        lists.resolve_source(name)
    with pytest.raises(InvalidInput):
        domain(name)


def test_a_domain_joins_the_list_on_first_use(db_session: Session) -> None:
    first = domain("Retail")
    assert domain("  rEtAiL ") == first
    assert db_session.get_one(BusinessDomain, first).name == "Retail"
    assert event(db_session, "domain_added").data == {"domain_id": first, "to": "Retail"}


@pytest.mark.parametrize("name", [None, "", "  ", "\u200b"])
def test_a_blank_domain_is_none(name: str | None) -> None:
    assert lists.resolve_domain(name, actor=WHO, now=NOW) is None


def test_a_closed_list_of_domains_takes_known_ones_only(db_session: Session) -> None:
    retail = domain("Retail")
    lists.set_domains_closed(True, actor=WHO, now=NOW)
    assert domain("retail") == retail
    with pytest.raises(InvalidInput) as refused:
        domain("Banking")
    assert refused.value.errors == (("business_domain", "must be one of Retail"),)
    lists.add_domain("Banking", actor=WHO, now=NOW)
    lists.set_domains_closed(False, actor=WHO, now=NOW)
    lists.set_domains_closed(False, actor=WHO, now=NOW)
    assert domain("Farming") != retail
    assert event(db_session, "domains_closed").actor_id is None
    assert event(db_session, "domains_opened").at == NOW


def test_an_empty_closed_list_says_so() -> None:
    lists.set_domains_closed(True, actor=WHO, now=NOW)
    with pytest.raises(InvalidInput) as refused:
        domain("Banking")
    assert refused.value.errors[0][1] == "must be one of none: the list is empty"


def test_a_refusal_names_no_more_entries_than_one_can_read() -> None:
    for number in range(45):
        lists.add_source(f"source {number:02}", actor=WHO, now=NOW)
    with pytest.raises(InvalidInput) as refused:
        lists.resolve_source("fax")
    assert refused.value.errors[0][1].count(",") == lists.SHOWN_ENTRIES - 1
    assert refused.value.errors[0][1].endswith(" and others")


def test_an_added_source_is_any_other_one_to_the_rule_table(
    db_session: Session, actor: Callable[..., Actor]
) -> None:
    admin = actor("admin")
    source = lists.add_source(" Trade  fair ", actor=admin, now=NOW)
    assert (source.name, source.key, source.rule_key) == ("Trade  fair", "trade fair", "trade fair")
    added = event(db_session, "source_added")
    assert added.data == {"source_id": source.id, "to": "Trade  fair"}
    assert (added.actor_id, added.via) == (admin.id, "page")


@pytest.mark.parametrize("name", ["Partner", " partner", "", "\u200b"])
def test_a_source_of_a_taken_or_blank_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        lists.add_source(name, actor=WHO, now=NOW)
    assert refused.value.errors[0][0] == "name"


def test_renaming_keeps_the_rule_key_and_frees_the_old_name(db_session: Session) -> None:
    partner = lists.resolve_source("partner")
    lists.rename_source(partner, "Channel", actor=WHO, now=NOW)
    assert lists.resolve_source("channel") == partner
    assert lists.get_source(partner).rule_key == "partner"
    with pytest.raises(InvalidInput):
        lists.resolve_source("partner")
    renamed = {"source_id": partner, "from": "partner", "to": "Channel"}
    assert event(db_session, "source_renamed").data == renamed


def test_renaming_to_the_same_name_is_no_event_and_another_case_is_one(db_session: Session) -> None:
    partner = lists.resolve_source("partner")
    lists.rename_source(partner, "partner", actor=WHO, now=NOW)
    lists.rename_source(partner, "Partner", actor=WHO, now=NOW)
    assert event(db_session, "source_renamed").data["to"] == "Partner"


def test_renaming_to_a_taken_name_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        lists.rename_source(lists.resolve_source("partner"), "MANUAL", actor=WHO, now=NOW)
    assert "manual is on the list already" in refused.value.errors[0][1]


def test_merging_shows_the_targets_name_and_leads_input_there(db_session: Session) -> None:
    shop, retail = domain("Shops"), domain("Retail")
    merged = lists.merge_domain(shop, retail, actor=WHO, now=NOW)
    assert (merged.id, merged.name, merged.key) == (shop, "Retail", "shops")
    assert domain("SHOPS") == retail
    data = {"domain_id": shop, "into_id": retail, "from": "Shops", "to": "Retail"}
    assert event(db_session, "domain_merged").data == data


def test_merged_entries_follow_later_renames_and_merges() -> None:
    first, second, third = domain("One"), domain("Two"), domain("Three")
    lists.merge_domain(first, second, actor=WHO, now=NOW)
    lists.rename_domain(second, "Second", actor=WHO, now=NOW)
    assert lists.get_domain(first).name == "Second"
    lists.merge_domain(second, third, actor=WHO, now=NOW)
    assert {lists.get_domain(i).name for i in (first, second, third)} == {"Three"}
    assert lists.get_domain(first).merged_into_id == third
    assert domain("One") == domain("Second") == third


def test_a_merged_entry_is_neither_renamed_nor_merged_nor_a_target() -> None:
    first, second, third = domain("One"), domain("Two"), domain("Three")
    lists.merge_domain(first, second, actor=WHO, now=NOW)
    for entry, into in ((first, third), (third, first), (third, third), (second, first)):
        with pytest.raises(InvalidInput):
            lists.merge_domain(entry, into, actor=WHO, now=NOW)
    for entry, name in ((first, "Uno"), (third, "One")):
        with pytest.raises(InvalidInput):
            lists.rename_domain(entry, name, actor=WHO, now=NOW)


def test_merging_touches_neither_leads_nor_makes_anything_stale(db_session: Session) -> None:
    lead = make_ready_lead(business_domain="Shops")
    before = reload(lead)
    lists.merge_source(
        lists.resolve_source("partner"), lists.resolve_source("manual"), actor=WHO, now=NOW
    )
    lists.merge_domain(domain("Shops"), domain("Retail"), actor=WHO, now=NOW)
    after = reload(lead)
    assert (after.version, after.ai_score, after.stale) == (before.version, before.ai_score, False)
    assert (after.source, after.business_domain) == ("manual", "Retail")
    assert db_session.get_one(Source, after.source_id).rule_key == "partner"


def test_what_is_not_on_the_list_is_not_found() -> None:
    with pytest.raises(ListEntryNotFound, match="no such source"):
        lists.rename_source(0, "x", actor=WHO, now=NOW)
    with pytest.raises(ListEntryNotFound, match="no such business domain"):
        lists.merge_domain(domain("One"), 0, actor=WHO, now=NOW)
