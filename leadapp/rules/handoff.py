"""What a lead still lacks before it may go to sales."""

from dataclasses import dataclass
from decimal import Decimal

from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.rules.values import clean_text, is_score, is_threshold, shown_score


@dataclass(frozen=True, slots=True)
class HandoffFacts:
    """What the handoff rule looks at.

    `score` is the stored one, None before the first analysis; a `stale` score still counts unless
    the company has switched on `require_fresh`. Raises ValueError for an impossible threshold,
    since a gate at 0 or at NaN would stand open.
    """

    stage: LeadStage
    score: Decimal | None
    business_domain: str | None
    threshold: Decimal
    stale: bool = False
    require_fresh: bool = False

    def __post_init__(self) -> None:
        if not is_threshold(self.threshold):
            raise ValueError(f"a threshold is 0.01 to 1.00 in hundredths, not {self.threshold}")


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that is not met: what there is, what is needed, and what to do."""

    code: str
    have: str
    need: str
    message: str


def unmet_conditions(facts: HandoffFacts) -> tuple[Unmet, ...]:
    """Every condition of the handoff that the lead does not meet; empty when it may go to sales."""
    conditions = (_stage(facts), _score(facts), _business_domain(facts), _freshness(facts))
    return tuple(unmet for unmet in conditions if unmet is not None)


def _stage(facts: HandoffFacts) -> Unmet | None:
    if facts.stage in LEAD_PIPELINE.sources(LeadStage.TRANSFERRED):
        return None
    if LEAD_PIPELINE.is_final(facts.stage):
        todo = f"which is final; {LEAD_PIPELINE.final_advice[facts.stage]}"
    else:
        todo = f"not in {LeadStage.QUALIFIED}; move it there step by step"
    message = f"The lead is in {facts.stage}, {todo}."
    return Unmet("wrong_stage", str(facts.stage), str(LeadStage.QUALIFIED), message)


def _score(facts: HandoffFacts) -> Unmet | None:
    need = shown_score(facts.threshold)
    if facts.score is None:
        message = f"The lead has no score yet, and {need} is needed; analyze it first."
        return Unmet("score_missing", "none", need, message)
    if not is_score(facts.score):
        message = "The stored score is not a number from 0 to 1; analyze the lead again."
        return Unmet("score_missing", str(facts.score), need, message)
    if facts.score >= facts.threshold:
        return None
    have = shown_score(facts.score)
    message = (
        f"The score is {have}, and {need} is needed; complete the lead or log what was done, "
        "then analyze it again."
    )
    return Unmet("score_below_threshold", have, need, message)


def _business_domain(facts: HandoffFacts) -> Unmet | None:
    if clean_text(facts.business_domain) is not None:
        return None
    message = "The business domain is not known; fill it in."
    return Unmet("business_domain_missing", "none", "a business domain", message)


def _freshness(facts: HandoffFacts) -> Unmet | None:
    if not (facts.require_fresh and facts.stale) or facts.score is None:
        return None
    message = "The lead has changed since its analysis; analyze it again."
    return Unmet("score_stale", "a stale score", "a fresh score", message)
