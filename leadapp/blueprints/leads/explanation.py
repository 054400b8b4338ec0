"""What made a lead's score stale, what would raise it, and what it lacks for the handoff."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from leadapp.queries.lead_page import LeadPage
from leadapp.queries.lead_view import LeadView
from leadapp.queries.lists import Lists
from leadapp.queries.stale_inputs import changed_since_analysis
from leadapp.rules.handoff import HandoffFacts, Unmet, unmet_conditions
from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.rules.values import shown_score
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.rule_table import what_would_help
from leadapp.web.words import plural, score_text


class Condition(NamedTuple):
    """One condition of the handoff. `mend` says how it is met: stage, score or domain."""

    met: bool
    text: str
    mend: str


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
    score = score_text(lead.ai_score)
    shown = [
        Condition("wrong_stage" not in codes, _stage_text(lead, codes), "stage"),
        Condition(
            not codes & {"score_missing", "score_below_threshold"},
            f"{f'Score {score}' if score else 'No score yet'}, needed {lead.threshold}",
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
