"""Reading what should be a certain JSON value, and saying in words where it is another."""

import math
from collections.abc import Mapping
from typing import Any


class Odd(Exception):  # noqa: N818 -- an answer, caught where the document is read
    """What is odd about a document, in words without a value of it."""


def need(condition: bool, problem: str) -> None:
    """Raise Odd unless that holds."""
    if not condition:
        raise Odd(problem)


def integer(value: object, where: str) -> int:
    """A whole number, and no bool."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Odd(f"{where} has something else than a whole number")
    return value


def finite(value: object, where: str) -> float:
    """A finite number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Odd(f"{where} is no number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    need(math.isfinite(number), f"{where} is not finite")
    return number


def a_list(value: object, where: str) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise Odd(f"{where} is no list")
    return value


def mapping(value: object, where: str) -> Mapping[str, Any]:
    """An object."""
    if not isinstance(value, Mapping):
        raise Odd(f"{where} is no object")
    return value


def only_keys(stored: Mapping[str, Any], keys: set[str], where: str) -> None:
    """Raise Odd unless the object has exactly these keys."""
    need(stored.keys() == keys, f"{where} has other parts than expected")
