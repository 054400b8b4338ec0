"""The two pipelines: what may follow what, and nothing else."""

from itertools import product

import pytest

from leadapp.errors import InvalidInput, InvalidTransition
from leadapp.rules.stages import LEAD_PIPELINE, SALE_PIPELINE, LeadStage, Pipeline, SaleStage

LEAD_MOVES = {
    ("new", "contacted"),
    ("contacted", "qualified"),
    ("qualified", "transferred"),
    ("new", "lost"),
    ("contacted", "lost"),
    ("qualified", "lost"),
}
SALE_MOVES = {
    ("new", "kyc"),
    ("kyc", "agreement"),
    ("agreement", "paid"),
    ("new", "lost"),
    ("kyc", "lost"),
    ("agreement", "lost"),
}


def refused(pipeline: Pipeline[LeadStage], from_: LeadStage, to: LeadStage) -> InvalidTransition:
    with pytest.raises(InvalidTransition) as caught:
        pipeline.check(from_, to)
    return caught.value


@pytest.mark.parametrize(("from_", "to"), list(product(LeadStage, LeadStage)))
def test_a_lead_moves_one_step_forward_or_is_lost(from_: LeadStage, to: LeadStage) -> None:
    if (from_, to) in LEAD_MOVES:
        LEAD_PIPELINE.check(from_, to)
    else:
        refusal = refused(LEAD_PIPELINE, from_, to)
        assert (refusal.from_, refusal.to) == (from_, to)
        assert refusal.allowed == LEAD_PIPELINE.targets(from_)


@pytest.mark.parametrize(("from_", "to"), list(product(SaleStage, SaleStage)))
def test_a_sale_moves_by_the_same_rules(from_: SaleStage, to: SaleStage) -> None:
    if (from_, to) in SALE_MOVES:
        SALE_PIPELINE.check(from_, to)
    else:
        with pytest.raises(InvalidTransition):
            SALE_PIPELINE.check(from_, to)


@pytest.mark.parametrize(
    ("stage", "following", "targets"),
    [
        ("new", "contacted", ("contacted", "lost")),
        ("contacted", "qualified", ("qualified", "lost")),
        ("qualified", "transferred", ("transferred", "lost")),
        ("transferred", None, ()),
        ("lost", None, ()),
    ],
)
def test_what_may_follow_the_next_step_first(
    stage: str, following: str | None, targets: tuple[str, ...]
) -> None:
    assert LEAD_PIPELINE.next_of(LeadStage(stage)) == following
    assert LEAD_PIPELINE.targets(LeadStage(stage)) == targets


@pytest.mark.parametrize(
    ("to", "sources"),
    [
        ("new", ()),
        ("contacted", ("new",)),
        ("qualified", ("contacted",)),
        ("transferred", ("qualified",)),
        ("lost", ("new", "contacted", "qualified")),
    ],
)
def test_from_where_a_stage_may_be_entered(to: str, sources: tuple[str, ...]) -> None:
    assert LEAD_PIPELINE.sources(LeadStage(to)) == sources


@pytest.mark.parametrize("stage", LeadStage)
def test_transferred_and_lost_are_final(stage: LeadStage) -> None:
    assert LEAD_PIPELINE.is_final(stage) == (stage in {"transferred", "lost"})


@pytest.mark.parametrize("stage", SaleStage)
def test_paid_and_lost_are_final(stage: SaleStage) -> None:
    assert SALE_PIPELINE.is_final(stage) == (stage in {"paid", "lost"})


def test_the_stages_stand_in_the_order_of_the_board() -> None:
    assert LEAD_PIPELINE.stages == ("new", "contacted", "qualified", "transferred", "lost")
    assert SALE_PIPELINE.stages == ("new", "kyc", "agreement", "paid", "lost")
    assert LEAD_PIPELINE.stages == tuple(LeadStage)
    assert SALE_PIPELINE.stages == tuple(SaleStage)


def test_a_lead_and_a_sale_start_in_new() -> None:
    assert LEAD_PIPELINE.first is LeadStage.NEW
    assert SALE_PIPELINE.first is SaleStage.NEW


@pytest.mark.parametrize(
    ("from_", "to", "message"),
    [
        (
            "new",
            "qualified",
            "The lead is in new and cannot move to qualified; it may move to contacted or lost.",
        ),
        (
            "contacted",
            "contacted",
            "The lead is already in contacted; it may move to qualified or lost.",
        ),
        (
            "transferred",
            "lost",
            "The lead is in transferred, which is final; go on with its sale.",
        ),
        (
            "lost",
            "new",
            "The lead is in lost, which is final; start a new lead from it if it was lost by"
            " mistake.",
        ),
        (
            "lost",
            "lost",
            "The lead is already in lost, which is final; start a new lead from it if it was lost"
            " by mistake.",
        ),
    ],
)
def test_a_refused_move_says_why_and_what_is_possible(from_: str, to: str, message: str) -> None:
    refusal = refused(LEAD_PIPELINE, LeadStage(from_), LeadStage(to))
    assert refusal.message == message
    assert refusal.details == {"from": from_, "to": to, "allowed": list(refusal.allowed)}


@pytest.mark.parametrize("stage", [SaleStage.PAID, SaleStage.LOST])
def test_a_refused_move_of_a_final_sale_speaks_of_the_sale(stage: SaleStage) -> None:
    with pytest.raises(InvalidTransition, match=rf"^The sale is in {stage}, which is final; \w"):
        SALE_PIPELINE.check(stage, SaleStage.KYC)


@pytest.mark.parametrize("stage", LeadStage)
def test_a_stage_is_parsed_by_its_exact_name(stage: LeadStage) -> None:
    assert LEAD_PIPELINE.parse(stage.value) is stage


@pytest.mark.parametrize("text", ["", "New", " new", "kyc", "lead", "0"])
def test_other_names_of_stages_are_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        LEAD_PIPELINE.parse(text, field="to")
    known = "must be one of new, contacted, qualified, transferred, lost"
    assert caught.value.errors == (("to", known),)


def test_a_stage_is_called_stage_unless_said_otherwise() -> None:
    with pytest.raises(InvalidInput) as caught:
        SALE_PIPELINE.parse("qualified")
    assert caught.value.errors == (("stage", "must be one of new, kyc, agreement, paid, lost"),)
