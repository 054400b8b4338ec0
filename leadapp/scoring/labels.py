"""Inputs as a few labels each, by which the leads of a month are counted like those of training."""

from bisect import bisect_left
from collections.abc import Sequence

from leadapp.scoring.document import Feature, Number
from leadapp.scoring.texts import fold, read_number

BLANK = "blank"
OTHER = "other"
UNREADABLE = "no number"


def label_of(feature: Feature, text: str | None) -> str:
    """The label of a lead's text: its bin, such as "3 to 6", its value in lower case, or "blank".

    What was not seen in training, or not often enough to be kept, is "other".
    """
    folded = fold(text)
    if not folded:
        return BLANK
    if not isinstance(feature, Number):
        return folded if folded in feature.values else OTHER
    number = read_number(folded)
    if number is None:
        return UNREADABLE
    return bin_label(feature.edges, bisect_left(feature.edges, number))


def bin_label(edges: Sequence[float], place: int) -> str:
    """The numbers of a bin in words: "up to 0", "1", "2 to 5", "over 5"."""
    if not edges:
        return "any number"
    if place == 0:
        return f"up to {_short(edges[0])}"
    if place == len(edges):
        return f"over {_short(edges[-1])}"
    low, high = edges[place - 1], edges[place]
    if all(edge.is_integer() for edge in edges):
        low += 1
    else:
        return f"over {_short(low)} to {_short(high)}"
    return _short(high) if low == high else f"{_short(low)} to {_short(high)}"


def _short(number: float) -> str:
    """As few digits as tell the number: 2, 0.25, 1532."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.6g}"
