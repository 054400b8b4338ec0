"""What a scorer is given and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from leadapp.rules.stages import LeadStage
from leadapp.rules.values import check_score, clean_text, is_threshold


class Recommendation(StrEnum):
    """What the score advises. Advice only: the handoff rule alone decides."""

    TRANSFER_TO_SALES = "transfer_to_sales"
    CONTINUE_QUALIFICATION = "continue_qualification"
    DROP_LEAD = "drop_lead"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of a lead when it is assessed.

    `source` is the key that scorers know a source by (`scanner`, `partner`, `manual`, any other)
    and `source_name` what people call it; a blank `business_domain` counts as none. `attributes`
    are further columns as texts, and `activity_count_unknown` says that the count was blank where
    the lead came from. Raises ValueError for a negative count or an impossible threshold.
    """

    source: str
    source_name: str
    stage: LeadStage
    activity_count: int
    business_domain: str | None
    threshold: Decimal
    activity_count_unknown: bool = False
    # A mapping has no hash, and what is computed once for equal inputs is the rule table's, which
    # reads none of it.
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)

    def __post_init__(self) -> None:
        if self.activity_count < 0:
            raise ValueError(f"an activity count is never negative: {self.activity_count}")
        if not is_threshold(self.threshold):
            raise ValueError(f"a threshold is 0.01 to 1.00 in hundredths, not {self.threshold}")

    @property
    def has_domain(self) -> bool:
        """Whether the business domain is known."""
        return clean_text(self.business_domain) is not None


class Contribution(NamedTuple):
    """How one input moved the score: what it was, as text, and what it added or took."""

    input: str
    value: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a scorer says about a lead: a score in four decimals, advice, and the reason for both.

    The contributions add up to the score exactly. `missing` are the inputs that the scorer uses and
    that were blank, `ignored` those that were known and that it does not use. Raises ValueError
    where the score is none or the sum is another.
    """

    scorer: str
    version: str
    score: Decimal
    recommendation: Recommendation
    reason: str
    contributions: tuple[Contribution, ...]
    missing: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "score", check_score(self.score))
        total = sum((c.points for c in self.contributions), Decimal(0))
        if total != self.score:
            raise ValueError(f"contributions add up to {total}, not to the score {self.score}")

    def to_json(self) -> dict[str, object]:
        """The assessment as JSON can carry it; numbers are strings, so that they stay exact."""
        return {
            "scorer": self.scorer,
            "version": self.version,
            "score": str(self.score),
            "recommendation": str(self.recommendation),
            "reason": self.reason,
            "contributions": contributions_to_json(self.contributions),
            "missing": list(self.missing),
            "ignored": list(self.ignored),
        }


def contributions_to_json(contributions: tuple[Contribution, ...]) -> list[dict[str, str]]:
    """The contributions as they are stored: input, value and points, such as "0.70" or "-0.20"."""
    return [{"input": c.input, "value": c.value, "points": str(c.points)} for c in contributions]


def contributions_from_json(stored: list[Mapping[str, str]]) -> tuple[Contribution, ...]:
    """The contributions that `contributions_to_json` wrote."""
    return tuple(Contribution(c["input"], c["value"], Decimal(c["points"])) for c in stored)
