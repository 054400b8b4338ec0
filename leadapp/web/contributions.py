"""An assessment's contributions as a small chart: bars that begin where the one before ended."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from leadapp.scoring.assessment import Contribution
from leadapp.web.words import STAGE_LABELS, plural, score_text


class Bar(NamedTuple):
    """What one input added or took. `x` and `width` are percent of the axis."""

    label: str
    points: str
    x: float
    width: float
    sign: str


class Chart(NamedTuple):
    """What `contributions` of components/score.html draws."""

    rows: list[Bar]
    total: str
    total_x: float
    total_width: float
    threshold: str
    threshold_x: float


def make_chart(
    contributions: Iterable[Contribution], *, score: Decimal, threshold: Decimal
) -> Chart:
    """The chart of these contributions, which add up to `score`, on an axis that holds 0 to 1."""
    spans: list[tuple[Contribution, Decimal, Decimal]] = []
    reached = Decimal(0)
    for contribution in contributions:
        spans.append((contribution, reached, reached + contribution.points))
        reached += contribution.points
    ends = [Decimal(0), Decimal(1), *(end for _, _, end in spans)]
    low, length = min(ends), max(ends) - min(ends)

    def percent(value: Decimal) -> float:
        return round(float((value - low) / length * 100), 1)

    def width(start: Decimal, end: Decimal) -> float:
        return round(float(abs(end - start) / length * 100), 1)

    return Chart(
        rows=[
            Bar(_label(c), _points(c.points), percent(min(start, end)), width(start, end), _sign(c))
            for c, start, end in spans
        ],
        total=str(score_text(score)),
        total_x=percent(Decimal(0)),
        total_width=width(Decimal(0), score),
        threshold=str(threshold),
        threshold_x=percent(threshold),
    )


def _sign(contribution: Contribution) -> str:
    if contribution.points == 0:
        return "zero"
    return "plus" if contribution.points > 0 else "minus"


def _points(points: Decimal) -> str:
    """The points with their sign; the minus is the typographic one, as wide as the plus."""
    if points == 0:
        return f"{points}"
    return f"+{points}" if points > 0 else f"−{-points}"


def _label(contribution: Contribution) -> str:
    """An input in words, by the names that scorers give to inputs."""
    value = contribution.value
    match contribution.input:
        case "activity_count" if value.isdigit():
            words = plural(int(value), "interaction")
        case "stage":
            words = f"Stage: {STAGE_LABELS.get(value, value)}"
        case "business_domain":
            words = f"Domain: {value}" if value else "No business domain"
        case "cap":
            words = f"At most {value} without a domain"
        case "limit":
            words = f"Limited to {value}"
        case name:
            words = f"{name.replace('_', ' ').capitalize()}: {value}"
    return words
