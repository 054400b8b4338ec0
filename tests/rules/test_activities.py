"""What counts as an interaction."""

import pytest

from leadapp.rules.activities import COUNTED_KINDS, ActivityKind, raises_count
from leadapp.rules.stages import LeadStage

OPEN = [LeadStage.NEW, LeadStage.CONTACTED, LeadStage.QUALIFIED]
FINAL = [LeadStage.TRANSFERRED, LeadStage.LOST]


def test_calls_emails_meetings_and_demos_count() -> None:
    assert set(ActivityKind) == {"call", "email", "meeting", "demo", "note"}
    assert {"call", "email", "meeting", "demo"} == COUNTED_KINDS


@pytest.mark.parametrize("stage", OPEN)
@pytest.mark.parametrize("kind", sorted(COUNTED_KINDS))
def test_an_activity_raises_the_count(kind: ActivityKind, stage: LeadStage) -> None:
    assert raises_count(kind, stage)


@pytest.mark.parametrize("stage", LeadStage)
def test_a_plain_note_does_not(stage: LeadStage) -> None:
    assert not raises_count(ActivityKind.NOTE, stage)


@pytest.mark.parametrize("stage", FINAL)
@pytest.mark.parametrize("kind", ActivityKind)
def test_the_count_of_a_final_lead_is_frozen(kind: ActivityKind, stage: LeadStage) -> None:
    assert not raises_count(kind, stage)
