"""The two pipelines, of leads and of sales: order, final stages, what may follow what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from leadapp.errors import InvalidInput, InvalidTransition


class LeadStage(StrEnum):
    """Where a lead stands."""

    NEW = "new"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    TRANSFERRED = "transferred"
    LOST = "lost"


class SaleStage(StrEnum):
    """Where a sale stands."""

    NEW = "new"
    KYC = "kyc"
    AGREEMENT = "agreement"
    PAID = "paid"
    LOST = "lost"


StageT = TypeVar("StageT", bound=StrEnum)


@dataclass(frozen=True, eq=False)
class Pipeline(Generic[StageT]):
    """Stages in order, one step forward at a time, and `lost` from any that is not final.

    `steps` ends with the good end; that and `lost` are final: nothing leaves them.
    `final_advice` says for each final stage what a person who wanted to move on can do instead.
    """

    noun: str
    steps: tuple[StageT, ...]
    lost: StageT
    final_advice: Mapping[StageT, str] = field(repr=False)

    @property
    def stages(self) -> tuple[StageT, ...]:
        """All stages in the order of the board."""
        return (*self.steps, self.lost)

    @property
    def first(self) -> StageT:
        """The stage that everything starts in."""
        return self.steps[0]

    def is_final(self, stage: StageT) -> bool:
        """Whether nothing leaves this stage."""
        return stage in {self.steps[-1], self.lost}

    def next_of(self, stage: StageT) -> StageT | None:
        """The one step forward, or None from a final stage."""
        return None if self.is_final(stage) else self.steps[self.steps.index(stage) + 1]

    def targets(self, stage: StageT) -> tuple[StageT, ...]:
        """The stages that may follow: the next one first, lost last; empty from a final stage."""
        following = self.next_of(stage)
        return () if following is None else (following, self.lost)

    def sources(self, to: StageT) -> tuple[StageT, ...]:
        """The stages from which `to` may be entered, in order."""
        return tuple(stage for stage in self.stages if to in self.targets(stage))

    def check(self, from_: StageT, to: StageT) -> None:
        """Raise InvalidTransition unless `to` may follow `from_`."""
        allowed = self.targets(from_)
        if to not in allowed:
            advice = self.final_advice.get(from_, "")
            raise InvalidTransition(from_, to, allowed, noun=self.noun, advice=advice)

    def parse(self, text: str, *, field: str = "stage") -> StageT:
        """The stage of that name. Raises InvalidInput for any other text."""
        for stage in self.stages:
            if stage == text:
                return stage
        raise InvalidInput([(field, f"must be one of {', '.join(self.stages)}")])


LEAD_PIPELINE = Pipeline(
    noun="lead",
    steps=(LeadStage.NEW, LeadStage.CONTACTED, LeadStage.QUALIFIED, LeadStage.TRANSFERRED),
    lost=LeadStage.LOST,
    final_advice={
        LeadStage.TRANSFERRED: "go on with its sale",
        LeadStage.LOST: "start a new lead from it if it was lost by mistake",
    },
)

SALE_PIPELINE = Pipeline(
    noun="sale",
    steps=(SaleStage.NEW, SaleStage.KYC, SaleStage.AGREEMENT, SaleStage.PAID),
    lost=SaleStage.LOST,
    final_advice={
        SaleStage.PAID: "a further deal begins with a new lead",
        SaleStage.LOST: "start a new lead from its lead to try again",
    },
)
