"""What would help a lead: said in words, with the score that it would really bring."""

from decimal import Decimal

import pytest
from hypothesis import given

from leadapp.scoring import outlook
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.recommendation import recommend
from leadapp.scoring.rule_table import assess, score_of, what_would_help
from tests.scoring.cases import ALL_INPUTS, lead

RANK = ["drop_lead", "continue_qualification", "transfer_to_sales"]


@pytest.mark.parametrize(
    ("inputs", "help_"),
    [
        (
            lead("manual", "contacted", 3, None),
            [("with a known business domain", "0.70")],
        ),
        (
            lead("web", "new", 2, "Retail"),
            [("with 3 interactions", "0.55"), ("in contacted", "0.50")],
        ),
        (
            lead("scanner", "new", 0, None),
            [
                ("with 1 interaction", "0.55"),
                ("with a known business domain", "0.40"),
                ("in contacted", "0.35"),
            ],
        ),
        # A stage that alone brings nothing, as the cap stands before it.
        (lead("scanner", "new", 1, None), [("with a known business domain", "0.65")]),
        (lead("web", "contacted", 7, "Retail"), [("in qualified", "0.80")]),
        (lead("manual", "qualified", 7, "Retail"), []),
        # Already at the limit.
        (lead("partner", "contacted", 3, "Retail"), []),
        # A final lead is frozen.
        (lead("manual", "lost", 0, None), []),
        (lead("manual", "transferred", 0, None), []),
    ],
)
def test_what_would_help(inputs: Inputs, help_: list[tuple[str, str]]) -> None:
    assert [(text, str(score)) for text, score in what_would_help(inputs)] == help_


@given(ALL_INPUTS)
def test_help_always_raises_the_score_the_best_first(inputs: Inputs) -> None:
    present = score_of(inputs)
    scores = [score for _, score in what_would_help(inputs)]
    assert all(score > present for score in scores)
    assert scores == sorted(scores, reverse=True)
    assert len(scores) <= 3


@given(ALL_INPUTS)
def test_possibilities_lie_ahead_and_go_from_little_to_much(inputs: Inputs) -> None:
    ways = outlook.possibilities(inputs)
    steps = ["new", "contacted", "qualified"]
    for way in ways:
        assert way.inputs != inputs
        assert way.inputs.activity_count >= inputs.activity_count
        assert steps.index(way.inputs.stage) >= steps.index(inputs.stage)
        assert way.inputs.has_domain or not inputs.has_domain
        assert (way.inputs.source, way.inputs.threshold) == (inputs.source, inputs.threshold)
    assert [way.effort for way in ways] == sorted(way.effort for way in ways)
    assert len({way.words for way in ways}) == len(ways)


@given(ALL_INPUTS)
def test_a_turning_point_is_the_least_that_brings_better_advice(inputs: Inputs) -> None:
    present = assess(inputs).recommendation

    def better(way: outlook.Possibility) -> bool:
        advice = recommend(score_of(way.inputs), way.inputs.has_domain, inputs.threshold)
        return RANK.index(advice) > RANK.index(present)

    ways = [way for way in outlook.possibilities(inputs) if better(way)]
    turn = outlook.turning_point(inputs, present, score_of)
    assert (turn is None) == (not ways)
    if turn is not None:
        assert turn in ways
        assert turn.effort == min(way.effort for way in ways)


@given(ALL_INPUTS)
def test_the_best_is_as_high_as_the_lead_can_come(inputs: Inputs) -> None:
    present = score_of(inputs)
    top = outlook.best(inputs, score_of)
    reachable = [score_of(way.inputs) for way in outlook.possibilities(inputs)]
    if top is None:
        assert max(reachable, default=Decimal(0)) <= present
    else:
        assert score_of(top.inputs) == max(reachable) > present


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "no interactions yet"),
        (1, "1 interaction"),
        (2, "2 interactions"),
        (1234, "1,234 interactions"),
    ],
)
def test_interactions_in_words(count: int, words: str) -> None:
    assert outlook.interactions(count) == words


def test_several_changes_in_words() -> None:
    words = {way.words for way in outlook.possibilities(lead("web", "contacted", 3, None))}
    assert words == {
        "with a known business domain",
        "with 7 interactions",
        "in qualified",
        "with 7 interactions and a known business domain",
        "with a known business domain in qualified",
        "with 7 interactions in qualified",
        "with 7 interactions and a known business domain in qualified",
    }
