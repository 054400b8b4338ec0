"""The chart of an assessment's contributions."""

from decimal import Decimal
from typing import Any

from hypothesis import given

from leadapp.rules.stages import LeadStage
from leadapp.scoring.assessment import Contribution, Inputs
from leadapp.scoring.document import parse
from leadapp.scoring.learned import LearnedScorer
from leadapp.scoring.rule_table import assess
from leadapp.web.contributions import MOST, make_chart
from tests.scoring.models import LEADS, documents

THRESHOLD = Decimal("0.60")


def inputs(source: str, stage: LeadStage, count: int, domain: str | None) -> Inputs:
    return Inputs(
        source=source,
        source_name=source.capitalize(),
        stage=stage,
        activity_count=count,
        business_domain=domain,
        threshold=THRESHOLD,
    )


def test_each_bar_begins_where_the_one_before_ended() -> None:
    assessment = assess(inputs("partner", LeadStage.QUALIFIED, 8, "Retail"))
    chart = make_chart(assessment.contributions, score=assessment.score, threshold=THRESHOLD)
    assert [(row.label, row.points, row.sign) for row in chart.rows] == [
        ("Source: Partner", "+0.70", "plus"),
        ("8 interactions", "+0.25", "plus"),
        ("Stage: Qualified", "+0.15", "plus"),
        ("Domain: Retail", "+0.10", "plus"),
        ("Limited to 1.00", "−0.20", "minus"),
    ]
    assert [(row.x, row.width) for row in chart.rows] == [
        (0.0, 58.3),
        (58.3, 20.8),
        (79.2, 12.5),
        (91.7, 8.3),
        (83.3, 16.7),
    ]
    assert (chart.total, chart.total_x, chart.total_width) == ("1.00", 0.0, 83.3)
    assert (chart.threshold, chart.threshold_x) == ("0.60", 50.0)


def test_an_axis_that_goes_below_zero_holds_every_bar() -> None:
    assessment = assess(inputs("other", LeadStage.LOST, 0, None))
    chart = make_chart(assessment.contributions, score=assessment.score, threshold=THRESHOLD)
    assert chart.total_x > 0
    assert all(row.x >= 0 and row.x + row.width <= 100.1 for row in chart.rows)
    assert "No business domain" in [row.label for row in chart.rows]


def test_an_input_that_added_nothing_is_there_too() -> None:
    assessment = assess(inputs("scanner", LeadStage.NEW, 1, None))
    chart = make_chart(assessment.contributions, score=assessment.score, threshold=THRESHOLD)
    nothing = next(row for row in chart.rows if row.label == "Stage: New")
    assert (nothing.points, nothing.width, nothing.sign) == ("0.00", 0.0, "zero")
    assert "1 interaction" in [row.label for row in chart.rows]


def test_an_input_of_another_scorer_is_shown_by_its_name() -> None:
    terms = (
        Contribution("days_since_call", "3", Decimal("0.4000")),
        Contribution("cap", "0.3", Decimal("-0.1")),
    )
    chart = make_chart(terms, score=Decimal("0.3000"), threshold=THRESHOLD)
    assert [row.label for row in chart.rows] == [
        "Days since call: 3",
        "At most 0.3 without a domain",
    ]


LEARNED = (
    Contribution("base_rate", "", Decimal("0.3861")),
    Contribution("TotalVisits", "12", Decimal("0.2000")),
    Contribution("activity_count", "3", Decimal("0.0500")),
    Contribution("business_domain", "", Decimal("-0.0361")),
    Contribution("City", "", Decimal("0.0111")),
    Contribution("limit", "5", Decimal("-0.0111")),
)
LEARNED_SCORE = Decimal("0.6000")


def test_a_learned_score_begins_with_its_base_rate_and_names_columns_as_the_file_does() -> None:
    chart = make_chart(
        LEARNED, score=LEARNED_SCORE, threshold=THRESHOLD, missing=["business_domain", "City"]
    )
    assert [(row.label, row.points) for row in chart.rows] == [
        ("Base rate of closed leads", "+0.3861"),
        ("TotalVisits: 12", "+0.2000"),
        ("3 interactions", "+0.0500"),
        ("Domain: blank", "−0.0361"),
        ("City: blank", "+0.0111"),
        ("limit: 5", "−0.0111"),
    ]
    assert chart.rows[0].x == 0
    assert chart.rows[1].x == chart.rows[0].width
    assert (chart.total, chart.rest) == ("0.6000", [])


def test_what_was_erased_is_not_called_blank() -> None:
    chart = make_chart(LEARNED, score=LEARNED_SCORE, threshold=THRESHOLD)
    assert [row.label for row in chart.rows][3:5] == ["No business domain", "City"]


def test_many_inputs_are_cut_to_what_one_reads_and_still_add_up() -> None:
    terms = (
        Contribution("base_rate", "", Decimal("0.2000")),
        *(Contribution(f"Column {n}", "x" * 500, Decimal("0.0100")) for n in range(30)),
    )
    chart = make_chart(terms, score=Decimal("0.5000"), threshold=THRESHOLD)
    assert len(chart.rows) == MOST + 1
    assert (chart.rows[-1].label, chart.rows[-1].points) == ("21 smaller ones", "+0.2100")
    assert len(chart.rest) == 21
    assert all(len(label) < 80 for label, _ in chart.rest)
    shown = [row.points for row in chart.rows[:-1]] + [points for _, points in chart.rest]
    assert sum(Decimal(points) for points in shown) == Decimal("0.5000")
    last = chart.rows[-1]
    assert round(last.x + last.width, 1) == chart.total_width


@given(LEADS, documents())
def test_whatever_the_model_and_the_lead_the_shown_points_add_up(
    lead: Inputs, stored: dict[str, Any]
) -> None:
    assessment = LearnedScorer(parse(stored), "7").assess(lead)
    chart = make_chart(
        assessment.contributions,
        score=assessment.score,
        threshold=THRESHOLD,
        missing=assessment.missing,
    )
    shown = sum(Decimal(row.points.replace("−", "-")) for row in chart.rows)
    assert shown == assessment.score
    assert Decimal(chart.total) <= assessment.score
