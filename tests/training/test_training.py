"""A whole training: a model that scorers can read, an honest report, or a refusal that says why."""

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadapp.scoring.bulk import BulkScorer
from leadapp.scoring.document import parse
from leadapp.scoring.labels import label_of
from leadapp.training.evaluation import auc, outcomes
from leadapp.training.table import TrainingTable, fold_of
from leadapp.training.train import TrainingOutcome, train
from tests.training.companies import HONEST, LEAKS, Company, make_table

TODAY = date(2026, 11, 23)
KEYS = {
    "trained", "columns", "figures", "base", "present", "reliability", "record", "inputs",
    "struck", "refused", "seconds",
}  # fmt: skip


@pytest.fixture(scope="module")
def table() -> TrainingTable:
    return make_table(Company(2000, 0.3, signal=1.5, leaks=("Status", "Rating")))


@pytest.fixture(scope="module")
def outcome(table: TrainingTable) -> TrainingOutcome:
    return train(table, {}, trained_on=TODAY, present=rules, present_id="rule_table/1")


def rules(table: TrainingTable) -> list[int]:
    return [7000 if source == "partner" else 3000 for source in table.columns["source"]]


def learned(outcome: TrainingOutcome) -> dict[str, Any]:
    assert outcome.document is not None
    return outcome.document


def of(won: list[bool], **columns: list[str | None]) -> TrainingTable:
    n = len(won)
    return TrainingTable([f"l:{i}" for i in range(n)], columns, won, [None] * n, [True] * n)


def test_the_document_is_one_that_scorers_accept(outcome: TrainingOutcome) -> None:
    document = parse(json.loads(json.dumps(learned(outcome))))

    names = [feature.name for feature in document.features]
    assert set(names) <= HONEST.keys()
    assert {"Minutes of demo", "activity_count", "Budget"} <= set(names)
    assert document.trained.on == "2026-11-23"
    assert document.trained.closed == 2000
    assert document.base == round(
        1e6 * np.log(document.trained.won / (2000 - document.trained.won))
    )


def test_figures_are_those_of_scores_that_have_not_seen_the_lead(
    table: TrainingTable, outcome: TrainingOutcome
) -> None:
    """They come out the same where a scorer reads the document and each lead's own fold."""
    scorer = BulkScorer(parse(learned(outcome)))
    folds = np.array([fold_of(key) for key in table.keys])
    by_fold = np.array([scorer.scores(table.columns, 2000, fold) for fold in range(5)])
    scores = by_fold[folds, np.arange(2000)]
    won = np.array(table.won, dtype=float)

    report = outcome.report
    assert report["figures"]["auc"]["value"] == pytest.approx(auc(outcomes(scores, won))[0])
    assert sum(band["leads"] for band in report["reliability"]) == 2000
    assert sum(cell[4] for cell in report["record"]) == 2000
    assert sum(cell[3] * cell[4] for cell in report["record"]) == (scores // 100).sum()


def test_it_ranks_nearly_as_well_as_what_decided(table: TrainingTable) -> None:
    """Learned from half of a company, tested on the other half."""
    half = table.rows(range(1000))
    rest = table.rows(range(1000, 2000))
    document = learned(train(half, {}, trained_on=TODAY))

    scores = BulkScorer(parse(document)).score(rest.columns, 1000)

    won = np.array(rest.won, dtype=float)
    assert auc(outcomes(scores.scores, won))[0] > 0.74
    assert abs(scores.scores.mean() / 10_000 - won.mean()) < 0.04
    assert (scores.base + scores.contributions.sum(axis=1) == scores.scores).all()


def test_the_same_table_gives_the_same_model(
    table: TrainingTable, outcome: TrainingOutcome
) -> None:
    again = train(table, {}, trained_on=TODAY, present=rules)

    assert again.document == outcome.document
    assert {**again.report, "seconds": 0} == {**outcome.report, "seconds": 0}


def test_the_report_has_all_that_a_page_shows(outcome: TrainingOutcome) -> None:
    report = json.loads(json.dumps(outcome.report, allow_nan=False))

    assert report.keys() == KEYS
    assert report["refused"] is None
    trained = report["trained"]
    assert (trained["closed"], trained["imported"], trained["own"]) == (2000, 2000, 0)
    assert trained["first_closed_on"] < trained["last_closed_on"]
    assert report["figures"]["brier"]["high"] < report["base"]["brier"]["value"]
    assert report["present"]["scorer"] == "rule_table/1"
    assert report["present"]["figures"]["leads"] == 2000
    used = {c["name"]: c["range"] for c in report["columns"] if c["verdict"] == "used"}
    assert used.keys() == HONEST.keys()
    assert used["Minutes of demo"] > 0.2 > used["Newsletter"] >= 0
    struck = report["struck"]
    assert struck["Status"]["auc"] > 0.93 > report["figures"]["auc"]["value"]
    assert struck["Minutes of demo"]["auc"] < report["figures"]["auc"]["value"]


def test_inputs_are_told_in_labels_that_leads_of_a_month_have_too(
    table: TrainingTable, outcome: TrainingOutcome
) -> None:
    document = parse(learned(outcome))

    for feature in document.features:
        told = outcome.report["inputs"][feature.name]
        labels = [label_of(feature, cell) for cell in table.columns[feature.name]]
        assert len(told["labels"]) <= 30
        assert told["shares"] == [
            pytest.approx(labels.count(label) / 2000, abs=1e-6) for label in told["labels"]
        ]


def test_what_an_admin_said_of_a_column_goes(table: TrainingTable) -> None:
    told = train(table, {"Status": "use", "Budget": "leave_out"}, trained_on=TODAY)

    names = {feature["name"] for feature in learned(told)["features"]}
    assert "Status" in names
    assert "Budget" not in names
    assert told.report["figures"]["auc"]["value"] > 0.93
    choices = {c["name"]: c["choice"] for c in told.report["columns"] if c["choice"]}
    assert choices == {"Status": "use", "Budget": "leave_out"}


@pytest.mark.parametrize(
    ("company", "reason"),
    [
        (Company(99), "from 100 closed leads on; there are 99"),
        (Company(400, won=0.02), "from 20 won and 20 lost leads on"),
        (Company(400, won=0.98), "lost"),
        (Company(1500, signal=0.0), "does not tell who will be won better"),
        (Company(300, signal=0.0), "does not tell who will be won better"),
    ],
)
def test_too_little_is_too_little(company: Company, reason: str) -> None:
    told = train(make_table(company), {}, trained_on=TODAY, present=rules)

    assert told.document is None
    assert reason in told.report["refused"]
    assert told.report.keys() == KEYS
    assert told.report["columns"]
    assert told.report["present"]["figures"]["leads"] == company.leads


def test_hundreds_of_columns_of_noise_teach_nothing() -> None:
    """Choosing the best of many columns by all leads would seem to tell something."""
    chance = np.random.default_rng(8)
    columns: dict[str, list[str | None]] = {
        f"column {i}": [str(one) for one in chance.integers(0, 3, 300)] for i in range(400)
    }

    told = train(of([bool(w) for w in chance.random(300) < 0.4], **columns), {}, trained_on=TODAY)

    assert told.document is None
    assert "does not tell" in told.report["refused"]


def test_among_two_thousand_columns_it_finds_the_one_that_tells() -> None:
    chance = np.random.default_rng(9)
    won = chance.random(250) < 0.4
    columns: dict[str, list[str | None]] = {
        f"column {i}": [str(one) for one in chance.integers(0, 3, 250)] for i in range(2000)
    }
    columns["hint"] = [str(round(one, 2)) for one in chance.normal(np.where(won, 1.5, 0.0), 1.0)]

    told = train(of([bool(w) for w in won], **columns), {}, trained_on=TODAY)

    ranges = {c["name"]: c["range"] or 0.0 for c in told.report["columns"]}
    assert len(learned(told)["features"]) <= 256
    assert max(ranges, key=lambda name: ranges[name]) == "hint"


def test_a_lead_in_other_words_scores_the_same(
    table: TrainingTable, outcome: TrainingOutcome
) -> None:
    shouted = {
        name: [None if cell is None else f" {cell.upper()} " for cell in cells]
        for name, cells in table.columns.items()
    }
    scorer = BulkScorer(parse(learned(outcome)))

    assert (scorer.scores(shouted, 2000) == scorer.scores(table.columns, 2000)).all()


CELLS = st.one_of(
    st.none(),
    st.sampled_from(["", "yes", "no", "12", "2026-02-03", "-1e300", "1e300", "nan", "ͅ"]),
    st.integers(-5, 5).map(str),
    st.text(max_size=5),
)


@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(st.text(max_size=8), st.lists(CELLS, min_size=1, max_size=12), max_size=5),
    st.lists(st.booleans(), min_size=1, max_size=9),
    st.sampled_from([0, 1, 3, 40, 150]),
)
def test_no_data_is_too_odd(
    columns: dict[str, list[str | None]], won: list[bool], leads: int
) -> None:
    odd = of(
        [won[i % len(won)] for i in range(leads)],
        **{name: [cells[i % len(cells)] for i in range(leads)] for name, cells in columns.items()},
    )

    told = train(odd, dict.fromkeys(columns, "use"), trained_on=TODAY)

    assert (told.document is None) == (told.report["refused"] is not None)
    assert told.report.keys() == KEYS
    json.dumps([told.document, told.report], allow_nan=False)


def test_a_fold_is_for_good() -> None:
    assert [fold_of(f"h:{i}") for i in range(1, 11)] == [fold_of(f"h:{i}") for i in range(1, 11)]
    counts = np.bincount([fold_of(f"l:{i}") for i in range(5000)], minlength=5)
    assert counts.min() > 900


def test_every_leak_is_told_by_its_name() -> None:
    told = train(make_table(Company(1000, leaks=tuple(LEAKS))), {}, trained_on=TODAY)

    kept = {c["name"]: c["verdict"] for c in told.report["columns"] if c["name"] in LEAKS}
    assert kept.keys() == LEAKS.keys()
    assert "used" not in kept.values()
