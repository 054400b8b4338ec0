"""The deterministic default scorer: start with the source, add the rest, in whole hundredths."""

from decimal import Decimal

from leadapp.rules.stages import LeadStage
from leadapp.scoring import outlook, wording
from leadapp.scoring.assessment import Assessment, Contribution, Inputs
from leadapp.scoring.recommendation import recommend
from leadapp.scoring.texts import fold

SCORER = "rule_table"
VERSION = "1"
SCORER_ID = f"{SCORER}/{VERSION}"
"""Scorer and version as one text, as `leadapp.rules.staleness` compares them."""

SOURCE_POINTS = {"scanner": 50, "partner": 70, "manual": 40}
OTHER_SOURCE_POINTS = 30
ACTIVITY_POINTS = ((7, 25), (3, 15), (1, 5), (0, -20))
"""From how many interactions on a lead has how many points, the highest first."""
STAGE_POINTS = {
    LeadStage.NEW: 0,
    LeadStage.CONTACTED: 5,
    LeadStage.QUALIFIED: 15,
    LeadStage.TRANSFERRED: 20,
    LeadStage.LOST: -40,
}
DOMAIN_POINTS = 10
NO_DOMAIN_CAP = 55


def assess(inputs: Inputs) -> Assessment:
    """Score, advice and reason for one lead; the same inputs always give the same."""
    contributions = _contributions(inputs)
    score = _total(contributions)
    recommendation = recommend(score, inputs.has_domain, inputs.threshold)
    return Assessment(
        scorer=SCORER,
        version=VERSION,
        score=score,
        recommendation=recommendation,
        reason=wording.reason(inputs, contributions, recommendation, score_of),
        contributions=contributions,
        missing=_missing(inputs),
        ignored=tuple(sorted(name for name, value in inputs.attributes.items() if fold(value))),
    )


def _missing(inputs: Inputs) -> tuple[str, ...]:
    """The inputs that were not known."""
    blank = {
        "source": fold(inputs.source) in {"", "unknown"},
        "activity_count": inputs.activity_count_unknown,
        "business_domain": not inputs.has_domain,
    }
    return tuple(name for name, is_blank in blank.items() if is_blank)


def score_of(inputs: Inputs) -> Decimal:
    """The score alone, 0.00 to 1.00."""
    return _total(_contributions(inputs))


def what_would_help(inputs: Inputs) -> tuple[tuple[str, Decimal], ...]:
    """What raises the score, each with the score it would bring, the most helpful first.

    Such as ("with a known business domain", 0.64). Empty for a final lead, whose score is frozen.
    """
    return outlook.what_would_help(inputs, score_of)


def _contributions(inputs: Inputs) -> tuple[Contribution, ...]:
    """What each input adds or takes, in the order in which it is counted.

    Source, activity count, stage and business domain are always there, even with nothing to add;
    `cap` (no domain, no more than 0.55) and `limit` (0 to 1) only where they bite.
    """
    source = SOURCE_POINTS.get(inputs.source.strip().casefold(), OTHER_SOURCE_POINTS)
    activity = next(p for least, p in ACTIVITY_POINTS if inputs.activity_count >= least)
    stage = STAGE_POINTS[inputs.stage]
    domain = DOMAIN_POINTS if inputs.has_domain else 0
    terms = [
        _term("source", inputs.source_name or inputs.source, source),
        _term("activity_count", str(inputs.activity_count), activity),
        _term("stage", str(inputs.stage), stage),
        _term("business_domain", inputs.business_domain or "" if domain else "", domain),
    ]
    total = source + activity + stage + domain
    if not inputs.has_domain and total > NO_DOMAIN_CAP:
        terms.append(_term("cap", f"{_hundredths(NO_DOMAIN_CAP)}", NO_DOMAIN_CAP - total))
        total = NO_DOMAIN_CAP
    limited = min(max(total, 0), 100)
    if limited != total:
        terms.append(_term("limit", f"{_hundredths(limited)}", limited - total))
    return tuple(terms)


def _term(name: str, value: str, hundredths: int) -> Contribution:
    return Contribution(name, value, _hundredths(hundredths))


def _hundredths(number: int) -> Decimal:
    """The number divided by 100, exactly and with two decimals."""
    return Decimal(number).scaleb(-2)


def _total(contributions: tuple[Contribution, ...]) -> Decimal:
    return sum((c.points for c in contributions), Decimal("0.00"))
