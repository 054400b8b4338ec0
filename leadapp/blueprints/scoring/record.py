"""The track record of the scorer in use: by score, by source and by month."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from leadapp.queries.scoring_state import ScoringState, Shown
from leadapp.scoring.record import Cell, merge, wilson
from leadapp.web.charts import interval_words, rate_words

NO_SOURCE, NO_MONTH = "(no source)", "(no date)"


class Part(NamedTuple):
    """Closed leads of one source or month, ready to show; `off` where the scores promise else."""

    label: str
    leads: str
    mean: str
    rate: str
    interval: str
    off: bool


def own_cells(state: ScoringState) -> list[Cell]:
    """The company's own closed leads by their last score before closing."""
    return []


def all_cells(shown: Shown | None, own: Iterable[Cell]) -> list[list[object]]:
    """Imported and own closed leads as one record."""
    return merge(shown.record if shown else [], own)


def selected(cells: Iterable[Cell], *, source: str | None, month: str | None) -> list[Cell]:
    """The cells of one source and one month, where these are asked for."""
    return [
        cell
        for cell in cells
        if (source is None or (cell[1] or NO_SOURCE) == source)
        and (month is None or (cell[0] or NO_MONTH) == month)
    ]


def parts(cells: Sequence[Cell], by: str) -> list[Part]:
    """How often leads were won beside what their scores said, by `source` or by `month`."""
    place, nothing = {"source": (1, NO_SOURCE), "month": (0, NO_MONTH)}[by]
    sums: dict[str, list[float]] = {}
    for cell in cells:
        found = sums.setdefault(cell[place] or nothing, [0, 0, 0.0])
        found[0] += cell[4]
        found[1] += cell[5]
        found[2] += cell[4] * min(cell[3] + 0.5, 100.0) / 100
    order = sorted(sums, reverse=True) if by == "month" else sorted(sums, key=lambda k: -sums[k][0])
    return [_part(label, *sums[label]) for label in order]


def closed_in(cells: Iterable[Cell], now: datetime) -> tuple[int, int]:
    """How many leads closed in this month, and how many of these were won."""
    these = selected(cells, source=None, month=f"{now:%Y-%m}")
    return sum(cell[4] for cell in these), sum(cell[5] for cell in these)


def _part(label: str, leads: float, won: float, scores: float) -> Part:
    low, high = wilson(int(won), int(leads))
    return Part(
        label=label,
        leads=f"{leads:,.0f}",
        mean=f"{scores / leads:.2f}",
        rate=rate_words(won / leads),
        interval=interval_words(low, high),
        off=not low <= scores / leads <= high,
    )
