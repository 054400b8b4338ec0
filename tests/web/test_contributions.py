"""The chart of an assessment's contributions."""

from decimal import Decimal

from leadapp.rules.stages import LeadStage
from leadapp.scoring.assessment import Contribution, Inputs
from leadapp.scoring.rule_table import assess
from leadapp.web.contributions import make_chart

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
