"""Assessing many leads at once, to the same scores, reasons and contributions as one by one."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row

from leadapp.services.scored_rows import as_json, by_rules, inputs_of, stored_inputs, texts_of
from leadapp.services.scorers import bulk_scorer_of, learned_of, teller_of

DIVIDER = "\n"
"""What divides the leads of a column: no key has it, and in JSON it is written otherwise."""


def assess_rows(rows: Sequence[Row[Any]], model_id: int | None) -> dict[str, str]:
    """The assessments of rows with READ and `inputs_key` by this model, column by column.

    Each column is one text with a lead in each line; all but numbers and keys are JSON.
    """
    told = list(_by_rules(rows) if model_id is None else _by_model(rows, model_id))
    return {name: DIVIDER.join([of_lead[name] for of_lead in told]) for name in told[0]}


def _by_rules(rows: Sequence[Row[Any]]) -> Iterator[dict[str, str]]:
    for row in rows:
        told = by_rules(row)
        yield {**told, "id": str(row.id), "key": row.inputs_key, "reason": as_json(told["reason"])}


def _by_model(rows: Sequence[Row[Any]], model_id: int) -> Iterator[dict[str, str]]:
    scorer, bulk, teller = learned_of(model_id), bulk_scorer_of(model_id), teller_of(model_id)
    leads = [inputs_of(row, texts_of(row.attributes)) for row in rows]
    texts = [scorer.texts(inputs) for inputs in leads]
    columns = dict(zip(scorer.features, zip(*texts, strict=True), strict=True))
    told = teller.tell(leads, texts, bulk.score(columns, len(rows)))
    for row, of_lead in zip(rows, told, strict=True):
        yield {
            "id": str(row.id),
            "key": row.inputs_key,
            "score": of_lead.score,
            "threshold": str(row.threshold),
            "recommendation": of_lead.recommendation,
            "reason": as_json(of_lead.reason),
            "inputs": as_json(stored_inputs(row)),
            "contributions": of_lead.contributions,
            "missing": as_json(of_lead.missing),
            "ignored": as_json(of_lead.ignored),
        }
