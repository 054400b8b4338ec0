"""A scorer's track record: how often closed leads with such a score were won.

A record is a list of cells that JSON can carry, [month, source, has_domain, hundredth, leads, won]:
the month of closing as "2026-03" or None, the source or None, 1 or 0 for a known business domain,
the score in whole hundredths rounded down, how many leads there were, and how many were won.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

Cell = Sequence[Any]

TOO_FEW = 10
"""Under so many leads a share says nothing."""

# The 97.5 % quantile of the normal distribution.
_Z = 1.959963984540054


class ClosedLead(NamedTuple):
    """A closed lead as a record counts it; the score is in ten-thousandths."""

    month: str | None
    source: str | None
    has_domain: bool
    score: int
    won: bool


@dataclass(frozen=True, slots=True)
class Band:
    """Leads whose scores lie from `from_` to `to`, and how many of them were won.

    `low` and `high` bound the share that was won by the Wilson interval at 95 %; `mean_score` is
    exact to half a hundredth.
    """

    from_: Decimal
    to: Decimal
    leads: int
    won: int
    mean_score: float

    @property
    def too_few(self) -> bool:
        """Whether these are too few to say anything."""
        return self.leads < TOO_FEW

    @property
    def rate(self) -> float:
        """The share that was won; 0 where there is no lead."""
        return self.won / self.leads if self.leads else 0.0

    @property
    def low(self) -> float:
        """The lower bound of the share."""
        return wilson(self.won, self.leads)[0]

    @property
    def high(self) -> float:
        """The upper bound of the share."""
        return wilson(self.won, self.leads)[1]

    def words(self) -> str:
        """The band as a sentence.

        "Of 41 leads scored 0.60 to 0.70, 23 were won (56 %, 41 to 70 %)." or, under ten of them,
        "3 leads scored 0.60 to 0.70 have closed: too few to say."
        """
        scored = f"scored {self.from_:.2f} to {self.to:.2f}"
        if self.too_few:
            few = {0: "No lead", 1: "1 lead"}.get(self.leads, f"{self.leads} leads")
            return f"{few} {scored} {'have' if self.leads > 1 else 'has'} closed: too few to say."
        return (
            f"Of {self.leads:,} leads {scored}, {self.won:,} {'was' if self.won == 1 else 'were'}"
            f" won ({self.rate * 100:.0f} %, {self.low * 100:.0f} to {self.high * 100:.0f} %)."
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What a threshold would have done to the closed leads of a record.

    `months` is how many months of closing they span, at least 1 where any has a month, else 0;
    `per_month` is None where it is 0.
    """

    threshold: Decimal
    leads: int
    won: int
    handoffs: int
    won_handoffs: int
    months: int

    @property
    def won_blocked(self) -> int:
        """Leads that were won and would not have passed."""
        return self.won - self.won_handoffs

    @property
    def per_month(self) -> float | None:
        """Handoffs a month."""
        return self.handoffs / self.months if self.months else None


def wilson(won: int, leads: int) -> tuple[float, float]:
    """The interval at 95 % of the share that `won` of `leads` shows; 0 to 1 where there are none.

    Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    if not leads:
        return 0.0, 1.0
    share, square = won / leads, _Z * _Z
    middle = (share + square / (2 * leads)) / (1 + square / leads)
    half = math.sqrt(share * (1 - share) / leads + square / (4 * leads * leads))
    half *= _Z / (1 + square / leads)
    # Exact at the ends, where rounding would leave 1e-17.
    low = 0.0 if won == 0 else max(middle - half, 0.0)
    high = 1.0 if won == leads else min(middle + half, 1.0)
    return low, high


def make_record(leads: Iterable[ClosedLead]) -> list[list[Any]]:
    """The record of these closed leads, in a stable order."""
    return merge(
        [month, source, int(domain), score // 100, 1, int(won)]
        for month, source, domain, score, won in leads
    )


def merge(*records: Iterable[Cell]) -> list[list[Any]]:
    """Several records as one: cells of the same kind added up, in a stable order."""
    sums: dict[tuple[Any, ...], list[int]] = {}
    for cells in records:
        for *kind, leads, won in cells:
            found = sums.setdefault(tuple(kind), [0, 0])
            found[0] += leads
            found[1] += won
    return [
        [*kind, *counts]
        for kind, counts in sorted(
            sums.items(),
            key=lambda item: [
                (part is not None, part if part is not None else "") for part in item[0]
            ],
        )
    ]


def band_record(cells: Iterable[Cell], score: Decimal) -> Band:
    """How leads ended whose scores lie in the same tenth as `score`; 1.00 counts to the last."""
    tenth = _tenth(int(score * 100))
    return _band(tenth, [cell for cell in cells if _tenth(cell[3]) == tenth])


def bands(cells: Iterable[Cell]) -> list[Band]:
    """The tenths of the scores that have leads, from the lowest."""
    found: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[_tenth(cell[3])].append(cell)
    return [_band(tenth, found[tenth]) for tenth in sorted(found)]


def reliability(
    cells: Iterable[Cell], by: Literal["source", "month"] | None = None
) -> dict[str | None, list[Band]]:
    """The tenths of the scores with how often they came true, by source or month where asked.

    Without `by` all stand under None; leads without that source or month stand there too.
    """
    place = {None: None, "month": 0, "source": 1}[by]
    found: dict[str | None, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[None if place is None else cell[place]].append(cell)
    return {key: bands(found[key]) for key in sorted(found, key=lambda k: (k is not None, k or ""))}


def preview(cells: Iterable[Cell], threshold: Decimal) -> Preview:
    """What `threshold` would have done: a handoff takes that score and a known business domain."""
    least = int(threshold * 100)
    leads = won = handoffs = won_handoffs = 0
    months = set()
    for month, _, has_domain, hundredth, count, wins in cells:
        leads += count
        won += wins
        if month is not None:
            months.add(_month_number(month))
        if has_domain and hundredth >= least:
            handoffs += count
            won_handoffs += wins
    span = max(months) - min(months) + 1 if months else 0
    return Preview(threshold, leads, won, handoffs, won_handoffs, span)


def _tenth(hundredth: int) -> int:
    return min(hundredth // 10, 9)


def _band(tenth: int, cells: Sequence[Cell]) -> Band:
    leads = sum(cell[4] for cell in cells)
    # A hundredth stands for all scores that round down to it; 1.00 for itself alone.
    middle = sum(min(cell[3] + 0.5, 100.0) * cell[4] for cell in cells)
    return Band(
        from_=Decimal(tenth).scaleb(-1),
        to=Decimal(tenth + 1).scaleb(-1),
        leads=leads,
        won=sum(cell[5] for cell in cells),
        mean_score=middle / leads / 100 if leads else 0.0,
    )


def _month_number(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number)
