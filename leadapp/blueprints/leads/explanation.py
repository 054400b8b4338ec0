"""What a lead's score is made of, what made it stale, and what the lead lacks for the handoff."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from leadapp.queries.lead_page import AssessmentRow, LeadPage
from leadapp.queries.lead_view import LeadView
from leadapp.queries.lists import Lists
from leadapp.queries.stale_inputs import changed_since_analysis
from leadapp.rules.handoff import HandoffFacts, Unmet, unmet_conditions
from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.rules.values import shown_score
from leadapp.scoring.assessment import Contribution, Inputs, contributions_from_json
from leadapp.scoring.rule_table import what_would_help
from leadapp.web.words import plural, score_text

_LABELS = {
    "source": "Source",
    "stage": "In",
    "business_domain": "Domain",
    "cap": "No domain, capped at",
    "limit": "Limited to",
}


class Bar(NamedTuple):
    """One contribution as the chart draws it; `x` and `width` are percent of the axis."""

    label: str
    points: str
    x: float
    width: float
    sign: str


class Chart(NamedTuple):
    """The contributions one after the other, and the score they add up to."""

    rows: list[Bar]
    total: str
    total_x: float
    total_width: float
    threshold_x: float
    threshold: str


class Condition(NamedTuple):
    """One condition of the handoff. `mend` says how it is met: stage, score or domain."""

    met: bool
    text: str
    mend: str


def make_chart(assessment: AssessmentRow, threshold: Decimal) -> Chart:
    """Each bar begins where the one before it ended; the axis holds 0, 1 and all in between."""
    contributions = contributions_from_json(list(assessment.contributions))
    ends = [Decimal(0)]
    for contribution in contributions:
        ends.append(ends[-1] + contribution.points)
    low, high = min(ends), max([Decimal(1), *ends])

    def at(value: Decimal) -> float:
        return round(float((value - low) / (high - low) * 100), 2)

    rows = [
        Bar(
            label=contribution_label(contribution),
            points=f"{contribution.points:+.2f}" if contribution.points else "0.00",
            x=min(at(start), at(end)),
            width=round(abs(at(end) - at(start)), 2),
            sign="plus" if end > start else "minus" if end < start else "zero",
        )
        for contribution, start, end in zip(contributions, ends[:-1], ends[1:], strict=True)
    ]
    return Chart(
        rows=rows,
        total=shown_score(assessment.score),
        total_x=at(Decimal(0)),
        total_width=round(at(assessment.score) - at(Decimal(0)), 2),
        threshold_x=at(threshold),
        threshold=f"{threshold:.2f}",
    )


def contribution_label(contribution: Contribution) -> str:
    """The input in words: "Partner", "8 interactions", "Capped at 0.55"."""
    name, value = contribution.input, contribution.value
    if name == "activity_count":
        return plural(int(value), "interaction")
    if name == "business_domain" and not value:
        return "No business domain"
    prefix = _LABELS.get(name, name.replace("_", " ").capitalize())
    return f"{prefix} {value}"


def changes_in_words(lead: LeadView, lists: Lists) -> list[str]:
    """What made the score stale, one sentence an input; empty where it is fresh."""
    if not lead.stale:
        return []
    return [_change(c.input, c.then, c.now, lists) for c in changed_since_analysis(lead)]


def _change(name: str, then: Any, now: Any, lists: Lists) -> str:
    match name:
        case "source":
            before, after = (lists.sources.get(i, ("another",))[0] for i in (then, now))
            return f"source was {before}, is {after}"
        case "business_domain":
            before, after = (lists.domains.get(i, "none") for i in (then, now))
            return f"business domain was {before}, is {after}"
        case "stage":
            return f"stage was {then}, is {now}"
        case "activity_count":
            return f"{plural(then, 'interaction')} then, {now:,} now"
        case "threshold":
            return f"threshold was {then}, is {now}"
        case _:
            return "another version of the scorer is in use"


def helpful(page: LeadPage) -> list[tuple[str, str, bool]]:
    """What would raise the score: words, the score it would bring, whether that is enough."""
    lead = page.lead
    inputs = Inputs(
        source=page.rule_key,
        source_name=lead.source,
        stage=lead.stage,
        activity_count=lead.activity_count,
        business_domain=lead.business_domain,
        threshold=lead.threshold,
    )
    return [
        (words, shown_score(score), score >= lead.threshold)
        for words, score in what_would_help(inputs)
    ]


def unmet(page: LeadPage) -> tuple[Unmet, ...]:
    """Every condition of the handoff that the lead does not meet."""
    lead = page.lead
    return unmet_conditions(
        HandoffFacts(
            stage=lead.stage,
            score=lead.ai_score,
            business_domain=lead.business_domain,
            threshold=lead.threshold,
            stale=lead.stale,
            require_fresh=page.require_fresh,
        )
    )


def conditions(page: LeadPage) -> list[Condition]:
    """The conditions of the handoff, met or not; none for a final lead."""
    lead = page.lead
    if LEAD_PIPELINE.is_final(lead.stage):
        return []
    codes = {condition.code for condition in unmet(page)}
    score = score_text(lead.ai_score) or "none"
    shown = [
        Condition("wrong_stage" not in codes, _stage_text(lead, codes), "stage"),
        Condition(
            not codes & {"score_missing", "score_below_threshold"},
            f"Score {score}, needed {lead.threshold}",
            "score",
        ),
        Condition(
            "business_domain_missing" not in codes,
            f"Business domain: {lead.business_domain or 'not known'}",
            "domain",
        ),
    ]
    if page.require_fresh and lead.ai_score is not None:
        fresh = "score_stale" not in codes
        text = "Score is fresh" if fresh else "Score is stale, a fresh one is needed"
        shown.append(Condition(fresh, text, "score"))
    return shown


def _stage_text(lead: LeadView, codes: Iterable[str]) -> str:
    if "wrong_stage" in codes:
        return f"In {lead.stage}, needs to be in qualified"
    return "In qualified"
