"""A model's document: what it holds, and that nothing odd in it is accepted."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.errors import ModelDamaged
from leadapp.scoring.document import MAX_TERM, Category, Number, checksum, parse, seal
from tests.scoring.models import all_terms, category, document, documents, example, number

Document = dict[str, Any]


def test_a_document_is_read() -> None:
    model = parse(example())
    assert model.base == -468_000
    first, second = model.features[:2]
    assert isinstance(first, Number)
    assert first.edges == (0.0, 2.0, 6.0)
    assert first.all_terms == (-900_000, 100_000, 500_000, 1_200_000, -300_000, 0)
    assert isinstance(second, Category)
    # By sorted texts: direct, google, partner, then blank.
    assert second.all_terms == (-150_000, 250_000, 800_000, 0)
    assert (model.trained.on, model.trained.closed, model.trained.won) == ("2026-11-23", 200, 77)
    assert len(model.folds) == 5


@given(documents())
def test_a_document_survives_json_and_a_database_that_keeps_no_order(stored: Document) -> None:
    def reordered(value: Any) -> Any:
        if isinstance(value, dict):
            # As jsonb does it: by length, then by bytes.
            keys = sorted(value, key=lambda key: (len(key), key.encode()))
            return {key: reordered(value[key]) for key in keys}
        return [reordered(inner) for inner in value] if isinstance(value, list) else value

    assert parse(reordered(json.loads(json.dumps(stored)))) == parse(stored)


def test_whole_floats_may_come_back_as_integers() -> None:
    edges = [-0.0, 1.0, 123456789012345680.0, 1e22, 1e305, 1.7976931348623157e308]
    model = parse(document(0, number("A", edges, [0, 1, 2, 3, 4, 5, 6])))
    stored = document(0, number("A", edges, [0, 1, 2, 3, 4, 5, 6]))
    largest = 17976931348623157 * 10**292
    stored["features"][0]["edges"] = [0, 1, 123456789012345680, 10**22, 10**305, largest]
    assert parse(stored) == model


@given(documents(), st.data())
def test_no_number_or_text_can_be_changed(stored: Document, data: st.DataObject) -> None:
    leaves: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            if isinstance(inner, dict | list):
                walk(inner)
            else:
                leaves.append((value, key))

    stored = deepcopy(stored)
    walk(stored)
    place, key = data.draw(st.sampled_from(leaves))
    old = place[key]
    place[key] = f"{old}x" if isinstance(old, str) else 7 if old is None else old + 1
    with pytest.raises(ModelDamaged):
        parse(stored)


@pytest.mark.parametrize("stored", [None, [], "x", 3, {}, {"format": 1}])
def test_what_is_no_document_at_all(stored: object) -> None:
    with pytest.raises(ModelDamaged, match="The scoring model is damaged"):
        parse(stored)


ODD: dict[str, Callable[[Document], object]] = {
    "its format is unknown": lambda d: d.update(format=2),
    "the document has other parts": lambda d: d.update(notes=""),
    "the base has something else than a whole number": lambda d: d.update(base=0.5),
    "the base has a term that is too large": lambda d: d.update(base=MAX_TERM + 1),
    "the list of features is no list": lambda d: d.update(features={}),
    "two features have one name": lambda d: d["features"][1].update(name="activity_count"),
    "feature 2 is of an unknown kind": lambda d: d["features"][1].update(kind="text"),
    "feature 2 has other parts": lambda d: d["features"][1].pop("blank"),
    "feature 2 has a name that no feature": lambda d: d["features"][1].update(name="stage"),
    "feature 2 has a value that no lead": lambda d: d["features"][1]["values"].update({"Abc": 1}),
    "feature 2 is not neutral": lambda d: d["features"][1].update(unknown=5),
    "feature 2 has something else": lambda d: d["features"][1]["values"].update(google=True),
    "feature 2 has a term that is too large": lambda d: d["features"][1].update(blank=10**30),
    "the edges of feature 1 do not ascend": lambda d: d["features"][0].update(edges=[0, 0, 6]),
    "an edge of feature 1 is not finite": lambda d: d["features"][0].update(edges=[0, 2, 10**400]),
    "an edge of feature 1 is no number": lambda d: d["features"][0].update(edges=[0, 2, "6"]),
    "feature 1 has 3 terms, not 4": lambda d: d["features"][0]["terms"].pop(),
    "feature 1 is not increasing": lambda d: d["features"][0]["terms"].reverse(),
    "feature 1 is of an unknown direction": lambda d: d["features"][0].update(monotone="up"),
    "feature 1 is no object": lambda d: d["features"].__setitem__(0, 5),
    "it has 4 folds, not 5": lambda d: d["folds"].pop(),
    "fold 0 has other features": lambda d: d["folds"][0]["terms"].pop(),
    "fold 3 has 3 terms, not 4": lambda d: d["folds"][3]["terms"][1].pop(),
    "fold 1 has something else": lambda d: d["folds"][1].update(base=None),
    "what it was trained on is incomplete": lambda d: d["trained"].pop("won"),
    "what it was trained on cannot be": lambda d: d["trained"].update(won=201),
    "what it was trained on has no date": lambda d: d["trained"].update(on=5),
}


@pytest.mark.parametrize("problem", ODD)
def test_an_odd_document_is_refused_even_with_its_checksum_right(problem: str) -> None:
    stored = deepcopy(example())
    ODD[problem](stored)
    with pytest.raises(ModelDamaged, match=problem) as caught:
        parse({**stored, "checksum": checksum(stored)})
    # One plain sentence, without a value of the model.
    assert caught.value.message.count(".") == 1


def test_terms_that_reach_too_far_are_refused() -> None:
    large = [category(f"c{i}", {"a": MAX_TERM}) for i in range(9)]
    assert parse(document(0, *large[:8])).base == 0
    with pytest.raises(ModelDamaged, match="too large"):
        document(0, *large)


def test_infinity_and_nan_are_refused() -> None:
    for text in ("Infinity", "NaN"):
        stored = json.loads(json.dumps(example()).replace("60.5", text))
        with pytest.raises(ModelDamaged):
            parse({**stored, "checksum": "0"})
        with pytest.raises(ModelDamaged):
            seal(stored)


def test_the_folds_go_by_sorted_values() -> None:
    stored = example()
    stored["features"][1]["values"] = {"partner": 1, "google": 2}
    stored["folds"] = [
        {"base": 0, "terms": [all_terms(feature) for feature in stored["features"]]}
    ] * 5
    with pytest.raises(ModelDamaged, match="out of order"):
        seal(stored)
