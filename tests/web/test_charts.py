"""Where everything stands on the charts that the server draws."""

from decimal import Decimal

import pytest

from leadapp.scoring.record import Band
from leadapp.web.charts import Step, amount, curve_chart, nice_top, reliability_chart, short


def band(tenth: int, leads: int, won: int, mean: float) -> Band:
    low = Decimal(tenth).scaleb(-1)
    return Band(low, low + Decimal("0.1"), leads, won, mean)


def test_a_mark_stands_at_its_score_and_its_rate() -> None:
    chart = reliability_chart([band(2, 400, 100, 0.25), band(6, 100, 60, 0.65)])
    first, second = chart.marks
    assert (first.x, first.y, second.x, second.y) == (25, 75, 65, 40)
    assert first.top < first.y < first.bottom
    assert first.radius > second.radius
    assert chart.lines == [(25, 75, 65, 40)]
    assert (first.label, chart.leads) == ("400", 500)
    assert first.words == "400 leads scored 0.25 on average: 25 % won, 21 to 29 %"


def test_a_row_says_where_a_score_promised_something_else() -> None:
    rows = reliability_chart([band(2, 400, 100, 0.25), band(6, 100, 20, 0.65)]).rows
    assert [row.off for row in rows] == [False, True]
    assert rows[1][:6] == ("0.60 to 0.70", "100", "20", "0.65", "20 %", "13 to 29 %")


def test_a_number_stands_above_where_there_is_no_room_below() -> None:
    low, high = reliability_chart([band(0, 900, 9, 0.01), band(6, 50, 30, 0.65)]).marks
    assert low.label_dy < 0 < high.label_dy


def test_bands_without_leads_are_left_out() -> None:
    assert reliability_chart([band(1, 0, 0, 0.0)]).marks == []
    assert reliability_chart([]).leads == 0


def test_the_areas_close_on_the_axis() -> None:
    steps = [Step(0.0, 100, 40), Step(0.5, 50, 30), Step(1.0, 0, 0)]
    chart = curve_chart(steps, present=0.6, tried=0.3)
    assert chart.passed == "0.0,100 0.0,0.0 50.0,50.0 100.0,100.0 100.0,100"
    assert chart.won.startswith("0.0,100 0.0,60.0 ")
    assert (chart.present_x, chart.tried_x) == (60, 30)
    assert [label for _, label in chart.ticks] == ["0", "50", "100"]
    assert curve_chart([Step(0.0, 0, 0)], present=0.6, tried=0.6).ticks[-1] == (0, "1")


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1, 1), (1.1, 2), (3, 5), (7, 10), (493, 500), (501, 1000)]
)
def test_an_axis_ends_at_a_round_number(value: float, top: float) -> None:
    assert nice_top(value) == top


def test_numbers_are_short() -> None:
    assert [short(n) for n in (941, 1_204, 9_949, 9_950, 14_400)] == [
        "941", "1.2k", "9.9k", "10k", "14k",
    ]  # fmt: skip
    assert [amount(n) for n in (0.0, 0.25, 7.0, 9.96, 1_204.4)] == [
        "0", "0.2", "7", "10", "1,204",
    ]  # fmt: skip
