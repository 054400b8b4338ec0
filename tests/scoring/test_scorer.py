"""What all scorers have in common."""

from dataclasses import replace

import pytest
from hypothesis import given

from leadapp.scoring import rule_table
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.document import parse
from leadapp.scoring.learned import LearnedScorer
from leadapp.scoring.scorer import RULE_TABLE, Scorer
from tests.scoring.cases import ALL_INPUTS, lead
from tests.scoring.models import example

LEARNED = LearnedScorer(parse(example()), "7")
SCORERS: list[Scorer] = [RULE_TABLE, LEARNED]


@pytest.mark.parametrize("scorer", SCORERS, ids=lambda scorer: scorer.name)
@given(inputs=ALL_INPUTS)
def test_an_assessment_says_who_made_it_and_agrees_with_the_score(
    scorer: Scorer, inputs: Inputs
) -> None:
    assessment = scorer.assess(inputs)
    assert (assessment.scorer, assessment.version) == (scorer.name, scorer.version)
    assert scorer.id == f"{scorer.name}/{scorer.version}"
    assert assessment.score == scorer.score_of(inputs)
    assert all(score > assessment.score for _, score in scorer.what_would_help(inputs))
    # What is known is not missing, and what is missing is not ignored.
    assert not set(assessment.missing) & set(assessment.ignored)


@given(ALL_INPUTS)
def test_the_rule_table_is_a_scorer(inputs: Inputs) -> None:
    assert RULE_TABLE.assess(inputs) == rule_table.assess(inputs)
    assert RULE_TABLE.what_would_help(inputs) == rule_table.what_would_help(inputs)
    assert (RULE_TABLE.id, RULE_TABLE.columns) == ("rule_table/1", ())


@pytest.mark.parametrize(
    ("inputs", "missing"),
    [
        (lead("partner", "new", 0, "Retail"), ()),
        (lead("partner", "new", 0, " "), ("business_domain",)),
        (lead("unknown", "new", 0, "Retail"), ("source",)),
        (
            replace(lead("", "new", 0, None), activity_count_unknown=True),
            ("source", "activity_count", "business_domain"),
        ),
    ],
)
def test_what_the_rule_table_misses(inputs: Inputs, missing: tuple[str, ...]) -> None:
    assert RULE_TABLE.assess(inputs).missing == missing


def test_the_rule_table_ignores_attributes() -> None:
    inputs = replace(
        lead("partner", "new", 0, None), attributes={"Zip": "1", "City": "Ulm", "x": ""}
    )
    assessment = RULE_TABLE.assess(inputs)
    assert assessment.ignored == ("City", "Zip")
    assert (
        assessment.contributions == RULE_TABLE.assess(replace(inputs, attributes={})).contributions
    )
