"""A model's figures in words: what each says, and which of two scorers has the better one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from leadapp.scoring.record import Band
from leadapp.web.words import day, in_words

FIELD_NAMES = {
    "source": "Source",
    "business_domain": "Business domain",
    "activity_count": "Number of interactions",
}


def input_name(name: str) -> str:
    """How a person calls an input: a column of a file by its name, the others in words."""
    return FIELD_NAMES.get(name, name)


class Measure(NamedTuple):
    """What a figure is called, what it says, and whether more of it is better."""

    key: str
    label: str
    says: str
    higher_is_better: bool


MEASURES = (
    Measure("auc", "AUC", "How often a won lead scores above a lost one; 0.5 is chance", True),
    Measure("brier", "Brier score", "How far scores miss what happened; less is better", False),
    Measure("log_loss", "Log loss", "The same, punishing sure mistakes; less is better", False),
    Measure(
        "calibration_error",
        "Calibration error",
        "By how much scores promise too much or too little; less is better",
        False,
    ),
)


class Compared(NamedTuple):
    """One figure of both scorers, ready to show. `better` is candidate, present or neither."""

    measure: Measure
    candidate: str
    candidate_interval: str
    present: str | None
    present_interval: str | None
    better: str
    clear: bool
    """Whether the intervals lie apart."""


def compare(
    candidate: Mapping[str, Any] | None, present: Mapping[str, Any] | None
) -> list[Compared]:
    """The figures of a candidate beside those of the scorer that was in use, if there were any."""
    if candidate is None:
        return []
    return [_compared(m, candidate[m.key], (present or {}).get(m.key)) for m in MEASURES]


def _compared(
    measure: Measure, candidate: Mapping[str, float], present: Mapping[str, float] | None
) -> Compared:
    if present is None:
        return Compared(measure, *_shown(candidate), None, None, "neither", False)
    ahead = candidate["value"] - present["value"]
    better = "candidate" if (ahead > 0) == measure.higher_is_better else "present"
    apart = candidate["low"] > present["high"] or candidate["high"] < present["low"]
    return Compared(
        measure, *_shown(candidate), *_shown(present), better if ahead else "neither", apart
    )


def _shown(figure: Mapping[str, float]) -> tuple[str, str]:
    return f"{figure['value']:.3f}", f"{figure['low']:.3f} to {figure['high']:.3f}"


def worth(figures: Mapping[str, Any] | None) -> list[str]:
    """What scores with these figures are worth, in plain sentences."""
    if not figures:
        return []
    auc, off = figures["auc"]["value"], figures["calibration_error"]["value"]
    return [
        f"Of a lead that was won and one that was not, it gives the won one the higher score in"
        f" {auc * 100:.0f} of 100 cases; tossing a coin does so in 50.",
        f"What it promises and what happened differ by {off * 100:.1f} points on average: of leads"
        f" scored 0.60, about {max(0, 60 - off * 100):.0f} to {min(100, 60 + off * 100):.0f} in 100"
        " are won.",
    ]


def bands_of(reliability: Sequence[Mapping[str, Any]]) -> list[Band]:
    """The bands of a report's reliability curve."""
    return [
        Band(
            from_=Decimal(str(entry["from"])),
            to=Decimal(str(entry["to"])),
            leads=entry["leads"],
            won=entry["won"],
            mean_score=entry["mean_score"],
        )
        for entry in reliability
    ]


def window(trained: Mapping[str, Any], now: datetime) -> str:
    """From when to when the closed leads are that a model learned from; empty if unknown."""
    ends = [trained.get("first_closed_on"), trained.get("last_closed_on")]
    days = [day(date.fromisoformat(end), now) for end in ends if end]
    return " to ".join(dict.fromkeys(days))


def learned_from(trained: Mapping[str, Any]) -> str:
    """What a model learned from: "6,468 closed leads (6,400 imported and 68 of your own)"."""
    parts = [
        f"{trained[key]:,} {words}"
        for key, words in (("imported", "imported"), ("own", "of your own"))
        if trained.get(key)
    ]
    which = f" ({in_words(parts)})" if len(parts) > 1 else ""
    return f"{trained['closed']:,} closed leads{which}"
