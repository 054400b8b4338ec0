"""What the tests of learned models share: documents, made by hand and at random."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from leadapp.rules.stages import LeadStage
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.document import FOLDS, seal
from leadapp.scoring.learned import FIELDS
from leadapp.scoring.texts import fold
from tests.scoring.cases import THRESHOLDS

TRAINED = {"on": "2026-11-23", "closed": 200, "won": 77, "base_rate": 0.385}


def number(
    name: str,
    edges: list[float],
    terms: list[int],
    *,
    blank: int = 0,
    unreadable: int = 0,
    monotone: str | None = None,
) -> dict[str, Any]:
    """A feature that is a number."""
    return {
        "name": name,
        "kind": "number",
        "edges": edges,
        "terms": terms,
        "blank": blank,
        "unreadable": unreadable,
        "monotone": monotone,
    }


def category(name: str, values: Mapping[str, int], *, blank: int = 0) -> dict[str, Any]:
    """A feature with a term for each value."""
    return {
        "name": name,
        "kind": "category",
        "values": dict(sorted(values.items())),
        "blank": blank,
        "unknown": 0,
        "monotone": None,
    }


def all_terms(feature: dict[str, Any]) -> list[int]:
    """A feature's terms in the order in which folds list them."""
    if feature["kind"] == "number":
        return [*feature["terms"], feature["blank"], feature["unreadable"]]
    return [*(feature["values"][text] for text in sorted(feature["values"])), feature["blank"]]


def document(base: int, *features: dict[str, Any]) -> dict[str, Any]:
    """A sealed document whose folds have smaller terms than the model."""
    folds = [
        {
            "base": base - 1000 * k,
            "terms": [[term // (k + 2) for term in all_terms(feature)] for feature in features],
        }
        for k in range(FOLDS)
    ]
    return seal(
        {
            "format": 1,
            "scale": 1_000_000,
            "base": base,
            "features": list(features),
            "folds": folds,
            "trained": TRAINED,
        }
    )


def example() -> dict[str, Any]:
    """A small model with all kinds of features."""
    return document(
        -468_000,
        number(
            "activity_count",
            [0.0, 2.0, 6.0],
            [-900_000, 100_000, 500_000, 1_200_000],
            blank=-300_000,
            monotone="increasing",
        ),
        category("source", {"google": 250_000, "partner": 800_000, "direct": -150_000}),
        category("business_domain", {"retail": 400_000, "steel": 700_000}, blank=-600_000),
        number("Time on site", [60.5, 600.0], [-1_000_000, 0, 1_500_000], unreadable=-20_000),
        category("Occupation", {"student": -300_000, "unemployed": -350_000}, blank=-1_100_000),
    )


TERMS = st.integers(-3_000_000, 3_000_000) | st.sampled_from([0, 1, -1, 250_000, -250_000])
TEXTS = st.sampled_from(["", " ", "1", "2.5", "-7", "1e3", "nan", "1,5", "Retail", " STEEL ", "x"])


@st.composite
def features(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """One feature of either kind."""
    if draw(st.booleans()):
        texts = draw(st.sets(TEXTS.map(fold).filter(bool), max_size=5))
        return category(name, {text: draw(TERMS) for text in sorted(texts)}, blank=draw(TERMS))
    edges = sorted(draw(st.sets(st.floats(-10, 10) | st.integers(0, 9).map(float), max_size=5)))
    terms = draw(st.lists(TERMS, min_size=len(edges) + 1, max_size=len(edges) + 1))
    monotone = draw(st.sampled_from([None, "increasing", "decreasing"]))
    if monotone:
        terms = sorted(terms, reverse=monotone == "decreasing")
    return number(name, edges, terms, blank=draw(TERMS), unreadable=draw(TERMS), monotone=monotone)


ATTRIBUTES = ["A", "b c", "Ä", "d", "e", "f"]

LEADS = st.builds(
    Inputs,
    source=st.sampled_from(["scanner", "unknown", ""]),
    source_name=TEXTS,
    stage=st.sampled_from(LeadStage),
    activity_count=st.integers(0, 9) | st.integers(0, 2**31 - 1),
    activity_count_unknown=st.booleans(),
    business_domain=st.none() | TEXTS,
    threshold=THRESHOLDS,
    attributes=st.dictionaries(st.sampled_from([*ATTRIBUTES, "stage", "g"]), TEXTS),
)


@st.composite
def documents(draw: st.DrawFn, most: int = 6) -> dict[str, Any]:
    """A model with some of the fields and some attributes."""
    names = st.sampled_from([*FIELDS, *ATTRIBUTES])
    used = draw(st.lists(names, unique=True, max_size=most))
    return document(
        draw(st.integers(-6_000_000, 6_000_000)), *(draw(features(name)) for name in used)
    )
