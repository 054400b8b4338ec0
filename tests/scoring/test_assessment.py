"""Inputs and assessments: what they refuse to hold, and how they are stored."""

import json
from decimal import Decimal

import pytest
from hypothesis import given

from leadapp.scoring.assessment import (
    Assessment,
    Contribution,
    Inputs,
    Recommendation,
    contributions_from_json,
    contributions_to_json,
)
from leadapp.scoring.rule_table import assess
from tests.scoring.cases import ALL_INPUTS, lead


def made(score: str, *points: str) -> Assessment:
    return Assessment(
        scorer="test",
        version="1",
        score=Decimal(score),
        recommendation=Recommendation.DROP_LEAD,
        reason="Because.",
        contributions=tuple(Contribution("source", "x", Decimal(p)) for p in points),
    )


@pytest.mark.parametrize(
    ("domain", "known"), [(None, False), ("", False), (" ", False), ("Retail", True)]
)
def test_a_blank_domain_is_none(domain: str | None, known: bool) -> None:
    assert lead("manual", "new", 0, domain).has_domain is known


def test_a_negative_count_is_impossible() -> None:
    with pytest.raises(ValueError, match="never negative"):
        lead("manual", "new", -1, None)


@pytest.mark.parametrize("threshold", ["0", "1.01", "-0.6", "NaN", "0.605"])
def test_an_impossible_threshold_is_refused(threshold: str) -> None:
    with pytest.raises(ValueError, match="threshold"):
        lead("manual", "new", 0, None, at=threshold)


def test_a_score_has_four_decimals() -> None:
    assert str(made("0.6", "0.70", "-0.10").score) == "0.6000"


@pytest.mark.parametrize("score", ["NaN", "1.5", "-0.1", "0.12345"])
def test_a_broken_score_is_refused(score: str) -> None:
    with pytest.raises(ValueError, match="a score"):
        made(score, "0.5")


@pytest.mark.parametrize("points", [("0.59",), ("0.60", "0.0001"), ()])
def test_contributions_that_do_not_add_up_are_refused(points: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="add up"):
        made("0.60", *points)


def test_an_assessment_as_json() -> None:
    assert assess(lead("partner", "qualified", 0, None)).to_json() == {
        "scorer": "rule_table",
        "version": "1",
        "score": "0.5500",
        "recommendation": "continue_qualification",
        "reason": "No interactions yet (-0.20) and no business domain (capped at 0.55).",
        "contributions": [
            {"input": "source", "value": "partner", "points": "0.70"},
            {"input": "activity_count", "value": "0", "points": "-0.20"},
            {"input": "stage", "value": "qualified", "points": "0.15"},
            {"input": "business_domain", "value": "", "points": "0.00"},
            {"input": "cap", "value": "0.55", "points": "-0.10"},
        ],
        "missing": ["business_domain"],
        "ignored": [],
    }


@given(ALL_INPUTS)
def test_contributions_survive_being_stored(inputs: Inputs) -> None:
    contributions = assess(inputs).contributions
    stored = json.loads(json.dumps(contributions_to_json(contributions)))
    assert contributions_from_json(stored) == contributions
