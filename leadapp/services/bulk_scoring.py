"""Assessing many leads at once, to the same scores, reasons and contributions as one by one."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Row

from leadapp.scoring.assessment import Inputs, contributions_to_json
from leadapp.scoring.scorer import RULE_TABLE
from leadapp.scoring.texts import fold
from leadapp.services.scored_rows import inputs_of, stored_inputs, texts_of


def assess_rows(rows: Sequence[Row[Any]]) -> str:
    """The assessments of rows with READ and `inputs_key`, all of one model, as a JSON list."""
    return orjson.dumps(
        [
            {
                "id": row.id,
                "key": row.inputs_key,
                "threshold": str(row.threshold),
                "inputs": stored_inputs(row),
                **by_rules(inputs_of(row)),
                "ignored": sorted(n for n, value in texts_of(row.attributes).items() if fold(value)),
            }
            for row in rows
        ]
    ).decode()


# Many leads share their inputs; those that the rule table does not read are no part of the key.
@lru_cache(maxsize=8192)
def by_rules(inputs: Inputs) -> dict[str, Any]:
    assessment = RULE_TABLE.assess(inputs)
    return {
        "score": str(assessment.score),
        "recommendation": str(assessment.recommendation),
        "reason": assessment.reason,
        "contributions": orjson.Fragment(
            orjson.dumps(contributions_to_json(assessment.contributions))
        ),
        "missing": list(assessment.missing),
    }
