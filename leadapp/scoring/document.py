"""A learned model as plain numbers: read, checked down to the last one, or refused as damaged.

The document is JSON, and JSON columns keep no order of keys: where an order counts, it is a list's,
or for the values of a category that of their sorted texts.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from leadapp.errors import ModelDamaged
from leadapp.scoring.reading import Odd, a_list, finite, integer, mapping, need, only_keys
from leadapp.scoring.texts import fold

FORMAT = 1
SCALE = 1_000_000
"""How many units of a term make one unit of log-odds."""
FOLDS = 5
MAX_FEATURES = 256
MAX_TERM = 16 * SCALE
MAX_REACH = 128 * SCALE
"""What base and largest terms may add up to: `leadapp.scoring.shapley` is exact up to here."""
_EXACT, _LARGEST = 2**53, (2**53 - 1) * 2**971
"""Up to where every integer is a float, and the largest float."""
NEVER_FEATURES = frozenset({"stage", "threshold"})

Monotone = Literal["increasing", "decreasing"]


@dataclass(frozen=True)
class Number:
    """A feature that is a number: a term for each bin, for a blank and for what is no number.

    Bin k holds `edges[k - 1] < x <= edges[k]`; the last one everything above the last edge.
    """

    name: str
    edges: tuple[float, ...]
    terms: tuple[int, ...]
    blank: int
    unreadable: int
    monotone: Monotone | None

    @cached_property
    def all_terms(self) -> tuple[int, ...]:
        """Every term in the order of the folds: bins, blank, unreadable."""
        return (*self.terms, self.blank, self.unreadable)


@dataclass(frozen=True)
class Category:
    """A feature with one term for each value seen in training, by its folded text.

    What was never seen is neutral: 0.
    """

    name: str
    values: Mapping[str, int]
    blank: int

    @cached_property
    def all_terms(self) -> tuple[int, ...]:
        """Every term in the order of the folds: values by their sorted texts, blank."""
        return (*(self.values[text] for text in sorted(self.values)), self.blank)


Feature = Number | Category


@dataclass(frozen=True)
class Fold:
    """The model fitted without one fold: other numbers for the same bins and values."""

    base: int
    terms: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Trained:
    """What the model was trained on. `on` is a date such as 2026-11-23."""

    on: str
    closed: int
    won: int
    base_rate: float


@dataclass(frozen=True)
class ModelDocument:
    """A learned model: log-odds of a win are `base` plus one term a feature, in units of SCALE."""

    base: int
    features: tuple[Feature, ...]
    folds: tuple[Fold, ...]
    trained: Trained
    checksum: str


def parse(stored: object) -> ModelDocument:
    """The model that a stored document holds. Raises ModelDamaged where anything in it is odd."""
    try:
        return _document(mapping(stored, "the document"))
    except Odd as odd:
        raise ModelDamaged(str(odd)) from None


def seal(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a new model with its checksum, checked. Raises ModelDamaged, see `parse`."""
    sealed = {**document, "checksum": checksum(document)}
    parse(sealed)
    for number, feature in enumerate(sealed["features"], 1):
        values = list(feature.get("values", ()))
        if values != sorted(values):
            raise ModelDamaged(f"feature {number} has values out of order, and folds go by it")
    return sealed


def checksum(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document as canonical JSON without its checksum, in hexadecimal digits.

    A number counts as what a float makes of it, and a whole one as an integer: databases write 1e22
    with all its digits, which then looks like an integer.
    """
    rest = {key: _canonical(value) for key, value in document.items() if key != "checksum"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _canonical(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and _EXACT < abs(value) <= _LARGEST:
        value = float(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _document(stored: Mapping[str, Any]) -> ModelDocument:
    only_keys(
        stored,
        {"format", "scale", "base", "features", "folds", "trained", "checksum"},
        "the document",
    )
    need(stored["format"] == FORMAT and stored["scale"] == SCALE, "its format is unknown")
    try:
        sum_ = checksum(stored)
    except (TypeError, ValueError, RecursionError, OverflowError):
        raise Odd("it holds what JSON cannot hold") from None
    need(stored["checksum"] == sum_, "its checksum does not match")
    listed = a_list(stored["features"], "the list of features")
    need(len(listed) <= MAX_FEATURES, f"it has more than {MAX_FEATURES} features")
    features = tuple(_feature(given, f"feature {n}") for n, given in enumerate(listed, 1))
    names = [feature.name for feature in features]
    need(len(set(names)) == len(names), "two features have one name")
    folds = tuple(
        _fold(given, features, f"fold {n}")
        for n, given in enumerate(a_list(stored["folds"], "the list of folds"))
    )
    need(len(folds) == FOLDS, f"it has {len(folds)} folds, not {FOLDS}")
    base = _term(stored["base"], "the base")
    _check_reach(base, [feature.all_terms for feature in features], "the model")
    return ModelDocument(base, features, folds, _trained(stored["trained"]), sum_)


def _feature(given: object, where: str) -> Feature:
    stored = mapping(given, where)
    kind = stored.get("kind")
    if kind == "number":
        return _number(stored, where)
    need(kind == "category", f"{where} is of an unknown kind")
    return _category(stored, where)


def _number(stored: Mapping[str, Any], where: str) -> Number:
    only_keys(stored, {"name", "kind", "edges", "terms", "blank", "unreadable", "monotone"}, where)
    edges = tuple(finite(edge, f"an edge of {where}") for edge in a_list(stored["edges"], where))
    need(
        all(a < b for a, b in pairwise(edges)),
        f"the edges of {where} do not ascend",
    )
    terms = _terms(stored["terms"], len(edges) + 1, where)
    monotone = stored["monotone"]
    need(monotone in (None, "increasing", "decreasing"), f"{where} is of an unknown direction")
    if monotone:
        ordered = sorted(terms, reverse=monotone == "decreasing")
        need(list(terms) == ordered, f"{where} is not {monotone} as it says")
    return Number(
        name=_name(stored["name"], where),
        edges=edges,
        terms=terms,
        blank=_term(stored["blank"], where),
        unreadable=_term(stored["unreadable"], where),
        monotone=monotone,
    )


def _category(stored: Mapping[str, Any], where: str) -> Category:
    only_keys(stored, {"name", "kind", "values", "blank", "unknown", "monotone"}, where)
    values = mapping(stored["values"], where)
    need(
        all(isinstance(text, str) and text and fold(text) == text for text in values),
        f"{where} has a value that no lead can have",
    )
    need(
        integer(stored["unknown"], where) == 0 and stored["monotone"] is None,
        f"{where} is not neutral to what it does not know",
    )
    return Category(
        name=_name(stored["name"], where),
        values={text: _term(term, where) for text, term in values.items()},
        blank=_term(stored["blank"], where),
    )


def _fold(given: object, features: tuple[Feature, ...], where: str) -> Fold:
    stored = mapping(given, where)
    only_keys(stored, {"base", "terms"}, where)
    listed = a_list(stored["terms"], where)
    need(len(listed) == len(features), f"{where} has other features than the model")
    terms = tuple(
        _terms(row, len(feature.all_terms), where)
        for row, feature in zip(listed, features, strict=True)
    )
    base = _term(stored["base"], where)
    _check_reach(base, terms, where)
    return Fold(base, terms)


def _trained(given: object) -> Trained:
    where = "what it was trained on"
    stored = mapping(given, where)
    need(stored.keys() >= {"on", "closed", "won", "base_rate"}, f"{where} is incomplete")
    need(isinstance(stored["on"], str), f"{where} has no date")
    closed, won = (integer(stored[name], where) for name in ("closed", "won"))
    rate = finite(stored["base_rate"], where)
    need(0 <= won <= closed and 0 <= rate <= 1, f"{where} cannot be")
    return Trained(stored["on"], closed, won, rate)


def _check_reach(base: int, terms: object, where: str) -> None:
    rows: Any = terms
    reach = abs(base) + sum(max(map(abs, row)) for row in rows)
    need(reach <= MAX_REACH, f"{where} has terms that are too large")


def _terms(given: object, length: int, where: str) -> tuple[int, ...]:
    listed = a_list(given, where)
    need(len(listed) == length, f"{where} has {len(listed)} terms, not {length}")
    return tuple(_term(term, where) for term in listed)


def _term(value: object, where: str) -> int:
    term = integer(value, where)
    need(abs(term) <= MAX_TERM, f"{where} has a term that is too large")
    return term


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not value or value in NEVER_FEATURES:
        raise Odd(f"{where} has a name that no feature can have")
    return value
