"""GET /leads/<id>/assessments."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from leadapp.permissions import Role
from leadapp.queries.lead_page import ASSESSMENTS_AT_ONCE
from leadapp.queries.lead_view import LeadView
from leadapp.services import analysis
from tests.factories import NOW, make_lead, make_user, reload
from tests.services.model_cases import use_model
from tests.web.html import fragment, page, words

SignIn = Callable[..., FlaskClient]
HTMX = {"HX-Request": "true"}


def analyzed(times: int, **values: Any) -> LeadView:
    lead = make_lead(**values)
    who = make_user(name="Ada Lovelace").actor("page")
    for _ in range(times):
        lead = analysis.analyze(lead.id, actor=who, now=NOW)
    return lead


def test_the_page_offers_the_earlier_ones_and_holds_none(sign_in: SignIn) -> None:
    lead = analyzed(3)
    tree = page(sign_in().get(f"/leads/{lead.id}"))
    more = next(a for a in tree.iter("a") if "/assessments" in (a.get("href") or ""))
    assert words(more) == "2 earlier assessments"
    assert more.get("hx-get") == more.get("href")
    assert not [e for e in tree.iter("ol") if e.get("class") == "earlier"]


def test_one_assessment_has_no_earlier_one(sign_in: SignIn) -> None:
    lead = analyzed(1)
    assert "/assessments" not in sign_in().get(f"/leads/{lead.id}").text


def test_each_tells_score_scorer_who_and_what_it_was_made_of(sign_in: SignIn) -> None:
    lead = analyzed(1, source="partner", attributes={"Budget": "high"})
    model = use_model()
    lead = analysis.analyze(lead.id, actor=make_user().actor("page"), now=NOW)
    client = sign_in()
    url = f"/leads/{lead.id}/assessments?before={lead.assessment_id}"
    tree = fragment(client.get(url, headers=HTMX).text)
    (entry,) = tree.iter("li")
    for shown in (
        "0.50", "by Ada Lovelace with the rule table, threshold 0.60",
        "Source: partner+0.70", "0 interactions−0.20", "Score0.50",
    ):  # fmt: skip
        assert shown in words(entry)
    later = f"/leads/{lead.id}/assessments?before={(lead.assessment_id or 0) + 1}"
    text = words(page(client.get(later)))
    assert f"with model {model.id}, threshold 0.60" in text
    assert "Budget: high+0." in text


def test_page_by_page(sign_in: SignIn) -> None:
    lead = analyzed(ASSESSMENTS_AT_ONCE + 3)
    client = sign_in()
    url: str | None = f"/leads/{lead.id}/assessments?before={lead.assessment_id}"
    counts = []
    while url:
        tree = fragment(client.get(url, headers=HTMX).text)
        counts.append(len(list(tree.iter("li"))))
        url = next((a.get("href") for a in tree.iter("a")), None)
    assert counts == [ASSESSMENTS_AT_ONCE, 2]


def test_without_javascript_it_is_a_page(sign_in: SignIn) -> None:
    lead = analyzed(2, name="Ada")
    tree = page(sign_in("viewer").get(f"/leads/{lead.id}/assessments?before={lead.assessment_id}"))
    assert tree.findtext("head/title") == "Earlier assessments of Ada · leadapp"


@pytest.mark.parametrize("before", ["", "?before=", "?before=x", "?before=-1", "?before=1.5"])
def test_what_is_not_accepted(sign_in: SignIn, before: str) -> None:
    page(sign_in().get(f"/leads/{analyzed(2).id}/assessments{before}"), 422)


def test_another_reps_lead_is_404(sign_in: SignIn) -> None:
    lead = make_lead(owner=make_user(Role.REP), analyzed=True)
    page(sign_in("rep").get(f"/leads/{lead.id}/assessments?before=999999"), 404)


def test_looking_changes_nothing(sign_in: SignIn) -> None:
    lead = reload(analyzed(2))
    sign_in().get(f"/leads/{lead.id}/assessments?before={lead.assessment_id}")
    assert reload(lead) == lead
