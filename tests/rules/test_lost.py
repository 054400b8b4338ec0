"""Why something was lost: the reasons, and what `other` needs."""

import pytest

from leadapp.errors import InvalidInput
from leadapp.rules.lost import LeadLostReason, SaleLostReason, parse_lost_reason

REASONS = {"no_answer", "no_budget", "no_need", "competitor", "not_a_fit", "duplicate", "other"}


def test_the_reasons_of_each_pipeline() -> None:
    assert set(LeadLostReason) == REASONS
    assert set(SaleLostReason) == REASONS | {"not_qualified"}


@pytest.mark.parametrize("reason", sorted(REASONS - {"other"}))
@pytest.mark.parametrize("required", [True, False])
def test_a_reason_needs_no_words(reason: str, required: bool) -> None:
    parsed = parse_lost_reason(LeadLostReason, reason, None, required=required)
    assert parsed == (LeadLostReason(reason), None)


def test_words_are_kept_with_any_reason() -> None:
    parsed = parse_lost_reason(LeadLostReason, " no_budget ", " next year ", required=True)
    assert parsed == (LeadLostReason.NO_BUDGET, "next year")


def test_sales_sends_back_what_was_badly_qualified() -> None:
    reason, _ = parse_lost_reason(SaleLostReason, "not_qualified", None, required=True)
    assert reason is SaleLostReason.NOT_QUALIFIED


def test_other_with_words_is_taken() -> None:
    parsed = parse_lost_reason(LeadLostReason, "other", "moved abroad", required=False)
    assert parsed == (LeadLostReason.OTHER, "moved abroad")


@pytest.mark.parametrize("note", [None, "", "  "])
@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("kind", [LeadLostReason, SaleLostReason])
def test_other_needs_words(
    kind: type[LeadLostReason] | type[SaleLostReason], note: str | None, required: bool
) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_lost_reason(kind, "other", note, required=required)
    assert caught.value.errors == (("lost_note", "say in words why it was lost"),)


@pytest.mark.parametrize("reason", [None, "", " "])
def test_no_reason_is_taken_only_where_it_is_optional(reason: str | None) -> None:
    assert parse_lost_reason(LeadLostReason, reason, "", required=False) == (None, None)
    assert parse_lost_reason(LeadLostReason, reason, "x", required=False) == (None, "x")
    with pytest.raises(InvalidInput) as caught:
        parse_lost_reason(LeadLostReason, reason, "", required=True)
    assert caught.value.errors == (("lost_reason", "choose why it was lost"),)


@pytest.mark.parametrize("reason", ["not_qualified", "No_Budget", "bored", "no budget"])
def test_an_unknown_reason_is_refused_with_the_known_ones(reason: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_lost_reason(LeadLostReason, reason, "words", required=False)
    known = "no_answer, no_budget, no_need, competitor, not_a_fit, duplicate, other"
    assert caught.value.errors == (("lost_reason", f"must be one of {known}"),)


@pytest.mark.parametrize("note", ["a\0b", "a\ud800b", "x" * 2_001])
def test_words_that_cannot_be_kept_are_refused(note: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_lost_reason(LeadLostReason, "other", note, required=True)
    assert [field for field, _ in caught.value.errors] == ["lost_note"]
