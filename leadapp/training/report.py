"""What a training found, as JSON for the page that shows it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from leadapp.rules.values import clean_text
from leadapp.scoring.document import SCALE, Feature, Number, parse
from leadapp.scoring.labels import label_of
from leadapp.scoring.record import ClosedLead, make_record
from leadapp.scoring.texts import read_number
from leadapp.training.arrays import Floats, Ints
from leadapp.training.crossfit import held_out_log_odds
from leadapp.training.evaluation import auc, figures, outcomes, reliability
from leadapp.training.fit import Design, Strengths
from leadapp.training.leaks import Sign
from leadapp.training.survey import Surveyed
from leadapp.training.table import TrainingTable
from leadapp.training.writing import Numbers

Present = Callable[[TrainingTable], list[int]]
"""The scores that the scorer in use gives to closed leads, in ten-thousandths."""

MOST_LABELS = 30
_USELESS = 0.005
_WHAT_IFS = 12
"""For so many columns, at most, it is told what striking them or putting them back would do."""


def empty_report(table: TrainingTable) -> dict[str, Any]:
    """A report with all its keys, and what can be said of any table."""
    closed, won, own = len(table.won), sum(table.won), sum(table.own)
    days = sorted(day for day in table.closed_on if day is not None)
    return {
        "trained": {
            "closed": closed,
            "won": won,
            "lost": closed - won,
            "imported": closed - own,
            "own": own,
            "first_closed_on": days[0].isoformat() if days else None,
            "last_closed_on": days[-1].isoformat() if days else None,
            "base_rate": round(won / closed, 6) if closed else None,
        },
        "columns": [],
        "figures": None,
        "base": None,
        "present": None,
        "reliability": [],
        "record": [],
        "inputs": {},
        "struck": {},
        "refused": None,
        "seconds": 0.0,
    }


def tell_columns(columns: Sequence[Surveyed], ranges: dict[str, float]) -> list[dict[str, Any]]:
    """Every column with its verdict, its signs and, where a model uses it, how much it moves."""
    return [
        {
            "name": column.name,
            "kind": column.reading.kind,
            "verdict": column.verdict,
            "signs": [
                {"sign": sign.sign, "figure": sign.figure, "text": sign.text}
                for sign in (*column.signs, *_uselessness(ranges.get(column.name)))
            ],
            "choice": column.choice,
            "range": ranges.get(column.name),
        }
        for column in columns
    ]


def _uselessness(range_: float | None) -> list[Sign]:
    """What is said of a column that was used and moves no score by half a point."""
    if range_ is None or range_ >= _USELESS:
        return []
    return [Sign("useless", range_, "It tells next to nothing that other columns do not.")]


def ranges_of(design: Design, numbers: Numbers) -> dict[str, float]:
    """By how many points of probability each feature can move a lead at the base rate."""
    result = {}
    for feature, terms in zip(design.features, numbers.terms, strict=True):
        # A level that no value has is neutral.
        reach = np.append(terms, 0) if not feature.is_number else terms
        ends = (numbers.base + np.array([reach.min(), reach.max()])) / SCALE
        low, high = 1 / (1 + np.exp(-ends))
        result[feature.name] = round(float(high - low), 4)
    return result


def tell_record(table: TrainingTable, scores: Sequence[int]) -> list[list[Any]]:
    """How leads with such scores ended, as the track record counts them."""
    blank: list[str | None] = [None] * len(table.won)
    domains = table.columns.get("business_domain", blank)
    sources = table.columns.get("source", blank)
    return make_record(
        ClosedLead(
            month=None if day is None else f"{day:%Y-%m}",
            source=clean_text(source),
            has_domain=clean_text(domain) is not None,
            score=int(score),
            won=won,
        )
        for day, source, domain, score, won in zip(
            table.closed_on, sources, domains, scores, table.won, strict=True
        )
    )


def tell_present(
    table: TrainingTable, won: Floats, present: Present, present_id: str
) -> dict[str, Any]:
    """The scorer in use on the same leads."""
    scores = np.clip(np.array(present(table), dtype=np.int64), 0, 10_000)
    return {
        "scorer": present_id,
        "figures": figures(scores, won),
        "record": tell_record(table, [int(score) for score in scores]),
        "reliability": reliability(scores, won),
    }


def tell_inputs(document: dict[str, Any], columns: Sequence[Surveyed]) -> dict[str, Any]:
    """Which share of the leads had which value of each input: what drift is measured against."""
    readings = {column.name: column.reading for column in columns}
    result = {}
    for feature in parse(document).features:
        reading = readings[feature.name]
        counts = _counts(feature, reading.texts, reading.counts)
        kept = set(sorted(counts, key=lambda label: -counts[label])[:MOST_LABELS])
        labels = [label for label in counts if label in kept]
        leads = len(reading.codes)
        result[feature.name] = {
            "labels": labels,
            "shares": [round(counts[label] / leads, 6) for label in labels],
        }
    return result


def _counts(feature: Feature, texts: Sequence[str], counts: Ints) -> dict[str, int]:
    """Leads by label: numbers in their order, values by how many leads have them."""
    result: dict[str, int] = {}
    numbers = [text for text, count in zip(texts, counts, strict=True) if count]
    place = dict(zip(texts, (int(count) for count in counts), strict=True))
    for text in _in_order(feature, numbers, place):
        label = label_of(feature, text)
        result[label] = result.get(label, 0) + place[text]
    return result


def _in_order(feature: Feature, texts: list[str], counts: dict[str, int]) -> list[str]:
    if isinstance(feature, Number):

        def size(text: str) -> tuple[bool, float]:
            number = read_number(text)
            return number is None, number or 0.0

        return sorted(texts, key=size)
    return sorted(texts, key=lambda text: -counts[text])


def what_if(
    columns: Sequence[Surveyed],
    ranges: dict[str, float],
    design: Design,
    folds: Ints,
    strengths: Mapping[str, Strengths],
) -> dict[str, dict[str, float]]:
    """The AUC without each of the columns that tell most, and with each that was struck."""
    telling = [feature for feature in design.features if ranges[feature.name] > 0]
    struck = [column for column in columns if column.is_suspected and column.verdict != "used"]
    used = sorted((feature.name for feature in telling), key=lambda name: -ranges[name])
    sets = {column.name: [*telling, column.feature] for column in struck[:_WHAT_IFS]}
    for name in used[: max(_WHAT_IFS - len(struck), 0)]:
        sets[name] = [feature for feature in telling if feature.name != name]
    return {
        name: {"auc": _auc(Design(tuple(chosen), design.won), folds, strengths)}
        for name, chosen in sets.items()
    }


def _auc(design: Design, folds: Ints, strengths: Mapping[str, Strengths]) -> float:
    log_odds = held_out_log_odds(design, folds, strengths)
    order = np.unique(log_odds, return_inverse=True)[1]
    return round(float(auc(outcomes(order, design.won))[0]), 4)
