"""GET and POST /scoring/models, GET /scoring/models/<id>, promotion, withdrawal, retirement."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Run
from leadapp.queries.company import get_company
from tests.factories import make_lead
from tests.reports import make_model, make_refused_report, make_report
from tests.web.html import error_of, page, words

SignIn = Callable[..., FlaskClient]


def in_use() -> tuple[int | None, Decimal]:
    """The model in use and the threshold, as they are now."""
    company = get_company()
    db.session.refresh(company)
    return company.scoring_model_id, company.handoff_threshold


def promotion(tree: Element) -> dict[str, Any]:
    """What the form of a promotion sends as it is shown."""
    form = next(f for f in tree.iter("form") if str(f.get("action")).endswith("/promotion"))
    inputs = [i for i in form.iter("input") if i.get("type") != "radio" or "checked" in i.attrib]
    return {str(i.get("name")): i.get("value") for i in inputs}


def offered(tree: Element) -> set[str | None]:
    """The thresholds that the form offers."""
    return {i.get("value") for i in tree.iter("input") if i.get("name") == "choice"}


def test_all_trainings_are_listed(sign_in: SignIn) -> None:
    client = sign_in()
    assert "No model yet" in words(page(client.get("/scoring/models")))
    refused = make_model("refused", report=make_refused_report("Too few closed leads."))
    used, candidate = make_model("in_use"), make_model()
    tree = page(client.get("/scoring/models"))
    rows = [words(row) for row in tree.iter("tr")][1:]
    assert [row.split(" 6,000")[0] for row in rows] == [
        f"Model {candidate.id} Candidate",
        f"Model {used.id} In use",
        f"Model {refused.id} No model Too few closed leads.",
    ]
    assert "0.861 0.083 4" in rows[0]


def test_a_training_is_started_once(sign_in: SignIn) -> None:
    client = sign_in("admin")
    answer = client.post("/scoring/models")
    run = db.session.scalars(select(Run)).one()
    assert (run.kind, answer.headers["Location"]) == ("train", f"/runs/{run.id}")
    assert client.post("/scoring/models").headers["Location"] == f"/runs/{run.id}"
    tree = page(client.get("/scoring/models"))
    assert "Training a model" in [e.get("aria-label") for e in tree.iter("section")]


def test_a_candidate_stands_beside_the_scorer_in_use(sign_in: SignIn) -> None:
    model = make_model()
    tree = page(sign_in("admin").get(f"/scoring/models/{model.id}"))
    text = words(tree)
    rows = [words(row) for row in tree.iter("tr")]
    auc = next(row for row in rows if row.startswith("AUC"))
    assert "0.8610.835 to 0.887 0.5780.561 to 0.595" in auc
    assert f"Model {model.id}clearly" in auc
    assert "closed 1 Mar 2025 to 27 Feb" in text
    assert "12.7 % of them were won" in text
    assert "0 open leads of 100 would pass by score, against 15 now" in text
    assert "0 would rise above it, 15 would fall below" in text
    assert "At 0.41 about as many would pass as now" in text
    assert "Doubtful, left outLast activity, Lead profile" in text


def test_a_promotion_takes_the_threshold_that_is_chosen(sign_in: SignIn) -> None:
    client = sign_in("admin")
    model = make_model()
    url = f"/scoring/models/{model.id}"
    tree = page(client.get(url))
    assert offered(tree) == {"0.60", "0.41", "other"}
    answer = client.post(f"{url}/promotion", data=promotion(tree) | {"choice": "0.41"})
    assert answer.headers["Location"] == "/scoring"
    assert in_use() == (model.id, Decimal("0.41"))
    assert f"Model {model.id} scores from now on" in words(page(client.get("/scoring")))


def test_no_threshold_is_chosen_for_the_admin(sign_in: SignIn) -> None:
    client = sign_in("admin")
    model = make_model(open_leads=[[70, 65, 10], [70, 62, 5], [20, 30, 85]])
    url = f"/scoring/models/{model.id}"
    tree = page(client.get(url))
    data = promotion(tree)
    assert "choice" not in data
    assert {"required" in i.attrib for i in tree.iter("input") if i.get("name") == "choice"} == {
        True
    }
    tree = page(client.post(f"{url}/promotion", data=data), 422)
    (error,) = (words(e) for e in tree.iter("p") if e.get("id") == "choice-error")
    assert error == "Choose a threshold."
    assert in_use() == (None, Decimal("0.60"))
    client.post(f"{url}/promotion", data=data | {"choice": "0.60"})
    assert in_use() == (model.id, Decimal("0.60"))


def test_a_threshold_far_under_the_base_rate_is_not_suggested(sign_in: SignIn) -> None:
    client = sign_in("admin")
    model = make_model(open_leads=[[70, 5, 20], [10, 4, 80]])
    tree = page(client.get(f"/scoring/models/{model.id}"))
    assert offered(tree) == {"0.60", "other"}
    assert "No other threshold is suggested" in words(tree)
    assert "0.05, under half of the 13 % that are won" in words(tree)
    assert "suggested" not in [words(row)[5:] for row in tree.iter("th")]


def test_open_leads_without_the_columns_are_told(sign_in: SignIn) -> None:
    client = sign_in("admin")
    model = make_model(open_leads=[[70, 5, 3]])
    for attributes in ({}, {"City": "Oslo"}, {"Occupation": " "}):
        make_lead(attributes=attributes)

    def told() -> str:
        return words(page(client.get(f"/scoring/models/{model.id}")))

    assert (
        "3 of 3 open leads have none of the 2 further columns that this model reads;"
        " they will all score about 0.05. Import open leads with the same columns." in told()
    )
    for _ in range(3):
        make_lead(attributes={"Occupation": "Teacher"})
    assert "further column" not in told()


def test_where_none_passes_now_as_many_pass_as_are_won(sign_in: SignIn) -> None:
    client = sign_in("admin")
    cells = [[None, 80, 10], [None, 20, 10], [None, 3, 80]]
    record = [[None, None, 0, 30, 20, 20], [None, None, 0, 5, 80, 0]]
    report = make_report(record=record, present=None)
    model = make_model(report=report, open_leads=cells)
    tree = page(client.get(f"/scoring/models/{model.id}"))
    assert "as high a share would pass as is won, since none passes now" in words(tree)
    few = make_model(report=report, open_leads=[[None, 20, 20], [None, 3, 80]])
    assert "0.20" in offered(page(client.get(f"/scoring/models/{few.id}")))


def test_another_threshold_can_be_chosen(sign_in: SignIn) -> None:
    client = sign_in("admin")
    model = make_model()
    url = f"/scoring/models/{model.id}/promotion"
    for entered in ("", "0", "much", "0.555"):
        tree = page(client.post(url, data={"choice": "other", "threshold": entered}), 422)
        assert "from 0.01 to 1.00" in error_of(tree, "threshold")
    assert in_use() == (None, Decimal("0.60"))
    client.post(url, data={"choice": "other", "threshold": "0.5"})
    assert in_use() == (model.id, Decimal("0.50"))


def test_what_was_no_choice_is_refused(sign_in: SignIn) -> None:
    model = make_model()
    url = f"/scoring/models/{model.id}/promotion"
    assert sign_in("admin").post(url, data={"choice": "0.99"}).status_code == 422
    assert in_use() == (None, Decimal("0.60"))


def test_the_scorer_may_have_changed_meanwhile(sign_in: SignIn) -> None:
    client = sign_in("admin")
    first, second = make_model(), make_model()
    data = promotion(page(client.get(f"/scoring/models/{second.id}")))
    client.post(f"/scoring/models/{first.id}/promotion", data={"choice": "0.60"})
    data["choice"] = "0.60"
    answer = client.post(f"/scoring/models/{second.id}/promotion", data=data)
    assert answer.status_code == 409
    assert in_use()[0] == first.id


@pytest.mark.parametrize(("way", "threshold"), [("withdrawal", "0.60"), ("retirement", "0.41")])
def test_there_is_a_way_back(sign_in: SignIn, way: str, threshold: str) -> None:
    client = sign_in("admin")
    model = make_model()
    assert client.post(f"/scoring/models/{way}").status_code == 409
    client.post(f"/scoring/models/{model.id}/promotion", data={"choice": "0.41"})
    assert "Take back the last promotion" in words(page(client.get("/scoring/models")))
    answer = client.post(f"/scoring/models/{way}")
    assert answer.headers["Location"] == "/scoring/models"
    assert in_use() == (None, Decimal(threshold))
    tree = page(client.get("/scoring/models"))
    assert "Retired" in words(tree)
    assert "Take back the last promotion" not in words(tree)


def test_a_training_without_a_model_says_why(sign_in: SignIn) -> None:
    report = make_refused_report("On leads it had not seen it was no better than the base rate.")
    model = make_model("refused", report=report, open_leads=[])
    client = sign_in("admin")
    text = words(page(client.get(f"/scoring/models/{model.id}")))
    assert "no better than the base rate" in text
    assert "the rule table goes on scoring" in text
    assert "Promote" not in text
    answer = client.post(f"/scoring/models/{model.id}/promotion", data={"choice": "0.60"})
    assert answer.status_code == 409


def test_a_report_without_a_scorer_to_compare_with_is_shown(sign_in: SignIn) -> None:
    model = make_model(report=make_report(present=None), open_leads=[])
    tree = page(sign_in("admin").get(f"/scoring/models/{model.id}"))
    assert "There are no open leads yet." in words(tree)
    assert offered(tree) == {"0.60", "0.31", "other"}


def test_a_missing_model_is_not_found(sign_in: SignIn) -> None:
    client = sign_in("admin")
    assert client.get("/scoring/models/999").status_code == 404
    assert client.post("/scoring/models/999/promotion").status_code == 404
    assert client.get("/scoring/models/x").status_code == 404


def test_a_manager_sees_and_an_admin_changes(sign_in: SignIn) -> None:
    model = make_model()
    client = sign_in("manager")
    tree = page(client.get(f"/scoring/models/{model.id}"))
    assert "An admin decides whether it is promoted." in words(tree)
    assert "Train a model" not in words(page(client.get("/scoring/models")))
    for path in ("", f"/{model.id}/promotion", "/withdrawal", "/retirement"):
        assert client.post(f"/scoring/models{path}").status_code == 403
    assert in_use()[0] is None


def test_they_take_few_statements(sign_in: SignIn, count_statements: list[str]) -> None:
    client = sign_in("admin")
    model = make_model()
    for path, most in (("", 3), (f"/{model.id}", 3)):
        count_statements.clear()
        page(client.get(f"/scoring/models{path}"))
        assert len([s for s in count_statements if "user_sessions" not in s]) == most
