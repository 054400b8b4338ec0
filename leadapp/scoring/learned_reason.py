"""The reason of a learned score: one sentence, the largest contribution first.

Attributes stand with their names and never with their values, which may tell of a person.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from leadapp.rules.values import shown_score
from leadapp.scoring import outlook
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.texts import spoken

MOST = 3
"""How many contributions a reason tells."""


def reason(
    base_rate: Decimal,
    largest: Sequence[tuple[str, int, bool]],
    inputs: Inputs,
    remedy: str | None,
) -> str:
    """Why the score is what it is, and what would change the advice.

    `largest` are the largest contributions: the input, its points in ten-thousandths, whether it
    was blank. Those that two decimals do not show are left out: "Occupation (+0.21), 8 interactions
    (+0.08) and no business domain (-0.05) count most, added to the base rate of 0.38; with a known
    business domain it would be 0.64."
    """
    told = [
        f"{_name(name, blank, inputs.activity_count)} ({_points(points)})"
        for name, points, blank in largest
        if abs(points) >= 50
    ]
    base = f"the base rate of {shown_score(base_rate)}"
    if not told:
        text = f"nothing that is known moves it far from {base}"
    else:
        *others, last = told
        names = f"{', '.join(others)} and {last}" if others else last
        text = f"{names} {'count' if others else 'counts'} most, added to {base}"
    text = f"{text}; {remedy}" if remedy else text
    return f"{text[0].upper()}{text[1:]}."


@lru_cache(maxsize=8192)
def _name(name: str, blank: bool, count: int) -> str:
    """An input in words."""
    match name:
        case "activity_count":
            return "unknown number of interactions" if blank else outlook.interactions(count)
        case "business_domain":
            return "no business domain" if blank else "business domain"
        case "source":
            return "unknown source" if blank else "source"
        case _:
            return f"{spoken(name)} left blank" if blank else spoken(name)


def _points(points: int) -> str:
    """Ten-thousandths in two decimals with their sign."""
    hundredths = (abs(points) + 50) // 100
    return f"{'-' if points < 0 else '+'}{hundredths // 100}.{hundredths % 100:02}"
