"""Made-up companies to learn from: what decided is known, and so are the leaks planted in them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from leadapp.training.arrays import Bools, Floats
from leadapp.training.table import TrainingTable

Cells = list[str | None]
FIRST_DAY = date(2025, 1, 1)


@dataclass(frozen=True)
class Company:
    """How large a company is, what share it wins, and how much its columns tell (0: nothing)."""

    leads: int = 3000
    won: float = 0.3
    signal: float = 1.0
    leaks: tuple[str, ...] = ()
    seed: int = 1


def make_table(company: Company) -> TrainingTable:
    """The closed leads of the company."""
    chance = np.random.default_rng(company.seed)
    n = company.leads
    columns: dict[str, Cells] = {}
    log_odds = np.zeros(n)
    for name, make in HONEST.items():
        columns[name], effect = make(chance, n)
        log_odds += company.signal * effect
    won = chance.random(n) < _rates(log_odds + _level(log_odds, company.won))
    columns |= {name: make(chance, n) for name, make in IDLE.items()}
    columns |= {name: LEAKS[name](chance, won) for name in company.leaks}
    return TrainingTable(
        keys=[f"h:{i}" for i in range(1, n + 1)],
        columns=columns,
        won=[bool(one) for one in won],
        closed_on=[FIRST_DAY + timedelta(days=int(day)) for day in chance.integers(0, 365, n)],
        own=[False] * n,
    )


def _rates(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def _level(log_odds: Floats, share: float) -> float:
    """The constant that makes this share win."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _rates(log_odds + middle).mean() < share else (low, middle)
    return low


def pick(
    chance: Generator, n: int, values: Mapping[str, tuple[float, float]]
) -> tuple[Cells, Floats]:
    """Values by their weights, and what each does to the log-odds. "" is blank."""
    names = list(values)
    weights = np.array([values[name][0] for name in names])
    places = chance.choice(len(names), n, p=weights / weights.sum())
    effects = np.array([values[name][1] for name in names])
    return [names[place] or None for place in places], effects[places]


def some(cells: Iterable[object], kept: Bools) -> Cells:
    """The cells that are kept; the others are blank."""
    return [str(cell) if keep else None for cell, keep in zip(cells, kept, strict=True)]


def _source(chance: Generator, n: int) -> tuple[Cells, Floats]:
    return pick(
        chance, n, {"Trade fair": (3, 0.0), "partner": (2, 0.8), "Ad": (5, -0.4), "Call": (1, 0)}
    )


def _domain(chance: Generator, n: int) -> tuple[Cells, Floats]:
    return pick(
        chance, n, {"": (3, -0.5), "Retail": (3, 0.1), "Logistics": (2, 0.6), "Mining": (1, -0.3)}
    )


def _activities(chance: Generator, n: int) -> tuple[Cells, Floats]:
    counts = chance.poisson(3.0, n)
    return some(counts, chance.random(n) < 0.97), 0.25 * np.minimum(counts, 8) - 0.75


def _minutes(chance: Generator, n: int) -> tuple[Cells, Floats]:
    """A curve: none is bad, a few are worse, many are good."""
    minutes = np.round(chance.exponential(20, n) * (chance.random(n) < 0.7), 1)
    return [str(one) for one in minutes], np.where(minutes == 0, -0.1, np.tanh(minutes / 20) - 0.6)


def _employees(chance: Generator, n: int) -> tuple[Cells, Floats]:
    employees = np.exp(chance.normal(4, 1.5, n)).astype(int) + 1
    return some(employees, chance.random(n) < 0.8), 0.3 * np.log(employees) - 1.2


def _budget(chance: Generator, n: int) -> tuple[Cells, Floats]:
    """Numbers and words in one column."""
    amounts = chance.integers(1, 500, n) * 100
    words = chance.random(n) < 0.3
    cells = ["to be agreed" if word else str(one) for word, one in zip(words, amounts, strict=True)]
    return some(cells, chance.random(n) < 0.9), np.where(words, 0.4, amounts / 50_000 - 0.5)


def _region(chance: Generator, n: int) -> tuple[Cells, Floats]:
    """Many values, most of them rare."""
    places = np.minimum(chance.zipf(1.5, n), 400)
    return [f"Region {place}" for place in places], 0.3 * np.sin(places.astype(float))


def _asked(chance: Generator, n: int) -> tuple[Cells, Floats]:
    return pick(chance, n, {"yes": (1, 0.7), "No": (2, -0.2)})


def _form(chance: Generator, n: int) -> tuple[Cells, Floats]:
    """A form that many skip, which tells much and is honest."""
    return pick(chance, n, {"": (3, -0.7), "complete": (4, 0.4), "in part": (2, 0.1)})


def _visits(chance: Generator, n: int) -> tuple[Cells, Floats]:
    visits = chance.geometric(0.25, n) - 1
    return [str(one) for one in visits], 0.05 * np.minimum(visits, 10)


def _none(values: Mapping[str, float]) -> Callable[[Generator, int], tuple[Cells, Floats]]:
    return lambda chance, n: pick(chance, n, {value: (w, 0.0) for value, w in values.items()})


HONEST: dict[str, Callable[[Generator, int], tuple[Cells, Floats]]] = {
    "source": _source,
    "business_domain": _domain,
    "activity_count": _activities,
    "Minutes of demo": _minutes,
    "Employees": _employees,
    "Budget": _budget,
    "Region": _region,
    "Asked for a price": _asked,
    "Form": _form,
    "Visits": _visits,
    "Language": _none({"en": 5, "de": 2, "fr": 1}),
    "Newsletter": _none({"yes": 1, "no": 3}),
    "Second phone": _none({"": 3, "yes": 1}),
    "Channel": _none({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}),
}
"""Known before the outcome; some tell much, some nothing."""


def _dates(chance: Generator, n: int) -> Cells:
    return [(FIRST_DAY - timedelta(days=int(d))).isoformat() for d in chance.integers(0, 900, n)]


IDLE: dict[str, Callable[[Generator, int], Cells]] = {
    "Contact e-mail": lambda chance, n: [f"person{i}@example.com" for i in chance.permutation(n)],
    "Account number": lambda chance, n: [str(70_000 + i) for i in chance.permutation(n)],
    "Remarks": lambda chance, n: [
        f"Spoke about case {i} and what they need of it until {i % 13}"
        for i in chance.integers(0, 9 * n, n)
    ],
    "First contact": _dates,
    "Office": lambda _, n: ["Main"] * n,
}
"""What no model can learn from."""


def _status(chance: Generator, won: Bools) -> Cells:
    """The outcome in words, with mistakes."""
    right = chance.random(len(won)) < 0.93
    return ["Deal" if one else "No deal" for one in (won == right)]


def _rating(chance: Generator, won: Bools) -> Cells:
    """What a seller thought in the end, where one said."""
    names = np.array(["cold", "cool", "warm", "hot"])
    places = np.clip(np.round(chance.normal(np.where(won, 2.2, 0.8), 0.8)), 0, 3).astype(int)
    return some(list(names[places]), chance.random(len(won)) < np.where(won, 0.8, 0.4))


def _reason(chance: Generator, won: Bools) -> Cells:
    return some(
        ["price" if one < 0.5 else "silence" for one in chance.random(len(won))],
        ~won & (chance.random(len(won)) < 0.7),
    )


def _value(chance: Generator, won: Bools) -> Cells:
    amounts = np.round(chance.lognormal(9, 1, len(won)), 2)
    return some(list(amounts), chance.random(len(won)) < np.where(won, 0.9, 0.03))


def _signed(chance: Generator, won: Bools) -> Cells:
    return some(_dates(chance, len(won)), won & (chance.random(len(won)) < 0.8))


def _discount(chance: Generator, won: Bools) -> Cells:
    """A few of the won leads have it, and no other."""
    return some(["FRIEND"] * len(won), won & (chance.random(len(won)) < 0.35))


def _calls(chance: Generator, won: Bools) -> Cells:
    """A count that went on after the deal."""
    return [str(one) for one in chance.poisson(np.where(won, 9.0, 3.0))]


LEAKS: dict[str, Callable[[Generator, Bools], Cells]] = {
    "Status": _status,
    "Rating": _rating,
    "Reason": _reason,
    "Contract value": _value,
    "Signed on": _signed,
    "Discount code": _discount,
    "Calls in all": _calls,
}
"""Filled in when the outcome was known."""
