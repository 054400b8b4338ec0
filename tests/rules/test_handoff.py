"""What a lead lacks before it may go to sales: all of it, in plain words."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.rules.handoff import HandoffFacts, Unmet, unmet_conditions
from leadapp.rules.stages import LeadStage

READY = HandoffFacts(
    stage=LeadStage.QUALIFIED,
    score=Decimal("0.6000"),
    business_domain="Retail",
    threshold=Decimal("0.60"),
)


def codes(facts: HandoffFacts) -> list[str]:
    return [unmet.code for unmet in unmet_conditions(facts)]


def test_a_qualified_lead_with_score_and_domain_may_go_to_sales() -> None:
    assert unmet_conditions(READY) == ()


@pytest.mark.parametrize(
    ("score", "threshold", "expected"),
    [
        ("0.6000", "0.60", []),
        ("0.5999", "0.60", ["score_below_threshold"]),
        ("0.596", "0.60", ["score_below_threshold"]),
        ("0.59", "0.60", ["score_below_threshold"]),
        ("0.6001", "0.60", []),
        ("1", "1.00", []),
        ("0.9999", "1.00", ["score_below_threshold"]),
        ("0", "0.01", ["score_below_threshold"]),
        ("0.01", "0.01", []),
        ("NaN", "0.60", ["score_missing"]),
        ("sNaN", "0.60", ["score_missing"]),
        ("-NaN", "0.60", ["score_missing"]),
        ("Infinity", "0.60", ["score_missing"]),
        ("-Infinity", "0.60", ["score_missing"]),
        ("1.0001", "0.60", ["score_missing"]),
        ("1.5", "0.60", ["score_missing"]),
        ("-0.0001", "0.60", ["score_missing"]),
    ],
)
def test_the_score_must_meet_the_threshold(score: str, threshold: str, expected: list[str]) -> None:
    facts = replace(READY, score=Decimal(score), threshold=Decimal(threshold))
    assert codes(facts) == expected


def test_the_sum_of_hundredths_meets_the_threshold() -> None:
    terms = [Decimal("0.3"), Decimal("0.15"), Decimal("0.05"), Decimal("0.1")]
    assert codes(replace(READY, score=sum(terms, Decimal(0)))) == []


@pytest.mark.parametrize("domain", [None, "", " ", "\t\n", "\u00a0", "\u200b", "\ufeff "])
def test_a_blank_business_domain_counts_as_none(domain: str | None) -> None:
    assert codes(replace(READY, business_domain=domain)) == ["business_domain_missing"]


@pytest.mark.parametrize("stage", LeadStage)
def test_only_a_qualified_lead_may_go_to_sales(stage: LeadStage) -> None:
    expected = [] if stage == "qualified" else ["wrong_stage"]
    assert codes(replace(READY, stage=stage)) == expected


@pytest.mark.parametrize(
    ("stale", "require_fresh", "expected"),
    [
        (False, False, []),
        (False, True, []),
        (True, False, []),
        (True, True, ["score_stale"]),
    ],
)
def test_a_stale_score_counts_unless_a_fresh_one_is_required(
    stale: bool, require_fresh: bool, expected: list[str]
) -> None:
    assert codes(replace(READY, stale=stale, require_fresh=require_fresh)) == expected


def test_every_unmet_condition_is_listed_and_not_only_the_first() -> None:
    facts = HandoffFacts(
        stage=LeadStage.NEW,
        score=Decimal("0.5960"),
        business_domain=None,
        threshold=Decimal("0.60"),
        stale=True,
        require_fresh=True,
    )
    assert unmet_conditions(facts) == (
        Unmet(
            "wrong_stage",
            "new",
            "qualified",
            "The lead is in new, not in qualified; move it there step by step.",
        ),
        Unmet(
            "score_below_threshold",
            "0.59",
            "0.60",
            "The score is 0.59, and 0.60 is needed; complete the lead or log what was done, then"
            " analyze it again.",
        ),
        Unmet(
            "business_domain_missing",
            "none",
            "a business domain",
            "The business domain is not known; fill it in.",
        ),
        Unmet(
            "score_stale",
            "a stale score",
            "a fresh score",
            "The lead has changed since its analysis; analyze it again.",
        ),
    )


def test_a_missing_score_is_not_stale_as_well() -> None:
    facts = replace(READY, score=None, stale=True, require_fresh=True)
    message = "The lead has no score yet, and 0.60 is needed; analyze it first."
    assert unmet_conditions(facts) == (Unmet("score_missing", "none", "0.60", message),)


def test_a_broken_score_is_named_as_it_is() -> None:
    message = "The stored score is not a number from 0 to 1; analyze the lead again."
    facts = replace(READY, score=Decimal("NaN"))
    assert unmet_conditions(facts) == (Unmet("score_missing", "NaN", "0.60", message),)


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        ("transferred", "The lead is in transferred, which is final; go on with its sale."),
        (
            "lost",
            "The lead is in lost, which is final; start a new lead from it if it was lost by"
            " mistake.",
        ),
    ],
)
def test_a_final_lead_is_told_what_is_possible_instead(stage: str, message: str) -> None:
    (unmet,) = unmet_conditions(replace(READY, stage=LeadStage(stage)))
    assert unmet == Unmet("wrong_stage", stage, "qualified", message)


@pytest.mark.parametrize("threshold", ["0", "0.00", "-0.60", "1.01", "NaN", "Infinity", "0.605"])
def test_an_impossible_threshold_opens_no_gate(threshold: str) -> None:
    with pytest.raises(ValueError, match="threshold"):
        replace(READY, threshold=Decimal(threshold))


@given(
    st.builds(
        HandoffFacts,
        stage=st.sampled_from(LeadStage),
        score=st.none() | st.decimals() | st.decimals(0, 1, places=4),
        business_domain=st.sampled_from([None, "", "  ", "Retail"]),
        threshold=st.decimals(Decimal("0.01"), Decimal(1), places=2),
        stale=st.booleans(),
        require_fresh=st.booleans(),
    )
)
def test_nothing_is_unmet_exactly_when_the_rule_holds(facts: HandoffFacts) -> None:
    score = facts.score
    enough = score is not None and not score.is_nan() and facts.threshold <= score <= 1
    allowed = facts.stage == "qualified" and enough and facts.business_domain == "Retail"
    fresh = not (facts.stale and facts.require_fresh)
    unmet = unmet_conditions(facts)
    assert (unmet == ()) == (allowed and fresh)
    assert len({u.code for u in unmet}) == len(unmet)
    assert all(u.have != u.need and u.message.endswith(".") for u in unmet)
