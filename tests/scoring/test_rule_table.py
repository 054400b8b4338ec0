"""The rule table: its worked values, and all inputs against a second writing of the table."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.rules.handoff import HandoffFacts, unmet_conditions
from leadapp.rules.stages import LeadStage
from leadapp.scoring import rule_table
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.rule_table import assess, score_of
from tests.scoring.cases import ALL_INPUTS, lead

OPEN_STAGES = [LeadStage.NEW, LeadStage.CONTACTED, LeadStage.QUALIFIED]


def oracle(inputs: Inputs) -> int:  # noqa: PLR0912 -- a branch for each line of the table
    """The score in hundredths, written once more from the table's words alone."""
    total = 30
    if inputs.source == "scanner":
        total = 50
    if inputs.source == "partner":
        total = 70
    if inputs.source == "manual":
        total = 40
    count = inputs.activity_count
    if count == 0:
        total -= 20
    elif count <= 2:
        total += 5
    elif count <= 6:
        total += 15
    else:
        total += 25
    if inputs.stage == "contacted":
        total += 5
    if inputs.stage == "qualified":
        total += 15
    if inputs.stage == "transferred":
        total += 20
    if inputs.stage == "lost":
        total -= 40
    if (inputs.business_domain or "").strip():
        total += 10
    elif total > 55:
        total = 55
    if total < 0:
        return 0
    return min(total, 100)


@pytest.mark.parametrize(
    ("inputs", "score", "recommendation"),
    [
        (lead("partner", "qualified", 8, "Retail"), "1.00", "transfer_to_sales"),
        (lead("scanner", "qualified", 0, "Retail"), "0.55", "continue_qualification"),
        (lead("trade fair", "qualified", 1, "Retail"), "0.60", "continue_qualification"),
        (lead("manual", "lost", 0, None), "0.00", "drop_lead"),
        (lead("partner", "qualified", 100, None), "0.55", "continue_qualification"),
    ],
)
def test_worked_values(inputs: Inputs, score: str, recommendation: str) -> None:
    assessment = assess(inputs)
    assert assessment.score == Decimal(score)
    assert assessment.recommendation == recommendation


def test_0_60_exactly_meets_the_threshold() -> None:
    inputs = lead("trade fair", "qualified", 1, "Retail")
    facts = HandoffFacts(inputs.stage, score_of(inputs), "Retail", inputs.threshold)
    assert unmet_conditions(facts) == ()


@pytest.mark.parametrize(
    ("source", "points"),
    [
        ("scanner", 50),
        ("partner", 70),
        ("manual", 40),
        ("unknown", 30),
        ("web", 30),
        (" Partner ", 70),
        ("SCANNER", 50),
        ("", 30),
    ],
)
def test_points_of_the_source(source: str, points: int) -> None:
    # In new, with 1 interaction (+5) and a domain (+10).
    assert score_of(lead(source, "new", 1, "Retail")) * 100 == points + 15


@pytest.mark.parametrize(
    ("count", "points"),
    [(0, -20), (1, 5), (2, 5), (3, 15), (6, 15), (7, 25), (8, 25), (2_147_483_647, 25)],
)
def test_points_of_the_activity_count(count: int, points: int) -> None:
    assert score_of(lead("manual", "new", count, "Retail")) * 100 == 50 + points


@pytest.mark.parametrize(
    ("stage", "points"),
    [("new", 0), ("contacted", 5), ("qualified", 15), ("transferred", 20), ("lost", -40)],
)
def test_points_of_the_stage(stage: str, points: int) -> None:
    assert score_of(lead("manual", stage, 1, "Retail")) * 100 == 55 + points


@pytest.mark.parametrize(
    ("inputs", "hundredths"),
    [
        (lead("scanner", "new", 1, None), 55),  # 55 of itself: the cap does not bite
        (lead("scanner", "new", 1, "Retail"), 65),
        (lead("scanner", "contacted", 1, None), 55),  # 60 before the cap
        (lead("manual", "new", 3, None), 55),
        (lead("manual", "contacted", 1, None), 50),
        (lead("partner", "new", 0, ""), 50),
        (lead("partner", "new", 0, " \t"), 50),
        (lead("partner", "new", 0, "\u00a0"), 50),
        (lead("partner", "new", 1, ""), 55),
    ],
)
def test_without_a_domain_the_sum_is_capped_at_55(inputs: Inputs, hundredths: int) -> None:
    assert score_of(inputs) * 100 == hundredths


@pytest.mark.parametrize(
    ("inputs", "terms"),
    [
        (
            lead("partner", "qualified", 8, "Retail"),
            [
                ("source", "partner", "0.70"),
                ("activity_count", "8", "0.25"),
                ("stage", "qualified", "0.15"),
                ("business_domain", "Retail", "0.10"),
                ("limit", "1.00", "-0.20"),
            ],
        ),
        (
            lead("partner", "qualified", 0, None),
            [
                ("source", "partner", "0.70"),
                ("activity_count", "0", "-0.20"),
                ("stage", "qualified", "0.15"),
                ("business_domain", "", "0.00"),
                ("cap", "0.55", "-0.10"),
            ],
        ),
        (
            lead("manual", "lost", 0, " "),
            [
                ("source", "manual", "0.40"),
                ("activity_count", "0", "-0.20"),
                ("stage", "lost", "-0.40"),
                ("business_domain", "", "0.00"),
                ("limit", "0.00", "0.20"),
            ],
        ),
        (
            lead("scanner", "new", 1, "Retail"),
            [
                ("source", "scanner", "0.50"),
                ("activity_count", "1", "0.05"),
                ("stage", "new", "0.00"),
                ("business_domain", "Retail", "0.10"),
            ],
        ),
    ],
)
def test_contributions_in_the_order_of_the_table(
    inputs: Inputs, terms: list[tuple[str, str, str]]
) -> None:
    contributions = [(c.input, c.value, str(c.points)) for c in assess(inputs).contributions]
    assert contributions == terms


def test_a_contribution_names_the_source_as_people_do() -> None:
    inputs = replace(lead("web", "new", 0, None), source_name="Web form")
    assert assess(inputs).contributions[0].value == "Web form"
    assert assess(replace(inputs, source_name="")).contributions[0].value == "web"


@given(ALL_INPUTS)
def test_all_inputs_against_the_oracle(inputs: Inputs) -> None:
    assessment = assess(inputs)
    assert assessment.score * 100 == oracle(inputs)
    assert assessment.score == score_of(inputs)
    assert 0 <= assessment.score <= 1
    assert assessment.score.as_tuple().exponent == -4
    assert (assessment.scorer, assessment.version) == ("rule_table", "1")


@given(ALL_INPUTS)
def test_the_contributions_add_up_to_the_score(inputs: Inputs) -> None:
    assessment = assess(inputs)
    assert sum(c.points for c in assessment.contributions) == assessment.score
    names = [c.input for c in assessment.contributions]
    assert names[:4] == ["source", "activity_count", "stage", "business_domain"]
    # Cap and limit stand only where they bite, and never both: a capped sum needs no limit.
    assert names[4:] in ([], ["cap"], ["limit"])
    assert all(c.points != 0 for c in assessment.contributions[4:])


@given(ALL_INPUTS)
def test_the_same_inputs_always_give_the_same(inputs: Inputs) -> None:
    assert assess(inputs) == assess(replace(inputs))


@given(ALL_INPUTS, st.integers(1, 100))
def test_an_interaction_never_lowers_the_score(inputs: Inputs, more: int) -> None:
    busier = replace(inputs, activity_count=inputs.activity_count + more)
    assert score_of(busier) >= score_of(inputs)


@given(ALL_INPUTS)
def test_a_known_domain_never_lowers_the_score(inputs: Inputs) -> None:
    known = replace(inputs, business_domain="Retail")
    assert score_of(known) >= score_of(replace(inputs, business_domain=None))


@given(ALL_INPUTS)
def test_a_step_forward_never_lowers_the_score(inputs: Inputs) -> None:
    steps = [*OPEN_STAGES, LeadStage.TRANSFERRED]
    scores = [score_of(replace(inputs, stage=stage)) for stage in steps]
    assert scores == sorted(scores)
    assert score_of(replace(inputs, stage=LeadStage.LOST)) <= scores[0]


@given(ALL_INPUTS)
def test_without_a_domain_no_score_meets_the_default_threshold(inputs: Inputs) -> None:
    assert score_of(replace(inputs, business_domain=None)) <= Decimal("0.55")


@given(ALL_INPUTS)
def test_the_threshold_moves_the_advice_and_never_the_score(inputs: Inputs) -> None:
    strict = replace(inputs, threshold=Decimal("1.00"))
    assert score_of(strict) == score_of(inputs)
    assert assess(strict).contributions == assess(inputs).contributions


def test_scorer_and_version_as_one_text() -> None:
    assert rule_table.SCORER_ID == "rule_table/1"
