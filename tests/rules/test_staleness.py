"""Whether a score is stale, and what changed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.rules.stages import LeadStage
from leadapp.rules.staleness import Change, ScoredInputs, changed_inputs, is_stale

THEN = ScoredInputs(
    source_id=1,
    stage=LeadStage.NEW,
    activity_count=2,
    business_domain_id=None,
    threshold=Decimal("0.60"),
    scorer="rule_table/1",
)

INPUTS = st.builds(
    ScoredInputs,
    source_id=st.integers(1, 2**63 - 1),
    stage=st.sampled_from(LeadStage),
    activity_count=st.integers(0, 2**31 - 1),
    business_domain_id=st.none() | st.integers(1, 2**63 - 1),
    threshold=st.decimals(Decimal("0.01"), Decimal(1), places=2),
    scorer=st.sampled_from(["rule_table/1", "learned/1", "learned/2"]),
    attributes=st.none() | st.sampled_from(["0cc1", "9e10"]),
)


def test_a_score_whose_inputs_are_the_same_is_fresh() -> None:
    assert changed_inputs(THEN, replace(THEN), final=False) == ()
    assert not is_stale(THEN, replace(THEN), final=False)


@pytest.mark.parametrize(
    ("field", "now", "change"),
    [
        ("source_id", 2, Change("source", 1, 2)),
        ("stage", LeadStage.CONTACTED, Change("stage", "new", "contacted")),
        ("activity_count", 3, Change("activity_count", 2, 3)),
        ("business_domain_id", 7, Change("business_domain", None, 7)),
        ("threshold", Decimal("0.61"), Change("threshold", Decimal("0.60"), Decimal("0.61"))),
        ("scorer", "rule_table/2", Change("scorer", "rule_table/1", "rule_table/2")),
        ("attributes", "0cc1", Change("attributes", None, "0cc1")),
    ],
)
def test_any_other_input_makes_it_stale(field: str, now: Any, change: Change) -> None:
    changed = replace(THEN, **{field: now})
    assert changed_inputs(THEN, changed, final=False) == (change,)
    assert is_stale(THEN, changed, final=False)


def test_all_changes_are_named_in_order() -> None:
    now = ScoredInputs(2, LeadStage.QUALIFIED, 3, 4, Decimal("0.50"), "learned/1")
    names = [change.input for change in changed_inputs(THEN, now, final=False)]
    expected = ["source", "stage", "activity_count", "business_domain", "threshold", "scorer"]
    assert names == expected


def test_another_way_to_write_the_threshold_is_no_change() -> None:
    assert not is_stale(THEN, replace(THEN, threshold=Decimal("0.6")), final=False)


def test_a_final_lead_is_never_stale() -> None:
    now = replace(THEN, stage=LeadStage.LOST, activity_count=9, scorer="learned/1")
    assert changed_inputs(THEN, now, final=True) == ()
    assert not is_stale(THEN, now, final=True)


def test_before_the_first_analysis_nothing_is_stale() -> None:
    assert changed_inputs(None, THEN, final=False) == ()


def test_the_key_is_the_text_that_the_database_writes() -> None:
    assert THEN.to_key() == "1|new|2|0|0.60|rule_table/1"
    full = replace(THEN, business_domain_id=7, threshold=Decimal(1))
    assert full.to_key() == "1|new|2|7|1.00|rule_table/1"
    learned = replace(full, scorer="learned/3", attributes="0cc1")
    assert learned.to_key() == "1|new|2|7|1.00|learned/3|0cc1"


def test_attributes_say_nothing_where_another_scorer_read_others() -> None:
    then = replace(THEN, scorer="learned/1", attributes="0cc1")
    now = replace(THEN, scorer="learned/2", attributes="9e10")
    assert changed_inputs(then, now, final=False) == (Change("scorer", "learned/1", "learned/2"),)


@given(one=INPUTS, other=INPUTS)
def test_keys_differ_exactly_when_inputs_do_and_can_be_read_back(
    one: ScoredInputs, other: ScoredInputs
) -> None:
    assert ScoredInputs.from_key(one.to_key()) == one
    assert (one.to_key() == other.to_key()) == (not is_stale(one, other, final=False))


@pytest.mark.parametrize(
    "key",
    [
        "", "1|new|2|0|0.60", "1|kyc|2|0|0.60|x", "a|new|2|0|0|x", "1|new|2|0|much|x",
        "1|new|2|0|0.60|", "1|new|2|0|0.60|x|", "1|new|2|0|0.60|x|y|z",
    ],
)  # fmt: skip
def test_any_other_text_is_no_key_and_the_error_shows_it(key: str) -> None:
    with pytest.raises(ValueError, match="no inputs of a score") as error:
        ScoredInputs.from_key(key)
    assert repr(key) in str(error.value)
