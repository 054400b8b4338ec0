"""The reason of an assessment: one sentence, the largest contribution first."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.rules.values import normalize_list_key, shown_score
from leadapp.scoring import outlook
from leadapp.scoring.assessment import Contribution, Inputs, Recommendation
from leadapp.scoring.outlook import ScoreOf


@dataclass(frozen=True, slots=True)
class _Piece:
    """One contribution in words: as the begin of a clause, and as its continuation."""

    weight: Decimal
    opening: str
    following: str
    clause: bool = False
    drawback: bool = False


def reason(
    inputs: Inputs,
    contributions: tuple[Contribution, ...],
    recommendation: Recommendation,
    score_of: ScoreOf,
) -> str:
    """Why the score is what it is and, short of the best advice, what would change that.

    Where the drawbacks alone decide, they are the reason and its remedy: "No interactions yet
    (-0.20) and no business domain (capped at 0.55)." Otherwise all inputs are told, followed by the
    smallest change that would bring better advice.
    """
    pieces = _pieces(inputs, contributions)
    final = LEAD_PIPELINE.is_final(inputs.stage)
    if final or recommendation is Recommendation.TRANSFER_TO_SALES:
        return _sentence(_describe(pieces))
    drawbacks = [piece.opening for piece in pieces if piece.drawback]
    if drawbacks and outlook.is_better(_mended(inputs), recommendation, score_of):
        return _sentence(" and ".join(drawbacks))
    nameless = replace(
        inputs, source_name="", business_domain="known" if inputs.has_domain else None
    )
    remedy = _remedy(nameless, recommendation, score_of)
    return _sentence(f"{_describe(pieces)}; {remedy}")


def _pieces(inputs: Inputs, contributions: tuple[Contribution, ...]) -> list[_Piece]:
    """The four inputs in words, the largest contribution first, equals in the table's order."""
    points = {c.input: c.points for c in contributions}
    name = inputs.source_name.strip() or inputs.source
    unnamed = normalize_list_key(name) in {"", "unknown"}
    lead = "lead of unknown source" if unnamed else f"{name} lead"
    count = outlook.interactions(inputs.activity_count) + _loss(points["activity_count"])
    stage = f"in {inputs.stage}{_loss(points['stage'])}"
    cap = points.get("cap", Decimal(0))
    if inputs.has_domain:
        domain = "business domain is known"
    elif cap:
        at = next(c.value for c in contributions if c.input == "cap")
        domain = f"no business domain (capped at {at})"
    else:
        domain = "no business domain"
    pieces = [
        _Piece(points["source"], lead, f", {lead}"),
        _Piece(
            abs(points["activity_count"]),
            count,
            f" with {count}",
            drawback=not inputs.activity_count,
        ),
        _Piece(abs(points["stage"]), stage, f" {stage}"),
        _Piece(
            abs(points["business_domain"] + cap),
            domain,
            domain,
            clause=True,
            drawback=not inputs.has_domain,
        ),
    ]
    return sorted(pieces, key=lambda piece: piece.weight, reverse=True)


def _loss(points: Decimal) -> str:
    """What was taken, in parentheses; nothing for what adds."""
    return f" ({points:.2f})" if points < 0 else ""


def _describe(pieces: list[_Piece]) -> str:
    """All pieces in their order; the business domain is a clause of its own."""
    text, fresh = "", True
    for piece in pieces:
        if text and (piece.clause or fresh):
            text += f"; {piece.opening}"
        else:
            text += piece.opening if fresh else piece.following
        fresh = piece.clause
    return text


def _mended(inputs: Inputs) -> Inputs:
    """The lead without its drawbacks: one interaction, and a known domain."""
    return replace(
        inputs,
        activity_count=max(inputs.activity_count, 1),
        business_domain=inputs.business_domain if inputs.has_domain else "known",
    )


# Many leads share their inputs, and the search is the costly part of an assessment.
@lru_cache(maxsize=4096)
def _remedy(inputs: Inputs, recommendation: Recommendation, score_of: ScoreOf) -> str:
    """The smallest change that brings better advice, or how far the lead can come without one."""
    turn = outlook.turning_point(inputs, recommendation, score_of)
    if turn is not None:
        return f"{turn.words} it would be {shown_score(score_of(turn.inputs))}"
    top = outlook.best(inputs, score_of)
    if top is not None:
        return f"even {top.words} it would only be {shown_score(score_of(top.inputs))}"
    return "no lead of this source can score higher"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
