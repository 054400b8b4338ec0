"""What the API takes: bodies and queries. What is not named here is refused."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from leadapp.queries.keyset import DEFAULT_LIMIT, MAX_LIMIT
from leadapp.rules.activities import ActivityKind
from leadapp.rules.lost import LeadLostReason, SaleLostReason
from leadapp.rules.stages import LeadStage, SaleStage
from leadapp.rules.values import MAX_ACTIVITY_COUNT
from leadapp.scoring.assessment import Recommendation
from leadapp.services.activities import NOTE_LIMIT
from leadapp.services.lead_values import MAX_ATTRIBUTES, TEXT_LIMITS
from leadapp.services.scoring_models import NAME_LIMIT
from leadapp.web.converters import MAX_ID

MAX_DEPTH = 16
"""How deep the values of `attributes` may be nested."""

# Beyond it, programs that take numbers for doubles no longer see the same number (RFC 8259, 6).
MAX_EXACT = 2**53 - 1


def _check_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    waiting: list[tuple[Any, int]] = [(attributes, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, int | float) and abs(value) > MAX_EXACT:
            raise ValueError("holds a number that is not exact everywhere; write it as text")
        if isinstance(value, dict | list):
            if depth > MAX_DEPTH:
                raise ValueError(f"must not be nested deeper than {MAX_DEPTH}")
            inner = value.values() if isinstance(value, dict) else value
            waiting.extend((item, depth + 1) for item in inner)
    return attributes


def _texts(name: str, example: str) -> Any:
    return Field(max_length=TEXT_LIMITS[name], examples=[example])


def _without_default(schema: dict[str, Any]) -> None:
    del schema["default"]


Attributes = Annotated[
    dict[str, Any],
    Field(max_length=MAX_ATTRIBUTES, description="Further columns of an import, as they are."),
    AfterValidator(_check_attributes),
]
FollowUpOn = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        json_schema_extra={"format": "date"},
        examples=["2026-03-31"],
    ),
]
RecordId = Annotated[int, Field(ge=1, le=MAX_ID, examples=[7])]
ActivityCount = Annotated[int, Field(ge=0, le=MAX_ACTIVITY_COUNT, examples=[3])]
Source = Annotated[str, _texts("source", "partner")]
BusinessDomain = Annotated[str, _texts("business_domain", "Logistics")]
Note = Annotated[str, Field(max_length=NOTE_LIMIT, examples=["Asked for an offer."])]


class Body(BaseModel):
    """A body: no conversions, no further fields."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Contact(Body):
    """Whom a lead is about and what comes next; null or blank is nothing."""

    name: Annotated[str, _texts("name", "Ada Lovelace")] | None = None
    company: Annotated[str, _texts("company", "Analytical Engines Ltd")] | None = None
    email: Annotated[str, _texts("email", "ada@example.com")] | None = None
    phone: Annotated[str, _texts("phone", "+44 20 7946 0000")] | None = None
    notes: Annotated[str, _texts("notes", "Met at the fair.")] | None = None
    external_id: Annotated[str, _texts("external_id", "crm-4711")] | None = None
    follow_up_on: FollowUpOn | None = None


class LeadCreation(Contact):
    """A new lead. Only its source is required."""

    source: Source
    business_domain: BusinessDomain | None = None
    activity_count: ActivityCount = 0
    attributes: Attributes = Field(default_factory=dict)
    owner_id: RecordId | None = Field(default=None, description="For those who may assign leads.")


class LeadChange(Contact):
    """What is to change; fields that are left out stay as they are."""

    source: Source = Field(default="", json_schema_extra=_without_default)
    business_domain: BusinessDomain | None = None
    attributes: Attributes = Field(default_factory=dict)
    owner_id: RecordId | None = Field(default=None, description="For those who may assign leads.")


class LeadMove(Body):
    """Where the lead is to go."""

    stage: Annotated[LeadStage, Field(strict=False, examples=["contacted"])]
    lost_reason: Annotated[LeadLostReason, Field(strict=False)] | None = Field(
        default=None, description="With the stage `lost`; `other` needs a lost_note."
    )
    lost_note: Note | None = None
    salesperson_id: RecordId | None = Field(
        default=None,
        description="With the stage `transferred`: who owns the sale; the lead's owner otherwise.",
    )
    against_advice: Note | None = Field(
        default=None,
        description="With the stage `transferred`: why, where the recommendation is another.",
    )


class SaleMove(Body):
    """Where the sale is to go."""

    stage: Annotated[SaleStage, Field(strict=False, examples=["kyc"])]
    lost_reason: Annotated[SaleLostReason, Field(strict=False)] | None = Field(
        default=None, description="With the stage `lost`; `other` needs a lost_note."
    )
    lost_note: Note | None = None


class ActivityLog(Body):
    """What was done with the lead. Each kind but `note` raises the activity count."""

    kind: Annotated[ActivityKind, Field(strict=False, examples=["call"])]
    note: Note | None = Field(default=None, description="A `note` needs it.")


class AnalysisFilter(Body):
    """Which leads to analyze; several filters must all hold, and none means all open leads."""

    source: Source | None = None
    stage: Annotated[LeadStage, Field(strict=False, examples=["contacted"])] | None = None
    business_domain: BusinessDomain | None = Field(
        default=None, description="Empty: leads without one."
    )
    owner_id: RecordId | Literal["none"] | None = Field(
        default=None, description="An id, or `none` for unowned leads."
    )
    score_min: Annotated[float, Field(ge=0, le=1)] | None = None
    score_max: Annotated[float, Field(ge=0, le=1)] | None = None
    recommendation: Annotated[Recommendation, Field(strict=False)] | None = None
    stale: bool | None = None
    external_id: Annotated[str, _texts("external_id", "crm-4711")] | None = None
    q: Annotated[str, Field(min_length=3, max_length=100)] | None = Field(
        default=None, description="Part of name, company, e-mail or phone."
    )


class ModelPromotion(Body):
    """The threshold that a handoff needs from then on."""

    threshold: Annotated[float, Field(ge=0.01, le=1, examples=[0.35])]
    seen: Annotated[str, Field(max_length=100, examples=["rule_table/1"])] | None = Field(
        default=None, description="The scorer in use that the decision rests on."
    )


class ColumnDecision(Body):
    """Whether models may learn from a column; null leaves it to the training."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LIMIT, examples=["Tags"])]
    choice: Literal["use", "leave_out"] | None


class Nothing(Body):
    """No body, or an empty object."""


_DIGITS = re.compile(r"[0-9]{1,19}")


def _whole_number(text: Any) -> Any:
    # Pydantic alone takes blanks, signs and underscores for a number.
    if not isinstance(text, str):
        return text
    if not _DIGITS.fullmatch(text):
        raise ValueError("must be a whole number")
    return int(text)


def _boolean(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    if text not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text == "true"


def _decimal(text: Any) -> Any:
    if isinstance(text, str) and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        raise ValueError("must be a number from 0 to 1")
    return text


Limit = Annotated[int, BeforeValidator(_whole_number), Field(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str, Field(max_length=100, description="next_cursor of the answer before")]
ScoreBound = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, le=1)]


class PageQuery(BaseModel):
    """Which page of a list, and how long it is."""

    model_config = ConfigDict(extra="forbid")

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


class LeadQuery(PageQuery):
    """Which leads; several filters must all hold."""

    source: Annotated[str, Field(max_length=TEXT_LIMITS["source"])] | None = None
    stage: LeadStage | None = None
    business_domain: (
        Annotated[
            str,
            Field(
                max_length=TEXT_LIMITS["business_domain"], description="Empty: leads without one."
            ),
        ]
        | None
    ) = None
    owner_id: (
        Annotated[
            str,
            Field(
                pattern="^([0-9]{1,18}|none)$", description="An id, or `none` for unowned leads."
            ),
        ]
        | None
    ) = None
    score_min: ScoreBound | None = None
    score_max: ScoreBound | None = None
    recommendation: Recommendation | None = None
    stale: Annotated[bool, BeforeValidator(_boolean)] | None = None
    external_id: Annotated[str, Field(max_length=TEXT_LIMITS["external_id"])] | None = None
    q: (
        Annotated[
            str,
            Field(
                min_length=3, max_length=100, description="Part of name, company, e-mail or phone."
            ),
        ]
        | None
    ) = None


class SaleQuery(PageQuery):
    """Which sales; several filters must all hold."""

    lead_id: Annotated[int, BeforeValidator(_whole_number), Field(ge=1, le=MAX_ID)] | None = None
    stage: SaleStage | None = None
