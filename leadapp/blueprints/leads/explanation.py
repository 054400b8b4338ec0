"""What a lead's score rests on and is worth, and what the lead lacks for the handoff."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from leadapp.errors import ModelDamaged
from leadapp.queries.lead_page import AssessmentRow, LeadPage
from leadapp.queries.lead_view import LeadView
from leadapp.queries.lists import Lists
from leadapp.queries.stale_inputs import changed_since_analysis
from leadapp.queries.track_record import track_record
from leadapp.rules.handoff import HandoffFacts, Unmet, unmet_conditions
from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.rules.values import shown_score
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.record import Band
from leadapp.scoring.scorer import Scorer
from leadapp.scoring.texts import text_of
from leadapp.services.scorers import scorer_of
from leadapp.web.words import in_words, plural, score_text, scorer_words

# So many names of columns stand in a sentence.
_NAMED = 8
_INPUTS = {
    "source": "source",
    "activity_count": "number of interactions",
    "business_domain": "business domain",
    "stage": "stage",
}
_LONGEST = 60


class Condition(NamedTuple):
    """One condition of the handoff. `mend` says how it is met: stage, score or domain."""

    met: bool
    text: str
    mend: str


def changes_in_words(
    lead: LeadView, lists: Lists, attributes: Sequence[str] | None = None
) -> list[str]:
    """What made the score stale, one sentence an input; empty where it is fresh.

    `attributes` says which attributes are others now, as far as that can be told.
    """
    if not lead.stale:
        return []
    told: list[str] = []
    for change in changed_since_analysis(lead):
        if change.input == "attributes":
            told += attributes or ["further columns changed"]
        else:
            told.append(_change(change.input, change.then, change.now, lists))
    return told


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
            return _scorer_change(then, now)


def _scorer_change(then: str | None, now: str) -> str:
    if then is None or scorer_words(then) == scorer_words(now):
        return "another version of the scorer is in use"
    return f"it was scored by {scorer_words(then)}, and {scorer_words(now)} is in use"


def scorer_in_use(page: LeadPage) -> Scorer | None:
    """The scorer in use, or None where its model is damaged."""
    try:
        return scorer_of(page.model_id)
    except ModelDamaged:
        return None


def changed_attributes(page: LeadPage, scorer: Scorer | None) -> list[str]:
    """Which of the attributes that the scorer reads are others now, one sentence each."""
    then = page.scored_attributes
    if then is None or scorer is None:
        return []
    now = page.lead.attributes
    return [
        f"{name} was {_value(then.get(name))}, is {_value(now.get(name))}"
        for name in scorer.columns
        if then.get(name) != now.get(name)
    ]


def _value(value: Any) -> str:
    text = " ".join((text_of(value) or "").split())
    return (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…") or "blank"


def helpful(page: LeadPage, scorer: Scorer | None) -> list[tuple[str, str, bool]]:
    """What would raise the score: words, the score it would bring, whether that is enough."""
    if scorer is None:
        return []
    lead = page.lead
    texts = ((name, text_of(value)) for name, value in lead.attributes.items())
    inputs = Inputs(
        source=page.rule_key,
        source_name=lead.source,
        stage=lead.stage,
        activity_count=lead.activity_count,
        business_domain=lead.business_domain,
        threshold=lead.threshold,
        activity_count_unknown=page.activity_count_unknown,
        attributes={name: text for name, text in texts if text is not None},
    )
    return [
        (words, shown_score(score), score >= lead.threshold)
        for words, score in scorer.what_would_help(inputs)
    ]


def record_of(page: LeadPage, now: datetime) -> Band | None:
    """How leads ended to which the scorer of this score gave such a score."""
    assessment = page.assessment
    if assessment is None:
        return None
    version = assessment.scorer_version
    learned = assessment.scorer == "learned" and version.isdigit()
    return track_record(
        assessment.score,
        scorer=f"{assessment.scorer}/{version}",
        model_id=int(version) if learned else None,
        latest_training=page.latest_training,
        now=now,
    )


def not_counted(assessment: AssessmentRow | None) -> list[str]:
    """Which inputs were blank and which the scorer does not use, a sentence each."""
    if assessment is None:
        return []
    told = []
    if assessment.missing:
        told.append(f"Not known: {_names(assessment.missing)}.")
    if assessment.ignored:
        told.append(f"Not used by this scorer: {_names(assessment.ignored)}.")
    return told


def _names(inputs: Sequence[str]) -> str:
    """The inputs by the names that people know, as many as one reads."""
    names = [_INPUTS.get(name, name) for name in inputs]
    if len(names) > _NAMED + 1:
        names = [*names[:_NAMED], f"{len(names) - _NAMED} more"]
    return in_words(names)


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
