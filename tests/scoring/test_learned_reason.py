"""The reason of a learned score: the largest contributions, and what would change the advice."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from leadapp.scoring.assessment import Inputs
from leadapp.scoring.document import parse
from leadapp.scoring.learned import LearnedScorer
from tests.scoring.cases import lead
from tests.scoring.models import LEADS, category, document, documents, example, number

SCORER = LearnedScorer(parse(example()), "7")
SEEN = {"Time on site": "700", "Occupation": "Student"}


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        (
            replace(lead("Partner", "contacted", 3, "Steel"), attributes=SEEN),
            "Time on site (+0.26), source (+0.14) and business domain (+0.12) count most, added to"
            " the base rate of 0.38.",
        ),
        (
            lead("google", "new", 0, None),
            "Occupation left blank (-0.15), no interactions yet (-0.13) and no business domain"
            " (-0.08) count most, added to the base rate of 0.38; with 7 interactions it would be"
            " 0.32.",
        ),
        # Nothing the lead can still bring is enough.
        (
            lead("google", "new", 7, "Retail", at="1.00"),
            "7 interactions (+0.28), Occupation left blank (-0.24) and business domain (+0.09)"
            " count most, added to the base rate of 0.38.",
        ),
        (
            replace(lead("unknown", "new", 0, None), activity_count_unknown=True),
            "Occupation left blank (-0.17), no business domain (-0.09) and unknown number of"
            " interactions (-0.05) count most, added to the base rate of 0.38; with 3 interactions"
            " and a known business domain it would be 0.33.",
        ),
        (
            lead("google", "lost", 0, None),
            "Occupation left blank (-0.15), no interactions yet (-0.13) and no business domain"
            " (-0.08) count most, added to the base rate of 0.38.",
        ),
    ],
)
def test_reasons(inputs: Inputs, reason: str) -> None:
    assert SCORER.assess(inputs).reason == reason


def test_one_contribution_and_none() -> None:
    scorer = LearnedScorer(parse(document(0, category("City", {"ulm": 500_000}, blank=9_000))), "1")
    inputs = lead("x", "lost", 0, None)
    assert scorer.assess(inputs).reason == (
        "Nothing that is known moves it far from the base rate of 0.50."
    )
    assert scorer.assess(replace(inputs, attributes={"City": "Ulm"})).reason == (
        "City (+0.12) counts most, added to the base rate of 0.50."
    )


def test_advice_to_transfer_takes_a_domain_even_where_the_model_does_not() -> None:
    scorer = LearnedScorer(parse(document(3_000_000)), "1")
    assert scorer.assess(lead("x", "new", 0, None)).reason.endswith(
        "; with a known business domain the advice would be to transfer to sales."
    )


def test_how_far_a_lead_can_come_at_best() -> None:
    more = number("activity_count", [0.0, 5.0], [0, 100_000, 50_000])
    scorer = LearnedScorer(parse(document(0, more)), "1")
    assert scorer.assess(lead("x", "new", 0, "Retail")).reason.endswith(
        "; even with 1 interaction it would only be 0.52."
    )
    assert scorer.assess(lead("x", "new", 1, "Retail")).reason.endswith(" 0.50.")


@given(documents(), LEADS)
def test_a_reason_is_one_sentence_without_a_value(stored: dict[str, Any], inputs: Inputs) -> None:
    reason = LearnedScorer(parse(stored), "1").assess(inputs).reason
    assert re.fullmatch(r"[A-ZÄ0-9](?:[^.]|\.\d)*\.", reason)
    assert "  " not in reason
    assert "retail" not in reason.casefold()
    assert "steel" not in reason.casefold()
    assert len(reason) < 400
