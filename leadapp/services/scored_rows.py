"""From what was read of a lead to what is stored of its assessment."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from leadapp.rules.stages import LeadStage
from leadapp.scoring.assessment import Inputs, contributions_to_json
from leadapp.scoring.scorer import RULE_TABLE, Scorer
from leadapp.scoring.texts import fold, text_of

READ = {
    "stage": "l.stage",
    "activity_count": "l.activity_count",
    "activity_count_unknown": "l.activity_count_unknown AND l.activity_count = 0",
    "rule_key": "s.rule_key",
    "source_id": "l.source_id",
    "source": "s.name",
    "business_domain_id": "l.business_domain_id",
    "business_domain": "d.name",
    "threshold": "c.handoff_threshold",
    # What is above is all that the rule table reads, see RuleInputs.
    "id": "l.id",
    "model_id": "c.scoring_model_id",
    # Most leads have none, and then there is nothing to read.
    "attributes": "CAST(nullif(l.attributes, '{}') AS text)",
}
"""What a scorer reads of a lead, by name: expressions on `l`, `s`, `d` and `c` of LEAD_JOINS."""


class RuleInputs(NamedTuple):
    """The beginning of a row with READ: what all scorers read, attributes aside."""

    stage: str
    activity_count: int
    activity_count_unknown: bool
    rule_key: str
    source_id: int
    source: str
    business_domain_id: int | None
    business_domain: str | None
    threshold: Decimal


def inputs_of(row: Any, attributes: Mapping[str, str]) -> Inputs:
    """The scorer's inputs of a row with READ, or of RuleInputs, and its attributes as texts."""
    return Inputs(
        source=row.rule_key,
        source_name=row.source,
        stage=LeadStage(row.stage),
        activity_count=row.activity_count,
        business_domain=row.business_domain,
        threshold=row.threshold,
        activity_count_unknown=row.activity_count_unknown,
        attributes=attributes,
    )


def texts_of(attributes: str | None) -> dict[str, str]:
    """The attributes, given as JSON, that scorers can read, as texts."""
    if attributes is None:
        return {}
    stored: dict[str, Any] = orjson.loads(attributes)
    # Nearly all are texts already.
    texts = {n: v if v.__class__ is str else text_of(v) for n, v in stored.items()}
    return {name: value for name, value in texts.items() if value is not None}


def stored_inputs(row: Any) -> dict[str, Any]:
    """The inputs as they are kept: ids and the names they had. Attributes join them in SQL."""
    inputs = {
        "source_id": row.source_id,
        "source": row.source,
        "source_rule_key": row.rule_key,
        "stage": row.stage,
        "activity_count": row.activity_count,
        "business_domain_id": row.business_domain_id,
        "business_domain": row.business_domain,
        "threshold": str(Decimal(row.threshold)),
    }
    if row.activity_count_unknown:
        inputs["activity_count_unknown"] = True
    return inputs


def by_scorer(row: Any, scorer: Scorer) -> dict[str, Any]:
    """What is kept of this scorer's assessment of a row with READ, as parameters."""
    if scorer is RULE_TABLE:
        return by_rules(row)
    assessment = scorer.assess(inputs_of(row, texts_of(row.attributes)))
    return {
        "threshold": row.threshold,
        "inputs": as_json(stored_inputs(row)),
        "score": assessment.score,
        "recommendation": str(assessment.recommendation),
        "reason": assessment.reason,
        "contributions": as_json(contributions_to_json(assessment.contributions)),
        "missing": as_json(assessment.missing),
        "ignored": as_json(assessment.ignored),
    }


def by_rules(row: Any) -> dict[str, str]:
    """What is kept of the rule table's assessment of a row with READ, as parameters."""
    told = told_by_rules(RuleInputs._make(row[: len(RuleInputs._fields)]))
    if row.attributes is None:
        return {**told, "ignored": "[]"}
    known = sorted(name for name, value in texts_of(row.attributes).items() if fold(value))
    return {**told, "ignored": as_json(known)}


# Many leads share what the rule table reads.
@lru_cache(maxsize=8192)
def told_by_rules(inputs: RuleInputs) -> dict[str, str]:
    """What is kept of leads with these inputs but for what they are themselves."""
    assessment = RULE_TABLE.assess(inputs_of(inputs, {}))
    return {
        "score": str(assessment.score),
        "threshold": str(inputs.threshold),
        "recommendation": str(assessment.recommendation),
        "reason": assessment.reason,
        "inputs": as_json(stored_inputs(inputs)),
        "contributions": as_json(contributions_to_json(assessment.contributions)),
        "missing": as_json(assessment.missing),
    }


def as_json(value: object) -> str:
    """The value as JSON text."""
    return orjson.dumps(value).decode()
