"""Charts that the server draws: where everything stands, in percent of the plot.

Percents instead of a scaled picture, so that words and strokes keep their size at every width.
Templates are in templates/components/charts/.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil, sqrt
from typing import NamedTuple

from leadapp.scoring.record import Band

_SMALLEST, _LARGEST = 3.0, 8.0
"""Radius of a mark, in pixels: its area says how many leads it stands for."""
_PIXELS = 2.6
"""What a percent of the plot's height is at least, in pixels."""


class Mark(NamedTuple):
    """A band as a point: where it is, its whisker, and its number of leads beside it."""

    x: float
    y: float
    top: float
    bottom: float
    radius: float
    label: str
    label_y: float
    label_dy: int
    words: str


class Line(NamedTuple):
    """A straight line between two points."""

    x1: float
    y1: float
    x2: float
    y2: float


class Row(NamedTuple):
    """A band as a row of the table beside the picture; all texts are ready to show."""

    scores: str
    leads: str
    won: str
    mean: str
    rate: str
    interval: str
    off: bool
    """Whether the mean score lies outside the interval: it promised something else."""


class Reliability(NamedTuple):
    """What components/charts/reliability.html draws."""

    marks: list[Mark]
    lines: list[Line]
    rows: list[Row]
    leads: int


def reliability_chart(bands: Iterable[Band]) -> Reliability:
    """The reliability curve of these bands: scores to the right, what was won upwards."""
    shown = [band for band in bands if band.leads]
    most = max((band.leads for band in shown), default=1)
    marks = [_mark(band, most) for band in shown]
    return Reliability(
        marks=marks,
        lines=[Line(a.x, a.y, b.x, b.y) for a, b in pairwise(marks)],
        rows=[_row(band) for band in shown],
        leads=sum(band.leads for band in shown),
    )


def _mark(band: Band, most: int) -> Mark:
    bottom = _up(band.low)
    # The number of leads stands below the whisker, or above it where there is no room below.
    below = bottom <= 90
    label_y = bottom if below else _up(band.high)
    radius = round(_SMALLEST + (_LARGEST - _SMALLEST) * sqrt(band.leads / most), 1)
    # A mark may be larger than its whisker is long.
    apart = max(0, ceil(radius - abs(label_y - _up(band.rate)) * _PIXELS))
    return Mark(
        x=_percent(band.mean_score),
        y=_up(band.rate),
        top=_up(band.high),
        bottom=bottom,
        radius=radius,
        label=short(band.leads),
        label_y=label_y,
        label_dy=12 + apart if below else -5 - apart,
        words=(
            f"{band.leads:,} leads scored {band.mean_score:.2f} on average:"
            f" {rate_words(band.rate)} won, {interval_words(band.low, band.high)}"
        ),
    )


def _row(band: Band) -> Row:
    return Row(
        scores=f"{band.from_:.2f} to {band.to:.2f}",
        leads=f"{band.leads:,}",
        won=f"{band.won:,}",
        mean=f"{band.mean_score:.2f}",
        rate=rate_words(band.rate),
        interval=interval_words(band.low, band.high),
        off=not band.low <= band.mean_score <= band.high,
    )


class Step(NamedTuple):
    """How many leads a threshold lets through, and how many of them were won, a month."""

    threshold: float
    passed: float
    won: float


_LABELED_AT = 0.06


class Curve(NamedTuple):
    """What components/charts/curve.html draws: two areas over the thresholds 0 to 1.

    `passed` and `won` are the points of a polygon in a field of 100 by 100.
    """

    passed: str
    won: str
    ticks: list[tuple[float, str]]
    present_x: float
    tried_x: float
    passed_y: float
    won_y: float
    label_x: float


def curve_chart(steps: Sequence[Step], *, present: float, tried: float) -> Curve:
    """Two areas from the thresholds in rising order, with a line at two of them."""
    top = nice_top(max((step.passed for step in steps), default=1))

    def area(values: Sequence[tuple[float, float]]) -> str:
        points = [f"{_percent(x)},{_high(y, top)}" for x, y in values]
        return " ".join(
            [f"{_percent(values[0][0])},100", *points, f"{_percent(values[-1][0])},100"]
        )

    label = min(steps, key=lambda step: abs(step.threshold - _LABELED_AT))
    return Curve(
        passed=area([(step.threshold, step.passed) for step in steps]),
        won=area([(step.threshold, step.won) for step in steps]),
        ticks=[(_high(top * part, top), amount(top * part)) for part in (0.0, 0.5, 1.0)],
        present_x=_percent(present),
        tried_x=_percent(tried),
        passed_y=_high(label.passed, top),
        won_y=_high(label.won, top),
        label_x=_percent(label.threshold),
    )


def nice_top(value: float) -> float:
    """The end of an axis that holds this value: 1, 2 or 5 times a power of ten."""
    top = 1.0
    while top < value:
        for factor in (1, 2, 5, 10):
            if top * factor >= value:
                return top * factor
        top *= 10
    return top


def rate_words(rate: float) -> str:
    """A rate in whole percent."""
    return f"{rate * 100:.0f} %"


def interval_words(low: float, high: float) -> str:
    """An interval of rates in whole percent."""
    return f"{low * 100:.0f} to {high * 100:.0f} %"


def amount(value: float) -> str:
    """How many on average: whole from ten on, else with one decimal."""
    return f"{value:,.0f}" if value >= 9.95 or value == int(value) else f"{value:.1f}"


def short(count: int) -> str:
    """A number that fits beside a mark: 941, 1.2k, 14k."""
    if count < 1000:
        return str(count)
    return f"{count / 1000:.1f}k" if count < 9950 else f"{count / 1000:.0f}k"


def _percent(part: float) -> float:
    return round(part * 100, 2)


def _up(part: float) -> float:
    """How far below the top of the plot a rate stands."""
    return round((1 - part) * 100, 2)


def _high(value: float, top: float) -> float:
    return round((1 - value / top) * 100, 2)
