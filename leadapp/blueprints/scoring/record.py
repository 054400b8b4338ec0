"""The track record of the scorer in use: by score, by source and by month."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from leadapp.queries.lead_view import DEFAULT_SCORER
from leadapp.queries.own_record import own_record
from leadapp.queries.scoring_state import ScoringState, Shown
from leadapp.queries.track_record import record_of
from leadapp.rules.values import normalize_list_key
from leadapp.scoring.record import Cell, wilson
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
    """The track record of the scorer in use. One statement."""
    return list(record_of(shown, scorer=state.scorer or DEFAULT_SCORER, model_id=state.model_id))


def selected(cells: Iterable[Cell], *, source: str | None, month: str | None) -> list[Cell]:
    """The cells of one source and one month, where these are asked for."""
    wanted = None if source is None else normalize_list_key(source)
    return [
        cell
        for cell in cells
        if (wanted is None or normalize_list_key(cell[1] or NO_SOURCE) == wanted)
        and (month is None or (cell[0] or NO_MONTH) == month)
    ]


def by_source(cells: Sequence[Cell]) -> list[Part]:
    """How often leads of each source were won beside what their scores said; the most first.

    Sources compare as on the list of the board, and are called as most of their leads call them.
    """
    names: dict[str, Counter[str]] = {}
    for cell in cells:
        name = cell[1] or NO_SOURCE
        names.setdefault(normalize_list_key(name), Counter())[name] += cell[4]
    labels = {key: found.most_common(1)[0][0] for key, found in names.items()}
    sums = _sums((labels[normalize_list_key(cell[1] or NO_SOURCE)], cell) for cell in cells)
    return [_part(label, *sums[label]) for label in sorted(sums, key=lambda k: -sums[k][0])]


def by_month(cells: Sequence[Cell]) -> list[Part]:
    """The same by month of closing; the latest first."""
    sums = _sums((cell[0] or NO_MONTH, cell) for cell in cells)
    return [_part(label, *sums[label]) for label in sorted(sums, reverse=True)]


def _sums(cells: Iterable[tuple[str, Cell]]) -> dict[str, list[float]]:
    """Leads, won leads and the sum of scores by label."""
    sums: dict[str, list[float]] = {}
    for label, cell in cells:
        found = sums.setdefault(label, [0, 0, 0.0])
        found[0] += cell[4]
        found[1] += cell[5]
        found[2] += cell[4] * min(cell[3] + 0.5, 100.0) / 100
    return sums


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
