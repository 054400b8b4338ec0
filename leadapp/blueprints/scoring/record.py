"""The track record of the scorer in use: by score, by source and by month."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from leadapp.queries.lead_view import DEFAULT_SCORER
from leadapp.queries.own_record import own_record
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


def cells_in_use(state: ScoringState, shown: Shown | None) -> list[Cell]:
    """The closed leads of the training, and those that closed here since. One statement.

    The training scored leads by a model that had not seen them, or by the rule table. Leads that
    the rule table scored last may have closed before the training, which counted them already.
    """
    own = own_record(state.scorer or DEFAULT_SCORER)
    if shown is None:
        return list(merge(own))
    if state.model_id is None:
        trained = f"{shown.created_at:%Y-%m}"
        own = [cell for cell in own if cell[0] is not None and cell[0] > trained]
    return list(merge(shown.record, own))


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


def closed_in_month(now: datetime) -> tuple[int, int]:
    """How many leads closed here this month, and how many of these were won. One statement."""
    these = selected(own_record(), source=None, month=f"{now:%Y-%m}")
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
