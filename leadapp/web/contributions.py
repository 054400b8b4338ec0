"""An assessment's contributions as a small chart: bars that begin where the one before ended."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from leadapp.scoring.assessment import Contribution
from leadapp.web.words import STAGE_LABELS, plural, score_text

# So many bars are drawn; what further inputs did is one bar together, and told beside it.
MOST = 10

_BASE_RATE = "base_rate"
_LONGEST_VALUE = 40


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
    rest: list[tuple[str, str]]
    """What the last bar holds together: label and points of each."""
    total: str
    total_x: float
    total_width: float
    threshold: str
    threshold_x: float


def make_chart(
    contributions: Iterable[Contribution],
    *,
    score: Decimal,
    threshold: Decimal,
    missing: Collection[str] = (),
) -> Chart:
    """The chart of these contributions, which add up to `score`, on an axis that holds 0 to 1.

    `missing` names the inputs that were blank; others without a value were erased.
    """
    terms = list(contributions)
    told = told_contributions(terms, missing)
    drawn, rest = (terms, []) if len(terms) <= MOST + 1 else (terms[:MOST], told[MOST:])
    spans: list[tuple[str, Decimal, Decimal]] = []
    reached = Decimal(0)
    for (label, _), term in zip(told, drawn, strict=False):
        spans.append((label, reached, reached + term.points))
        reached += term.points
    if rest:
        spans.append((f"{len(rest)} smaller ones", reached, score))
    ends = [Decimal(0), Decimal(1), *(end for _, _, end in spans)]
    low, length = min(ends), max(ends) - min(ends)

    def percent(value: Decimal) -> float:
        return round(float((value - low) / length * 100), 1)

    def width(start: Decimal, end: Decimal) -> float:
        return round(float(abs(end - start) / length * 100), 1)

    return Chart(
        rows=[
            Bar(
                label,
                points_text(end - start),
                percent(min(start, end)),
                width(start, end),
                _sign(end - start),
            )
            for label, start, end in spans
        ],
        rest=rest,
        total=total_text(score, terms),
        total_x=percent(Decimal(0)),
        total_width=width(Decimal(0), score),
        threshold=str(threshold),
        threshold_x=percent(threshold),
    )


def told_contributions(
    contributions: Sequence[Contribution], missing: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Label and points of each contribution."""
    # A learned model begins with its base rate, and its other inputs are named as in the file.
    learned = bool(contributions) and contributions[0].input == _BASE_RATE
    labels = [_learned_label(c, missing) if learned else _label(c) for c in contributions]
    if learned:
        labels[0] = "Base rate of closed leads"
    return [(label, points_text(c.points)) for label, c in zip(labels, contributions, strict=True)]


def points_text(points: Decimal) -> str:
    """The points with their sign; the minus is the typographic one, as wide as the plus."""
    if points == 0:
        return f"{abs(points)}"
    return f"+{points}" if points > 0 else f"−{-points}"


def total_text(score: Decimal, terms: Iterable[Contribution]) -> str:
    """The score in as many decimals as its contributions have, so that the sum can be checked."""
    fine = any(term.points != round(term.points, 2) for term in terms)
    return str(score) if fine else str(score_text(score))


def _sign(points: Decimal) -> str:
    if points == 0:
        return "zero"
    return "plus" if points > 0 else "minus"


def _learned_label(contribution: Contribution, missing: Collection[str]) -> str:
    """An input of a learned model in words; its columns go by the name they have in the file."""
    name, value = contribution.input, contribution.value
    if name in {"activity_count", "business_domain"} and (value or name not in missing):
        return _label(contribution)
    if name in {"source", "activity_count", "business_domain"}:
        name = {"activity_count": "Interactions", "business_domain": "Domain"}.get(name, "Source")
    if not value:
        return f"{name}: blank" if contribution.input in missing else name
    return f"{name}: {value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + '…'}"


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
