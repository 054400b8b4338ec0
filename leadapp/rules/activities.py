"""Activities: what was done with a lead, and what of it counts as an interaction."""

from enum import StrEnum

from leadapp.rules.stages import LEAD_PIPELINE, LeadStage


class ActivityKind(StrEnum):
    """What was done with a lead."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    DEMO = "demo"
    NOTE = "note"


COUNTED_KINDS = frozenset(ActivityKind) - {ActivityKind.NOTE}
"""The interactions: they raise the activity count; a plain note does not."""


def raises_count(kind: ActivityKind, stage: LeadStage) -> bool:
    """Whether logging the activity raises the count: any but a note, unless the lead is final.

    On a final lead it is logged all the same; only the count is frozen.
    """
    return kind in COUNTED_KINDS and not LEAD_PIPELINE.is_final(stage)
