"""The reason: one sentence, the largest contribution first, with what would change the outcome."""

import re
from dataclasses import replace

import pytest
from hypothesis import given

from leadapp.scoring.assessment import Inputs
from leadapp.scoring.rule_table import assess
from tests.scoring.cases import ALL_INPUTS, lead


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        # The two examples that set the manner.
        (
            lead("partner", "qualified", 8, "Retail"),
            "Partner lead with 8 interactions in qualified; business domain is known.",
        ),
        (
            lead("partner", "qualified", 0, None),
            "No interactions yet (-0.20) and no business domain (capped at 0.55).",
        ),
        # A good lead: what speaks for it, and what does not.
        (
            lead("partner", "qualified", 0, "Retail"),
            "Partner lead with no interactions yet (-0.20) in qualified; business domain is known.",
        ),
        (
            lead("partner", "new", 1, "Retail"),
            "Partner lead; business domain is known; 1 interaction in new.",
        ),
        (
            lead("scanner", "contacted", 7, "Retail"),
            "Scanner lead with 7 interactions; business domain is known; in contacted.",
        ),
        # Drawbacks that alone decide are the reason and its remedy.
        (lead("scanner", "qualified", 0, "Retail"), "No interactions yet (-0.20)."),
        (lead("partner", "qualified", 100, None), "No business domain (capped at 0.55)."),
        (
            lead("partner", "contacted", 8, None),
            "No business domain (capped at 0.55).",
        ),
        (lead("scanner", "new", 0, None), "No interactions yet (-0.20) and no business domain."),
        (lead("manual", "contacted", 3, None), "No business domain (capped at 0.55)."),
        # Otherwise all inputs, and the smallest change that brings better advice.
        (
            lead("web form", "qualified", 1, "Retail"),
            "Web form lead in qualified; business domain is known; 1 interaction; with 3"
            " interactions it would be 0.70.",
        ),
        (
            lead("manual", "contacted", 1, "Retail"),
            "Manual lead; business domain is known; 1 interaction in contacted; with 3 interactions"
            " it would be 0.70.",
        ),
        (
            lead("web form", "new", 1, None),
            "Web form lead with 1 interaction in new; no business domain; with 7 interactions and"
            " a known business domain in contacted it would be 0.70.",
        ),
        # Where no change brings better advice.
        (
            lead("manual", "contacted", 3, "Retail", at="1.00"),
            "Manual lead with 3 interactions; business domain is known; in contacted; even with 7"
            " interactions in qualified it would only be 0.90.",
        ),
        (
            lead("manual", "qualified", 7, "Retail", at="1.00"),
            "Manual lead with 7 interactions in qualified; business domain is known; no lead of"
            " this source can score higher.",
        ),
        # A final lead: nothing can change its outcome.
        (
            lead("manual", "lost", 0, None),
            "Manual lead in lost (-0.40) with no interactions yet (-0.20); no business domain.",
        ),
        (
            lead("web form", "lost", 3, "Retail"),
            "In lost (-0.40), web form lead with 3 interactions; business domain is known.",
        ),
        (
            lead("scanner", "transferred", 3, "Retail"),
            "Scanner lead in transferred with 3 interactions; business domain is known.",
        ),
        # A source that is not known has no name to begin with.
        (
            lead("unknown", "lost", 3, "Retail"),
            "In lost (-0.40), lead of unknown source with 3 interactions; business domain is"
            " known.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_reasons(inputs: Inputs, reason: str) -> None:
    assert assess(inputs).reason == reason


def test_the_source_is_called_as_people_call_it() -> None:
    inputs = replace(lead("partner", "qualified", 8, "Retail"), source_name="reseller")
    assert assess(inputs).reason.startswith("Reseller lead with 8 interactions")
    assert assess(replace(inputs, source_name=" ")).reason.startswith("Partner lead")
    assert assess(replace(inputs, source_name="", source=" ")).reason.startswith("Lead of unknown")
    assert assess(replace(inputs, source_name="UNKNOWN ")).reason.startswith("Lead of unknown")


@given(ALL_INPUTS)
def test_a_reason_is_one_sentence_without_the_domain_s_name(inputs: Inputs) -> None:
    reason = assess(replace(inputs, source_name="Partner")).reason
    assert re.fullmatch(r"[A-Z0-9](?:[^.]|\.\d)*\.", reason)
    assert "  " not in reason
    assert "Retail" not in reason
    assert len(reason) < 200


@given(ALL_INPUTS)
def test_what_would_change_the_outcome_is_said_unless_nothing_can(inputs: Inputs) -> None:
    assessment = assess(inputs)
    final = inputs.stage in {"transferred", "lost"}
    best = assessment.recommendation == "transfer_to_sales"
    says = re.search(r"^No | it would |no lead of this source can", assessment.reason)
    assert (says is not None) == (not final and not best)


@given(ALL_INPUTS)
def test_every_loss_is_named_with_its_points(inputs: Inputs) -> None:
    assessment = assess(inputs)
    for contribution in assessment.contributions:
        if contribution.input in {"activity_count", "stage"} and contribution.points < 0:
            assert f"({contribution.points})" in assessment.reason
    assert ("capped at 0.55" in assessment.reason) == (
        "cap" in {c.input for c in assessment.contributions}
    )
