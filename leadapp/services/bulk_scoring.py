"""Assessing many leads at once, to the same scores, reasons and contributions as one by one."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Row

from leadapp.scoring.assessment import contributions_to_json
from leadapp.scoring.scorer import RULE_TABLE
from leadapp.scoring.texts import fold
from leadapp.services.scored_rows import RuleInputs, inputs_of, stored_inputs, texts_of
from leadapp.services.scorers import bulk_scorer_of, learned_of, teller_of


def assess_rows(rows: Sequence[Row[Any]], model_id: int | None) -> str:
    """The assessments of rows with READ and `inputs_key` by this model, as a JSON list."""
    told = _by_rules(rows) if model_id is None else _by_model(rows, model_id)
    return orjson.dumps(list(told)).decode()


def _by_rules(rows: Sequence[Row[Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        attributes = texts_of(row.attributes)
        yield {
            "id": row.id,
            "key": row.inputs_key,
            "ignored": sorted(n for n, value in attributes.items() if fold(value)),
            **by_rules(RuleInputs._make(row[: len(RuleInputs._fields)])),
        }


# Many leads share what the rule table reads.
@lru_cache(maxsize=8192)
def by_rules(inputs: RuleInputs) -> dict[str, Any]:
    """What is stored of leads with these inputs but for what they are themselves."""
    assessment = RULE_TABLE.assess(inputs_of(inputs, {}))
    return {
        "score": str(assessment.score),
        "recommendation": str(assessment.recommendation),
        "reason": assessment.reason,
        "contributions": _written(contributions_to_json(assessment.contributions)),
        "missing": assessment.missing,
        "threshold": str(inputs.threshold),
        "inputs": _written(stored_inputs(inputs)),
    }


def _written(value: object) -> orjson.Fragment:
    # Copied, since what orjson gives holds on to a whole page of memory.
    return orjson.Fragment(bytes(memoryview(orjson.dumps(value))))


def _by_model(rows: Sequence[Row[Any]], model_id: int) -> Iterator[dict[str, Any]]:
    scorer, bulk, teller = learned_of(model_id), bulk_scorer_of(model_id), teller_of(model_id)
    leads = [inputs_of(row, texts_of(row.attributes)) for row in rows]
    texts = [scorer.texts(inputs) for inputs in leads]
    columns = dict(zip(scorer.features, zip(*texts, strict=True), strict=True))
    told = teller.tell(leads, texts, bulk.score(columns, len(rows)))
    for row, of_lead in zip(rows, told, strict=True):
        yield {
            "id": row.id,
            "key": row.inputs_key,
            "threshold": str(row.threshold),
            "inputs": stored_inputs(row),
            **of_lead._asdict(),
            "contributions": orjson.Fragment(of_lead.contributions),
        }
