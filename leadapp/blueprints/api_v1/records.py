"""What the API answers, for its description. Answers are built in `answers`; tests hold that they
are what these models say, which nobody has to check while a client waits."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from leadapp.rules.lost import LeadLostReason, SaleLostReason
from leadapp.rules.stages import LeadStage, SaleStage
from leadapp.scoring.assessment import Recommendation


class Record(BaseModel):
    """Exactly these fields, and all of them."""

    model_config = ConfigDict(extra="forbid")


class StaleInput(Record):
    """An input of the score that is another one now."""

    input: str = Field(examples=["activity_count"])
    then: str | int | float | None = Field(examples=[1])
    now: str | int | float | None = Field(examples=[3])


class Lead(Record):
    """A lead."""

    id: int = Field(examples=[12])
    source: str = Field(examples=["partner"])
    stage: LeadStage
    business_domain: str | None = Field(examples=["Logistics"])
    activity_count: int = Field(ge=0, examples=[3])
    ai_score: float | None = Field(
        ge=0, le=1, description="Estimated probability of a deal; null before the first analysis."
    )
    ai_recommendation: Recommendation | None
    ai_reason: str | None
    stale: bool = Field(description="Whether the score was computed from what has changed since.")
    stale_inputs: list[StaleInput] = Field(description="What has changed since.")
    name: str | None
    company: str | None
    email: str | None
    phone: str | None
    owner_id: int | None
    owner: str | None
    notes: str | None
    follow_up_on: date | None
    external_id: str | None
    attributes: dict[str, Any]
    lost_reason: LeadLostReason | None
    lost_note: str | None
    started_from_id: int | None
    sale_id: int | None = Field(description="The sale of a transferred lead.")
    created_at: datetime
    stage_changed_at: datetime
    version: int = Field(ge=1, description="Raised by every change; `If-Match` takes it.")


class Sale(Record):
    """A sale, with the evidence of its handoff, which never changes."""

    id: int
    lead_id: int
    stage: SaleStage
    owner_id: int | None
    owner: str | None
    score: float = Field(ge=0, le=1, description="Evidence: the lead's score.")
    threshold: float = Field(ge=0, le=1, description="Evidence: the threshold of that moment.")
    recommendation: Recommendation = Field(description="Evidence: the advice given.")
    reason: str = Field(description="Evidence: the reason given.")
    business_domain: str = Field(description="Evidence: the business domain's name then.")
    assessment_id: int = Field(description="Evidence: the assessment it rests on.")
    handed_off_by_id: int | None
    handed_off_by: str | None
    lost_reason: SaleLostReason | None
    lost_note: str | None
    against_advice: str | None = Field(
        description="Why it was handed off although the recommendation was another."
    )
    created_at: datetime = Field(description="When the lead was handed off.")
    stage_changed_at: datetime
    version: int = Field(ge=1)


class Event(Record):
    """Something that happened to a lead or its sale. `data` depends on the kind."""

    id: int
    kind: str = Field(examples=["stage_changed"])
    lead_id: int
    sale_id: int | None
    actor_id: int | None
    actor: str | None
    via: Literal["page", "api", "command"]
    at: datetime
    data: dict[str, Any] = Field(examples=[{"from": "new", "to": "contacted"}])


class Advice(Record):
    """What the adviser, a language model, said of a lead. It may be wrong; it decides nothing."""

    id: int
    lead_id: int
    status: Literal["asked", "answered", "failed"] = Field(
        description="`asked` for ten seconds at most: look again after one."
    )
    summary: str | None
    open_questions: list[str] | None
    next_step: str | None
    draft: str | None = Field(description="The next message to the lead.")
    model: str = Field(description="The language model.")
    error: str | None = Field(description="Why there is no answer, in words for people.")
    requested_by_id: int | None
    requested_by: str | None
    created_at: datetime


class Run(Record):
    """Work in the background. It is over with the status `done`, `failed` or `cancelled`."""

    id: int
    kind: Literal["analyze", "train", "import_history", "advise"]
    status: Literal["queued", "running", "done", "failed", "cancelled"]
    total: int | None = Field(description="How much there is to do; null where nobody knows yet.")
    done: int = Field(ge=0)
    failed: int = Field(ge=0, description="Leads that changed or closed meanwhile.")
    rest: int | None
    seconds_left: int | None = Field(description="If it goes on as it went so far.")
    cancel_requested: bool
    error: str | None = Field(description="With the status `failed`: one sentence for people.")
    result: dict[str, Any] | None = Field(examples=[{"analyzed": 1204, "skipped": 1}])
    started_by_id: int | None
    started_by: str | None
    via: Literal["page", "api", "command"]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Contribution(Record):
    """How one input moved the score."""

    input: str = Field(examples=["business_domain"])
    value: str = Field(description="What it was, as text; empty for a blank one.")
    points: float = Field(ge=-1, le=1, examples=[0.1])


class Assessment(Record):
    """What one analysis of a lead said, and on what basis. It never changes."""

    id: int
    lead_id: int
    scorer: Literal["rule_table", "learned"]
    scorer_version: str = Field(description="Of a learned score its model.", examples=["7"])
    threshold: float = Field(ge=0, le=1)
    score: float = Field(ge=0, le=1)
    recommendation: Recommendation
    reason: str
    inputs: dict[str, Any] = Field(description="Everything that was known of the lead.")
    contributions: list[Contribution] = Field(description="They add up to the score.")
    missing: list[str] = Field(description="Inputs of the scorer that were blank.")
    ignored: list[str] = Field(description="What was known and the scorer does not use.")
    inputs_hash: str | None = Field(description="SHA-256 of inputs that were erased.")
    run_id: int | None
    requested_by_id: int | None
    requested_by: str | None
    created_at: datetime


class AssessmentList(Record):
    """A page of assessments, the oldest first."""

    items: list[Assessment]
    next_cursor: str | None = Field(description="For the next page; null on the last one.")


ModelStatus = Literal["candidate", "in_use", "retired", "refused"]


class Model(Record):
    """A training and how its model does on leads that it has not seen."""

    id: int
    status: ModelStatus = Field(description="`refused`: it gave no model, for it was no better.")
    trained: dict[str, Any] | None = Field(description="From which and how many closed leads.")
    figures: dict[str, Any] | None = Field(description="With intervals at 95 %.")
    refused: str | None = Field(description="Why it gave no model.")
    columns_used: int | None
    trained_by: str | None
    created_at: datetime
    promoted_at: datetime | None


class ModelList(Record):
    """The latest trainings, the latest first."""

    items: list[Model]


class ModelReport(Record):
    """All that a training told."""

    id: int
    status: ModelStatus
    report: dict[str, Any]
    open_leads: list[list[int | None]] = Field(
        description="How many open leads have which present and which new score: both in "
        "hundredths rounded down, the present one null where there is none."
    )
    trained_by: str | None
    created_at: datetime
    promoted_at: datetime | None


class ScorerInUse(Record):
    """What scores, and the threshold of a handoff."""

    scorer: str = Field(examples=["learned/7"])
    model_id: int | None = Field(description="Null with the rule table.")
    threshold: float = Field(ge=0, le=1)


class ColumnChoice(Record):
    """What an admin said of a column."""

    name: str
    choice: Literal["use", "leave_out"]
    chosen_by: str | None
    chosen_at: datetime


class ColumnChoiceList(Record):
    """What admins said of columns, by name."""

    items: list[ColumnChoice]


class LeadList(Record):
    """A page of leads, by id."""

    items: list[Lead]
    next_cursor: str | None = Field(description="For the next page; null on the last one.")


class SaleList(Record):
    """A page of sales, by id."""

    items: list[Sale]
    next_cursor: str | None = Field(description="For the next page; null on the last one.")


class EventList(Record):
    """A page of events, the oldest first."""

    items: list[Event]
    next_cursor: str | None = Field(description="For the next page; null on the last one.")


class FieldError(Record):
    """A field that was not accepted, and why."""

    field: str
    message: str


class UnmetCondition(Record):
    """A condition of the handoff that is not met: what there is, what is needed, what to do."""

    code: str
    have: str
    need: str
    message: str


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). Further fields depend on `code`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str = Field(description="Stable: compare this one.")
    detail: str = Field(description="One sentence for people.")
    errors: list[FieldError] | None = Field(default=None, description="With `invalid_input`.")
    unmet: list[UnmetCondition] | None = Field(default=None, description="With `handoff_refused`.")
