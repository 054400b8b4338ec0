"""What a score advises, whatever scorer it comes from."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.scoring.assessment import Recommendation
from leadapp.scoring.recommendation import recommend, transfer_from
from tests.scoring.cases import THRESHOLDS

TRANSFER = Recommendation.TRANSFER_TO_SALES
CONTINUE = Recommendation.CONTINUE_QUALIFICATION
DROP = Recommendation.DROP_LEAD


def test_the_words_of_the_advice() -> None:
    expected = {"transfer_to_sales", "continue_qualification", "drop_lead"}
    assert set(Recommendation) == expected


@pytest.mark.parametrize(
    ("score", "has_domain", "threshold", "advice"),
    [
        # The default threshold: 0.70 and 0.30.
        ("1.00", True, "0.60", TRANSFER),
        ("0.70", True, "0.60", TRANSFER),
        ("0.6999", True, "0.60", CONTINUE),
        ("0.60", True, "0.60", CONTINUE),
        ("0.3001", True, "0.60", CONTINUE),
        ("0.30", True, "0.60", DROP),
        ("0.00", True, "0.60", DROP),
        # Without a domain nothing is advised to be transferred.
        ("1.00", False, "0.60", CONTINUE),
        ("0.70", False, "0.60", CONTINUE),
        ("0.30", False, "0.60", DROP),
        # At most 1.00 is asked for.
        ("1.00", True, "1.00", TRANSFER),
        ("0.9999", True, "1.00", CONTINUE),
        ("1.00", True, "0.95", TRANSFER),
        ("0.9999", True, "0.95", CONTINUE),
        ("1.00", True, "0.90", TRANSFER),
        ("0.99", True, "0.89", TRANSFER),
        # Half of an odd threshold is not rounded.
        ("0.3050", True, "0.61", DROP),
        ("0.3051", True, "0.61", CONTINUE),
        # The least threshold.
        ("0.11", True, "0.01", TRANSFER),
        ("0.1099", True, "0.01", CONTINUE),
        ("0.0050", True, "0.01", DROP),
        ("0.0051", True, "0.01", CONTINUE),
        ("0.50", True, "1.00", DROP),
    ],
)
def test_the_advice(score: str, has_domain: bool, threshold: str, advice: Recommendation) -> None:
    assert recommend(Decimal(score), has_domain, Decimal(threshold)) is advice


@pytest.mark.parametrize("score", ["NaN", "Infinity", "1.5", "-0.1", "0.00001"])
def test_what_is_no_score_advises_nothing(score: str) -> None:
    with pytest.raises(ValueError, match="score"):
        recommend(Decimal(score), True, Decimal("0.60"))


@pytest.mark.parametrize(
    ("threshold", "least"),
    [("0.60", "0.70"), ("0.01", "0.11"), ("0.90", "1.00"), ("0.95", "1.00"), ("1.00", "1.00")],
)
def test_a_transfer_is_advised_a_tenth_above_the_threshold(threshold: str, least: str) -> None:
    assert transfer_from(Decimal(threshold)) == Decimal(least)


@given(score=st.decimals(0, 1, places=4), has_domain=st.booleans(), threshold=THRESHOLDS)
def test_all_scores_in_ten_thousandths(
    score: Decimal, has_domain: bool, threshold: Decimal
) -> None:
    points, gate = int(score * 10_000), int(threshold * 10_000)
    if has_domain and points >= min(gate + 1_000, 10_000):
        expected = TRANSFER
    elif points <= gate / 2:
        expected = DROP
    else:
        expected = CONTINUE
    assert recommend(score, has_domain, threshold) is expected
