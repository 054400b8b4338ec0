"""What may still be changed on a lead that is transferred or lost."""

from collections.abc import Iterable

from leadapp.errors import LeadIsFinal
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage

FROZEN_FIELDS = ("stage", "owner", "business_domain", "source", "ai_score", "activity_count")
"""Frozen on a final lead. Contact fields, notes and the logging of activities stay open."""


def check_editable(stage: LeadStage, fields: Iterable[str]) -> None:
    """Raise LeadIsFinal where the lead is final and one of `fields` is frozen with that.

    `fields` are named as in FROZEN_FIELDS; columns that end in `_id` count as what they point at.
    """
    if not LEAD_PIPELINE.is_final(stage):
        return
    asked = {field.removesuffix("_id") for field in fields}
    frozen = tuple(field for field in FROZEN_FIELDS if field in asked)
    if frozen:
        raise LeadIsFinal(stage, frozen)
