"""The learned scorer: worked values, and what holds for any model and lead."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadapp.rules.stages import LeadStage
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.document import Number, parse
from leadapp.scoring.learned import LearnedScorer
from leadapp.scoring.recommendation import recommend
from tests.scoring.cases import lead
from tests.scoring.models import LEADS, category, document, documents, example, number

SCORER = LearnedScorer(parse(example()), "7")


def with_attributes(inputs: Inputs, **attributes: str) -> Inputs:
    names = {"time": "Time on site", "occupation": "Occupation"}
    return replace(inputs, attributes={names[k]: v for k, v in attributes.items()})


GOOD = with_attributes(
    lead("Partner", "contacted", 3, "Steel"), time="700.5", occupation=" Student "
)


def test_a_scorer_says_who_it_is_and_what_it_reads() -> None:
    assert (SCORER.name, SCORER.version, SCORER.id) == ("learned", "7", "learned/7")
    assert SCORER.columns == ("Time on site", "Occupation")


@pytest.mark.parametrize(
    ("inputs", "score"),
    [
        # -0.468 + 0.5 + 0.8 + 0.7 + 1.5 - 0.3 = 2.732
        (GOOD, "0.9389"),
        # -0.468 - 0.9 + 0.25 - 0.6 + 0 (blank time) - 1.1 = -2.818
        (lead("google", "new", 0, None), "0.0564"),
        # Never seen in training is neutral: -0.468 + 0.1 + 0 + 0 + 0 + 0 = -0.368
        (
            with_attributes(lead("fair", "new", 2, "Wood"), time="600", occupation="astronaut"),
            "0.4090",
        ),
        # What is no number has a term of its own: -0.468 - 0.9 - 0.15 + 0.4 - 0.02 - 0.35
        (
            with_attributes(
                lead("Direct", "new", 0, "RETAIL "), time="1 min", occupation="Unemployed"
            ),
            "0.1842",
        ),
        # At an edge the lower bin: -0.468 + 1.2 + 0 + 0.4 - 1 - 1.1
        (with_attributes(lead("x", "new", 7, "retail"), time="60.5"), "0.2753"),
        # An unknown count is none: -0.468 - 0.3 + 0.8 - 0.6 + 0 - 1.1
        (replace(lead("partner", "new", 0, None), activity_count_unknown=True), "0.1587"),
    ],
)
def test_worked_scores(inputs: Inputs, score: str) -> None:
    assert str(SCORER.score_of(inputs)) == score
    assert str(SCORER.assess(inputs).score) == score


def test_an_assessment_tells_inputs_from_the_largest_to_the_smallest() -> None:
    assessment = SCORER.assess(GOOD)
    # By all coalitions 0.26334, 0.13624, 0.11862, 0.08389 and -0.04829.
    assert [(c.input, c.value, str(c.points)) for c in assessment.contributions] == [
        ("base_rate", "", "0.3851"),
        ("Time on site", "700.5", "0.2633"),
        ("source", "Partner", "0.1363"),
        ("business_domain", "Steel", "0.1186"),
        ("activity_count", "3", "0.0839"),
        ("Occupation", "Student", "-0.0483"),
    ]
    assert assessment.recommendation == "transfer_to_sales"
    assert (assessment.scorer, assessment.version) == ("learned", "7")
    assert assessment.missing == ()
    assert assessment.ignored == ("stage",)


def test_what_has_no_term_is_no_contribution() -> None:
    assessment = SCORER.assess(with_attributes(lead("fair", "new", 2, None), time="500"))
    told = {c.input for c in assessment.contributions}
    assert told == {"base_rate", "activity_count", "business_domain", "Occupation"}
    assert assessment.missing == ("business_domain", "Occupation")


def test_what_is_known_and_not_used_is_named() -> None:
    scorer = LearnedScorer(parse(document(0, category("City", {"ulm": 5}))), "1")
    inputs = replace(
        lead("partner", "new", 0, None),
        attributes={"City": "", "Zip": "89073", "Note": " ", "stage": "hot", "Age": "40"},
    )
    assessment = scorer.assess(inputs)
    assert assessment.missing == ("City",)
    assert assessment.ignored == ("source", "activity_count", "stage", "Age", "Zip")


def test_an_attribute_called_like_a_field_is_never_read() -> None:
    inputs = replace(GOOD, attributes={**GOOD.attributes, "source": "google"})
    assert SCORER.assess(inputs) == SCORER.assess(GOOD)


@pytest.mark.parametrize("source", ["unknown", "", " "])
def test_an_unknown_source_is_blank(source: str) -> None:
    values = category("source", {"unknown": 90_000, "a": 1}, blank=50_000)
    scorer = LearnedScorer(parse(document(0, values, category("City", {}))), "1")
    assessment = scorer.assess(lead(source, "new", 0, None))
    assert str(assessment.score) == "0.5125"
    assert assessment.missing == ("source", "City")
    # Whatever people call the source that stands for a blank one.
    renamed = replace(lead("unknown", "new", 0, None), source_name="a")
    assert scorer.assess(renamed).missing == ("source", "City")


@pytest.mark.parametrize(
    ("inputs", "help_"),
    [
        # The domain as the lower median of what domains bring: 0.4 of 0.4 and 0.7.
        (
            lead("google", "new", 0, None),
            [("with a known business domain", "0.1397"), ("with 1 interaction", "0.1397")],
        ),
        (replace(GOOD, activity_count=7), []),
        (GOOD, [("with 7 interactions", "0.9687")]),
        (replace(lead("google", "new", 3, None), activity_count_unknown=True), None),
        (replace(GOOD, stage=LeadStage.LOST), []),
    ],
)
def test_what_would_help(inputs: Inputs, help_: list[tuple[str, str]] | None) -> None:
    found = [(words, str(score)) for words, score in SCORER.what_would_help(inputs)]
    if help_ is not None:
        assert found == help_
    else:
        assert dict(found)["with 7 interactions"] > str(SCORER.score_of(inputs))


def test_help_tells_the_first_count_that_raises_the_score_of_any_model() -> None:
    up_and_down = number("activity_count", [1.5, 4.0, 9.0], [0, -500_000, 300_000, -100_000])
    scorer = LearnedScorer(parse(document(0, up_and_down)), "1")
    assert scorer.what_would_help(lead("x", "new", 0, "Retail")) == (
        ("with 5 interactions", Decimal("0.5744")),
    )
    assert scorer.what_would_help(lead("x", "new", 5, "Retail")) == ()


def test_a_model_without_features_says_the_base_rate() -> None:
    assessment = LearnedScorer(parse(document(-1_000_000)), "1").assess(GOOD)
    assert str(assessment.score) == "0.2689"
    assert [c.input for c in assessment.contributions] == ["base_rate"]


@given(documents(), LEADS)
def test_contributions_add_up_for_any_model_and_lead(
    stored: dict[str, Any], inputs: Inputs
) -> None:
    scorer = LearnedScorer(parse(stored), "1")
    # An assessment whose contributions do not add up to the score cannot be made at all.
    assessment = scorer.assess(inputs)
    assert 0 < assessment.score < 1
    assert assessment.score == scorer.score_of(inputs)
    assert assessment.contributions[0].input == "base_rate"
    sizes = [abs(c.points) for c in assessment.contributions[1:]]
    assert sizes == sorted(sizes, reverse=True)
    assert assessment.recommendation is recommend(
        assessment.score, inputs.has_domain, inputs.threshold
    )


@given(documents(), LEADS)
def test_neither_stage_nor_threshold_moves_the_score(
    stored: dict[str, Any], inputs: Inputs
) -> None:
    scorer = LearnedScorer(parse(stored), "1")
    other = replace(inputs, stage=LeadStage.NEW, threshold=Decimal("0.01"))
    assert scorer.assess(other).contributions == scorer.assess(inputs).contributions


@given(documents(), LEADS)
def test_help_is_true_and_the_best_comes_first(stored: dict[str, Any], inputs: Inputs) -> None:
    scorer = LearnedScorer(parse(stored), "1")
    present, helpful = scorer.score_of(inputs), scorer.what_would_help(inputs)
    scores = [score for _, score in helpful]
    assert all(score > present for score in scores)
    assert scores == sorted(scores, reverse=True)
    for words, score in helpful:
        if "interaction" in words:
            count = int(words.split()[1].replace(",", ""))
            assert count > inputs.activity_count
            then = replace(inputs, activity_count=count, activity_count_unknown=False)
            assert scorer.score_of(then) == score


@given(documents(), LEADS, st.floats(-20, 20), st.floats(-20, 20))
def test_scores_are_monotone_where_the_model_says_so(
    stored: dict[str, Any], inputs: Inputs, one: float, other: float
) -> None:
    model = parse(stored)
    scorer = LearnedScorer(model, "1")
    low, high = sorted([one, other])
    for feature in model.features:
        if not (isinstance(feature, Number) and feature.monotone):
            continue
        if feature.name == "activity_count":
            ways = [replace(inputs, activity_count=round(abs(x))) for x in (low, high)]
            ways.sort(key=lambda way: way.activity_count)
        else:
            ways = [
                replace(
                    inputs,
                    source_name=str(x) if feature.name == "source" else inputs.source_name,
                    business_domain=str(x)
                    if feature.name == "business_domain"
                    else inputs.business_domain,
                    attributes={**inputs.attributes, feature.name: str(x)},
                )
                for x in (low, high)
            ]
        scores = [scorer.score_of(way) for way in ways]
        assert scores == sorted(scores, reverse=feature.monotone == "decreasing")


@given(documents(), LEADS)
def test_the_same_json_gives_the_same_assessment(stored: dict[str, Any], inputs: Inputs) -> None:
    again = LearnedScorer(parse(json.loads(json.dumps(stored))), "1")
    assert again.assess(inputs) == LearnedScorer(parse(stored), "1").assess(inputs)


ASSESS = """
import json, sys
from decimal import Decimal
from leadapp.rules.stages import LeadStage
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.document import parse
from leadapp.scoring.learned import LearnedScorer

stored, attributes = json.load(sys.stdin)
inputs = Inputs("x", "Partner", LeadStage("contacted"), 3, "Steel", Decimal("0.60"),
                attributes=attributes)
assessment = LearnedScorer(parse(stored), "7").assess(inputs)
assert "numpy" not in sys.modules
json.dump(assessment.to_json(), sys.stdout)
"""


@pytest.mark.parametrize("seed", ["1", "2"])
def test_every_process_gives_the_same_and_none_needs_arrays(seed: str) -> None:
    given_ = json.dumps([example(), dict(GOOD.attributes)])
    answer = subprocess.run(
        [sys.executable, "-c", ASSESS],
        input=given_,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert json.loads(answer) == SCORER.assess(GOOD).to_json()


@settings(max_examples=30)
@given(LEADS)
def test_texts_that_were_met_before_change_nothing(inputs: Inputs) -> None:
    assert SCORER.assess(inputs) == LearnedScorer(parse(example()), "7").assess(inputs)
