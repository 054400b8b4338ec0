"""The track record: intervals, bands, reliability, and what a threshold would have done."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.scoring.record import (
    ClosedLead,
    band_record,
    bands,
    make_record,
    merge,
    preview,
    reliability,
    wilson,
)

CELLS: list[list[Any]] = [
    # month, source, has_domain, hundredth, leads, won
    ["2026-01", "Google", 1, 65, 40, 22],
    ["2026-01", "Google", 0, 69, 1, 1],
    ["2026-03", "Partner", 1, 72, 9, 8],
    ["2026-03", "Partner", 0, 72, 4, 3],
    [None, None, 1, 5, 12, 0],
]
RECORDS = st.lists(
    st.builds(
        ClosedLead,
        month=st.sampled_from([None, "2025-12", "2026-01", "2026-07"]),
        source=st.sampled_from([None, "Google", "Partner"]),
        has_domain=st.booleans(),
        score=st.integers(0, 10_000),
        won=st.booleans(),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("won", "leads", "low", "high"),
    [
        # Values of Newcombe, "Two-sided confidence intervals for the single proportion", 1998.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_wilson_interval(won: int, leads: int, low: float, high: float) -> None:
    assert wilson(won, leads) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_the_share_and_lies_between_0_and_1(won: int, lost: int) -> None:
    low, high = wilson(won, won + lost)
    share = won / (won + lost) if won + lost else 0.5
    assert 0 <= low <= share <= high <= 1


def test_the_record_of_a_score() -> None:
    band = band_record(CELLS, Decimal("0.6150"))
    assert (band.from_, band.to) == (Decimal("0.6"), Decimal("0.7"))
    assert (band.leads, band.won, band.too_few) == (41, 23, False)
    assert band.rate == pytest.approx(0.561, abs=1e-3)
    assert band.mean_score == pytest.approx((40 * 0.655 + 0.695) / 41)
    assert band.words() == "Of 41 leads scored 0.60 to 0.70, 23 were won (56 %, 41 to 70 %)."


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([], "No lead scored 0.60 to 0.70 has closed: too few to say."),
        (
            [[None, None, 1, 60, 1, 1]],
            "1 lead scored 0.60 to 0.70 has closed: too few to say.",
        ),
        (
            [[None, None, 1, 60, 9, 1]],
            "9 leads scored 0.60 to 0.70 have closed: too few to say.",
        ),
        (
            [[None, None, 1, 69, 1234, 1]],
            "Of 1,234 leads scored 0.60 to 0.70, 1 was won (0 %, 0 to 0 %).",
        ),
    ],
)
def test_a_record_in_words(cells: list[list[Any]], words: str) -> None:
    assert band_record(cells, Decimal("0.60")).words() == words


@pytest.mark.parametrize(
    ("score", "from_", "to"),
    [
        ("0.0000", "0.0", "0.1"),
        ("0.0999", "0.0", "0.1"),
        ("0.1000", "0.1", "0.2"),
        ("0.9999", "0.9", "1.0"),
        ("1.0000", "0.9", "1.0"),
    ],
)
def test_every_score_lies_in_one_tenth(score: str, from_: str, to: str) -> None:
    band = band_record(make_record([ClosedLead(None, None, True, 10_000, True)]), Decimal(score))
    assert (str(band.from_), str(band.to)) == (from_, to)
    assert band.leads == (from_ == "0.9")
    assert band.mean_score == (1.0 if from_ == "0.9" else 0.0)


def test_reliability_in_all_by_source_and_by_month() -> None:
    assert [(str(b.from_), b.leads, b.won) for b in bands(CELLS)] == [
        ("0.0", 12, 0),
        ("0.6", 41, 23),
        ("0.7", 13, 11),
    ]
    assert reliability(CELLS) == {None: bands(CELLS)}
    by_source = reliability(CELLS, by="source")
    assert list(by_source) == [None, "Google", "Partner"]
    assert by_source["Partner"] == bands(CELLS[2:4])
    assert list(reliability(CELLS, by="month")) == [None, "2026-01", "2026-03"]
    assert reliability([]) == {}


@pytest.mark.parametrize(
    ("threshold", "handoffs", "won"),
    [("0.01", 61, 30), ("0.60", 49, 30), ("0.65", 49, 30), ("0.66", 9, 8), ("1.00", 0, 0)],
)
def test_what_a_threshold_would_have_done(threshold: str, handoffs: int, won: int) -> None:
    found = preview(CELLS, Decimal(threshold))
    assert (found.leads, found.won) == (66, 34)
    assert (found.handoffs, found.won_handoffs, found.won_blocked) == (handoffs, won, 34 - won)
    assert found.months == 3
    assert found.per_month == handoffs / 3


def test_without_months_there_is_no_handoff_a_month() -> None:
    assert preview(CELLS[-1:], Decimal("0.01")).per_month is None
    assert preview([], Decimal("0.60")).leads == 0
    turn = [["2025-12", None, 1, 99, 1, 1], ["2026-01", None, 1, 99, 1, 1]]
    assert preview(turn, Decimal("0.60")).months == 2


@given(RECORDS, RECORDS)
def test_records_merge_to_the_record_of_all(one: list[ClosedLead], other: list[ClosedLead]) -> None:
    record = make_record([*one, *other])
    assert merge(make_record(one), make_record(other)) == record
    assert merge(record) == record == json.loads(json.dumps(record))
    assert make_record([*other, *one]) == record
    assert sum(cell[4] for cell in record) == len(one) + len(other)


@given(RECORDS, st.integers(1, 99))
def test_a_higher_threshold_hands_off_no_more(leads: list[ClosedLead], hundredths: int) -> None:
    record = make_record(leads)
    low, high = (preview(record, Decimal(h).scaleb(-2)) for h in (hundredths, hundredths + 1))
    assert low.handoffs >= high.handoffs
    assert low.handoffs == sum(x.has_domain and x.score >= hundredths * 100 for x in leads)
    assert low.won_blocked <= high.won_blocked <= high.won
