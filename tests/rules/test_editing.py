"""What is frozen on a final lead, and what stays open."""

import pytest

from leadapp.errors import LeadIsFinal
from leadapp.rules.editing import FROZEN_FIELDS, check_editable
from leadapp.rules.stages import LeadStage

OPEN = ["name", "company", "email", "phone", "notes", "follow_up_on", "attributes"]


def test_stage_owner_domain_source_score_and_count_are_frozen() -> None:
    assert set(FROZEN_FIELDS) == {
        "stage",
        "owner",
        "business_domain",
        "source",
        "ai_score",
        "activity_count",
    }


@pytest.mark.parametrize("stage", [LeadStage.NEW, LeadStage.CONTACTED, LeadStage.QUALIFIED])
def test_nothing_is_frozen_on_an_open_lead(stage: LeadStage) -> None:
    check_editable(stage, [*FROZEN_FIELDS, *OPEN])


@pytest.mark.parametrize("stage", [LeadStage.TRANSFERRED, LeadStage.LOST])
def test_contact_fields_and_notes_stay_open_on_a_final_lead(stage: LeadStage) -> None:
    check_editable(stage, OPEN)


@pytest.mark.parametrize("stage", [LeadStage.TRANSFERRED, LeadStage.LOST])
@pytest.mark.parametrize("field", FROZEN_FIELDS)
def test_a_frozen_field_of_a_final_lead_cannot_change(stage: LeadStage, field: str) -> None:
    with pytest.raises(LeadIsFinal) as caught:
        check_editable(stage, ["name", field])
    assert caught.value.stage == stage
    assert caught.value.fields == (field,)


def test_all_frozen_fields_are_named_columns_as_what_they_point_at() -> None:
    with pytest.raises(LeadIsFinal) as caught:
        check_editable(LeadStage.LOST, ["source_id", "owner_id", "name"])
    assert caught.value.fields == ("owner", "source")
    assert caught.value.message == (
        "The lead is lost, so owner and source can no longer change; contact fields, notes and"
        " activities stay open."
    )
