"""Scores of the test leads: by the document alone, and by the rule table."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from leadapp.rules.stages import LeadStage
from leadapp.rules.values import DEFAULT_THRESHOLD
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.bulk import BulkScorer
from leadapp.scoring.document import parse
from leadapp.scoring.learned import LearnedScorer
from leadapp.scoring.scorer import RULE_TABLE
from leadapp.training.arrays import Ints
from leadapp.training.table import TrainingTable

FIELDS = ("source", "business_domain", "activity_count")
SINGLY = 50
"""So many leads of each split are also assessed one by one."""


def by_rules(table: TrainingTable) -> Ints:
    """The rule table's scores in ten-thousandths; every lead counts as qualified."""
    return np.array([_ten_thousandths(RULE_TABLE.score_of(lead)) for lead in inputs(table)])


def inputs(table: TrainingTable) -> list[Inputs]:
    """Each lead as a scorer is given it."""
    n = len(table.won)
    blank: list[str | None] = [None] * n
    sources, domains, counts = (table.columns.get(name, blank) for name in FIELDS)
    attributes = {name: c for name, c in table.columns.items() if name not in FIELDS}
    return [
        Inputs(
            source=sources[i] or "unknown",
            source_name=sources[i] or "unknown",
            stage=LeadStage.QUALIFIED,
            activity_count=_count(counts[i]),
            activity_count_unknown=counts[i] is None,
            business_domain=domains[i],
            threshold=DEFAULT_THRESHOLD,
            attributes={name: text for name, cells in attributes.items() if (text := cells[i])},
        )
        for i in range(n)
    ]


def by_document(document: dict[str, Any], table: TrainingTable) -> tuple[Ints, int]:
    """The learned scores in ten-thousandths, and how many leads' contributions miss the score.

    All contributions are added up; some leads are assessed one by one as well, as on their pages.
    """
    read = parse(document)
    found = BulkScorer(read).score(table.columns, len(table.won))
    sums = found.base + found.contributions.sum(axis=1)
    wrong = int((sums != found.scores).sum())
    scorer = LearnedScorer(read, "1")
    few = table.rows(range(min(SINGLY, len(table.won))))
    for lead, score in zip(inputs(few), found.scores, strict=False):
        assessment = scorer.assess(lead)
        total = sum((c.points for c in assessment.contributions), Decimal(0))
        wrong += _ten_thousandths(assessment.score) != score or total != assessment.score
    return found.scores, wrong


def _ten_thousandths(score: Decimal) -> int:
    return int(score * 10_000)


def _count(text: str | None) -> int:
    try:
        return max(int(float(text or 0)), 0)
    except (ValueError, OverflowError):
        return 0


def mean_and_range(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean, smallest and largest."""
    return sum(values) / len(values), min(values), max(values)
