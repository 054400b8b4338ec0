"""The demo's plan: the same each time, and true to the calendar."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from leadapp.demo import people
from leadapp.demo.plan import LEAD_ENDS, LEADS, MONTHS, SALE_ENDS, LeadPlan, lead_plans

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def plans() -> list[LeadPlan]:
    return lead_plans(NOW)


def test_the_plan_comes_from_a_seed(plans: list[LeadPlan]) -> None:
    assert lead_plans(NOW) == plans


def test_there_are_as_many_leads_and_sales_as_promised(plans: list[LeadPlan]) -> None:
    assert len(plans) == LEADS
    assert Counter(plan.end for plan in plans) == LEAD_ENDS
    assert Counter(plan.sale_end for plan in plans if plan.sale_end) == SALE_ENDS
    assert sum(SALE_ENDS.values()) == LEAD_ENDS["transferred"]


def test_each_story_goes_forward_and_ends_before_now(plans: list[LeadPlan]) -> None:
    for plan in plans:
        times = [step.at for step in plan.steps]
        assert plan.steps[0].kind == "create"
        assert times == sorted(times)
        assert times[-1] < NOW
        assert times[0] > NOW - timedelta(days=30 * MONTHS + 7)


def test_people_are_invented_and_cannot_be_reached(plans: list[LeadPlan]) -> None:
    contacts = [plan.steps[0].values["values"] for plan in plans]
    assert len({contact["company"] for contact in contacts}) == LEADS
    assert all(c["email"].endswith(".example") for c in contacts if c["email"])
    assert all(email.endswith("@example.com") for _, email, _ in people.TEAM)
