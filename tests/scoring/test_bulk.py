"""Many leads at once: the same scores and contributions as one by one, to the last digit."""

import json
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadapp.scoring import bulk
from leadapp.scoring.assessment import Assessment, Inputs
from leadapp.scoring.bins import Bins, terms_of
from leadapp.scoring.bulk import BulkScorer
from leadapp.scoring.bulk_telling import Teller, Told
from leadapp.scoring.document import parse
from leadapp.scoring.learned import LearnedScorer
from leadapp.scoring.points import score_at
from tests.scoring.models import LEADS, category, document, documents, example, number

Columns = dict[str, list[str | None]]


def columns_of(scorer: LearnedScorer, leads: Sequence[Inputs]) -> Columns:
    rows = [scorer.texts(inputs) for inputs in leads]
    return {name: [row[i] for row in rows] for i, name in enumerate(scorer.features)}


def check_same(stored: dict[str, Any], leads: Sequence[Inputs]) -> None:
    model = parse(stored)
    single, many = LearnedScorer(model, "1"), BulkScorer(model)
    columns = columns_of(single, leads)
    found = many.score(columns, len(leads))
    assert (found.contributions.sum(axis=1) + found.base == found.scores).all()
    assert (many.scores(columns, len(leads)) == found.scores).all()
    for inputs, score, points in zip(
        leads, found.scores.tolist(), found.contributions.tolist(), strict=True
    ):
        assessment = single.assess(inputs)
        assert int(assessment.score * 10_000) == score
        told = {c.input: int(c.points * 10_000) for c in assessment.contributions}
        assert told.pop("base_rate") == found.base
        assert {n: p for n, p in zip(single.features, points, strict=True) if p} == {
            n: p for n, p in told.items() if p
        }
        assert single.tell(inputs, score, points) == assessment
    texts = [single.texts(inputs) for inputs in leads]
    many_told = Teller(single, model).tell(leads, texts, found)
    assert [written(one) for one in many_told] == [written(single.assess(one)) for one in leads]


def written(told: Told | Assessment) -> dict[str, Any]:
    """An assessment as it is stored, whichever way it was made."""
    if isinstance(told, Assessment):
        kept = told.to_json()
        return {name: kept[name] for name in Told._fields}
    return {
        **told._asdict(),
        "contributions": json.loads(told.contributions),
        "ignored": list(told.ignored),
    }


@settings(max_examples=60)
@given(documents(), st.lists(LEADS, max_size=5))
def test_any_leads_of_any_model(stored: dict[str, Any], leads: list[Inputs]) -> None:
    check_same(stored, leads)


def random_model(rng: random.Random, spread: float) -> dict[str, Any]:
    def term() -> int:
        # Some terms are equal, so that remainders are.
        return rng.choice([round(rng.gauss(0, spread) * 1e6), 250_000, -250_000, 0])

    numbers = [
        number(f"N{i}", [10.0, 20.0, 30.0], [term() for _ in range(4)], blank=term())
        for i in range(4)
    ]
    words = [category(f"C{i}", {f"v{j}": term() for j in range(4)}, blank=term()) for i in range(5)]
    return document(round(rng.gauss(-0.5, 0.5) * 1e6), *numbers, *words)


def random_columns(rng: random.Random, stored: dict[str, Any], n: int) -> Columns:
    def text(feature: dict[str, Any]) -> str | None:
        if feature["kind"] == "number":
            return rng.choice([None, "", str(rng.randint(0, 40)), f"{rng.uniform(0, 40):.3f}", "x"])
        return rng.choice([None, " ", "V9", *(f" V{i} " for i in range(4))])

    return {feature["name"]: [text(feature) for _ in range(n)] for feature in stored["features"]}


@pytest.mark.parametrize(("seed", "spread"), [(1, 0.4), (2, 0.4), (3, 1.5), (4, 5)])
def test_ten_thousand_random_leads(seed: int, spread: float) -> None:
    rng = random.Random(seed)  # noqa: S311 -- the same leads in every run
    stored = random_model(rng, spread)
    columns = random_columns(rng, stored, 2500)
    model = parse(stored)
    found = BulkScorer(model).score(columns, 2500)
    single = LearnedScorer(model, "1")
    for i, (score, points) in enumerate(
        zip(found.scores.tolist(), found.contributions.tolist(), strict=True)
    ):
        texts = [columns[name][i] for name in single.features]
        assert single.points_of(texts) == (score, points)


@pytest.mark.parametrize("fold", range(5))
def test_a_fold_has_numbers_of_its_own(fold: int) -> None:
    columns: Columns = {
        "source": ["Partner"],
        "activity_count": ["3"],
        "business_domain": ["Steel"],
        "Time on site": ["700.5"],
        "Occupation": [" Student "],
    }
    # As `document` makes them: the terms divided and rounded down, a lower base.
    terms = [500_000, 800_000, 700_000, 1_500_000, -300_000]
    log_odds = -468_000 - 1000 * fold + sum(term // (fold + 2) for term in terms)
    found = BulkScorer(parse(example())).scores(columns, 1, fold=fold)
    assert found.tolist() == [score_at(log_odds)]


def test_folds_are_scored_as_one_by_one() -> None:
    rng = random.Random(5)  # noqa: S311
    stored = random_model(rng, 0.5)
    columns = random_columns(rng, stored, 50)
    model = parse(stored)
    bins = [Bins(feature) for feature in model.features]
    for of, fold in enumerate(model.folds):
        log_odds = [fold.base] * 50
        for feature, places, terms in zip(model.features, bins, fold.terms, strict=True):
            for i, text in enumerate(columns[feature.name]):
                log_odds[i] += terms_of(feature, terms)[places[text]]
        scores = BulkScorer(model).scores(columns, 50, fold=of).tolist()
        assert scores == [score_at(one) for one in log_odds]


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(6)  # noqa: S311
    stored = random_model(rng, 0.5)
    columns = random_columns(rng, stored, 200)
    whole = BulkScorer(parse(stored)).score(columns, 200)
    monkeypatch.setattr(bulk, "_BLOCK", 7)
    parts = BulkScorer(parse(stored)).score(columns, 200)
    assert (whole.scores == parts.scores).all()
    assert (whole.contributions == parts.contributions).all()


@pytest.mark.parametrize("limit", ["_MOST_FACTORS", "_GROUP_ROWS"])
def test_tables_that_would_be_too_large_are_done_without(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    rng = random.Random(7)  # noqa: S311
    stored = random_model(rng, 0.5)
    columns = random_columns(rng, stored, 200)
    whole = BulkScorer(parse(stored)).score(columns, 200)
    monkeypatch.setattr(bulk, limit, 1)
    slow = BulkScorer(parse(stored)).score(columns, 200)
    assert (whole.contributions == slow.contributions).all()


def nothing(_: BulkScorer, __: object, places: list[Any], twice_middle: list[int]) -> Any:
    return np.zeros((len(twice_middle), len(places)))


def test_what_rounding_could_decide_either_way_is_computed_as_for_one_lead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = random.Random(8)  # noqa: S311
    stored = random_model(rng, 0.5)
    columns = random_columns(rng, stored, 200)
    whole = BulkScorer(parse(stored)).score(columns, 200)
    # All are in doubt, so that none is taken from the arrays.
    monkeypatch.setattr(bulk, "_DOUBT", 1.0)
    monkeypatch.setattr(BulkScorer, "_values", nothing)
    again = BulkScorer(parse(stored)).score(columns, 200)
    assert (whole.contributions == again.contributions).all()


def test_a_column_that_nobody_has_is_blank() -> None:
    stored = document(0, category("A", {"x": 5}, blank=70_000), category("B", {"x": 90_000}))
    found = BulkScorer(parse(stored)).score({"B": ["X", None]}, 2)
    assert found.scores.tolist() == [5399, 5175]
    assert found.contributions.tolist() == [[175, 224], [175, 0]]
    assert found.base == 5000


def test_no_leads_and_no_features() -> None:
    scorer = BulkScorer(parse(document(1_000_000)))
    assert scorer.score({}, 3).scores.tolist() == [7311] * 3
    assert scorer.score({}, 3).contributions.shape == (3, 0)
    with_feature = BulkScorer(parse(document(0, category("A", {"x": 5}))))
    assert with_feature.score({"A": []}, 0).contributions.shape == (0, 1)
