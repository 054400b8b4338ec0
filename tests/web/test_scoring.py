"""GET /scoring, POST /scoring/analysis."""

from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from leadapp.extensions import db
from leadapp.models import Run
from tests.factories import make_lead, make_sale
from tests.reports import add_history, make_model, make_refused_report, make_report
from tests.scoring.models import category, document
from tests.web.html import page, words

SVG = "{http://www.w3.org/2000/svg}"
SignIn = Callable[..., FlaskClient]


def next_step(tree: Element) -> str:
    """The step of the way that is next, with its button."""
    return words(next(e for e in tree.iter("li") if e.get("aria-current") == "step"))


def test_the_way_has_one_next_step_at_each_point(sign_in: SignIn) -> None:
    client = sign_in("admin")
    make_lead()
    assert "Import a file" in next_step(page(client.get("/scoring")))
    add_history()
    assert "Train a model" in next_step(page(client.get("/scoring")))
    make_model("refused", report=make_refused_report("There are 3 closed leads."))
    tree = page(client.get("/scoring"))
    assert "The last training gave no model: There are 3 closed leads." in words(tree)
    assert "Train a model" in next_step(tree)
    candidate = make_model()
    tree = page(client.get("/scoring"))
    assert "Look at the candidate" in next_step(tree)
    assert f"/scoring/models/{candidate.id}" in [a.get("href") for a in tree.iter("a")]
    make_model("in_use")
    assert "1 without a score" in next_step(page(client.get("/scoring")))


def test_the_way_is_gone_once_it_was_gone(sign_in: SignIn) -> None:
    make_model("in_use")
    assert "To a score learned" not in words(page(sign_in().get("/scoring")))


def test_a_manager_is_not_offered_what_admins_do(sign_in: SignIn) -> None:
    add_history()
    tree = page(sign_in("manager").get("/scoring"))
    assert "An admin does this" in next_step(tree)
    assert not [f for f in tree.iter("form") if f.get("action") == "/scoring/models"]


def test_it_says_what_the_scores_of_a_model_are_worth(sign_in: SignIn) -> None:
    model = make_model("in_use")
    text = words(page(sign_in().get("/scoring")))
    assert f"In use: model {model.id}" in text
    assert "the higher score in 86 of 100 cases" in text
    assert "about 59 to 61 in 100 are won" in text


def test_the_rule_table_has_the_record_of_the_latest_training(sign_in: SignIn) -> None:
    client = sign_in()
    text = words(page(client.get("/scoring")))
    assert "nobody knows yet" in text
    make_model()
    text = words(page(client.get("/scoring")))
    assert "In use: the rule table" in text
    assert "the higher score in 58 of 100 cases" in text


def test_the_curve_has_its_numbers_as_text(sign_in: SignIn) -> None:
    make_model("in_use")
    tree = page(sign_in().get("/scoring"))
    marks = [e for e in tree.iter(f"{SVG}circle") if e.get("class") == "mark"]
    table = next(e for e in tree.iter() if "in numbers" in (e.get("aria-label") or ""))
    rows = [words(row) for row in table.iter("tr")][1:]
    assert len(marks) == len(rows) == 8
    assert rows[0].startswith("0.00 to 0.10")
    assert "leads scored 0.04 on average" in words(marks[0])
    picture = next(e for e in tree.iter(f"{SVG}svg") if e.get("role") == "img")
    assert "reliability-title" in str(picture.get("aria-labelledby"))


@pytest.mark.parametrize(
    ("query", "leads"), [("source=partner", 708), ("month=2026-01", 492), ("source=nowhere", 0)]
)
def test_it_is_switched_by_source_and_month(sign_in: SignIn, query: str, leads: int) -> None:
    make_model("in_use")
    tree = page(sign_in().get(f"/scoring?{query}"))
    tables = [e for e in tree.iter() if "in numbers" in (e.get("aria-label") or "")]
    found = [row for table in tables for row in table.iter("tr")][1:]
    counted = [int(words(list(row)[2]).replace(",", "")) for row in found]
    assert sum(counted) == leads
    assert ("No closed lead is of this source" in words(tree)) is (leads == 0)


def test_drift_is_named_in_plain_words(sign_in: SignIn) -> None:
    make_model("in_use")
    client = sign_in()
    assert "too few to say" in words(page(client.get("/scoring")))
    for _ in range(60):
        make_lead(source="partner", activity_count=1)
    db.session.connection().exec_driver_sql(
        "UPDATE leads SET created_at = %s", (datetime.now(UTC),)
    )
    text = words(page(client.get("/scoring")))
    assert "100 % of leads come from partner; when the model learned it was 12 %." in text
    assert "Shifted" in text


def test_inputs_that_no_lead_has_any_more_are_told_in_one_sentence(sign_in: SignIn) -> None:
    names = ["Size", "Plan", "City", "Trade"]
    learned = document(0, *(category(name, {"a": 1_000}) for name in names))
    inputs = {name: {"labels": ["a"], "shares": [1.0]} for name in names}
    make_model("in_use", learned=learned, report=make_report(inputs=inputs))
    for _ in range(60):
        make_lead()
    db.session.connection().exec_driver_sql(
        "UPDATE leads SET created_at = %s", (datetime.now(UTC),)
    )
    text = words(page(sign_in().get("/scoring")))
    assert "None of this month's leads has Size, Plan, City and 1 more, which" in text
    assert "% of leads have no" not in text


def test_a_damaged_model_is_named_and_leaves_out_the_drift_alone(sign_in: SignIn) -> None:
    model = make_model("in_use")
    connection = db.session.connection()
    connection.exec_driver_sql("ALTER TABLE scoring_models DISABLE TRIGGER scoring_models_kept")
    connection.exec_driver_sql("UPDATE scoring_models SET document = '{}'")
    text = words(page(sign_in().get("/scoring")))
    assert f"In use: model {model.id}" in text
    assert "The scoring model is damaged" in text
    assert "like what it learned from" not in text


def test_leads_without_dates_and_sources_have_places_of_their_own(sign_in: SignIn) -> None:
    nameless = [[None, None, 0, 12, 40, 5]]
    make_model("in_use", report=make_report(record=nameless))
    client = sign_in()
    text = words(page(client.get("/scoring")))
    assert "(no source)" in text
    assert "(no date)" in text
    assert words(page(client.get("/scoring?source=(no+source)"))).count("0.10 to 0.20") == 1


def test_open_leads_without_the_columns_of_the_model_are_told(sign_in: SignIn) -> None:
    model = make_model(learned=document(0, category("Size", {"large": 1_000_000})))
    client = sign_in("admin")
    client.post(f"/scoring/models/{model.id}/promotion", data={"choice": "0.60"})
    assert "further column" not in words(page(client.get("/scoring")))
    make_lead()
    said = "1 of 1 open lead has none of the 1 further column that this model reads, so its"
    assert said in words(page(client.get("/scoring")))


def test_its_statements_do_not_grow(sign_in: SignIn, count_statements: list[str]) -> None:
    client = sign_in()
    for stage in ("paid", "lost"):
        make_sale(stage=stage)
    make_model("in_use")
    count_statements.clear()
    page(client.get("/scoring"))
    assert len([s for s in count_statements if "user_sessions" not in s]) == 9


def test_all_open_leads_are_analyzed_in_the_background(sign_in: SignIn) -> None:
    client = sign_in()
    answer = client.post("/scoring/analysis")
    run = db.session.scalars(select(Run)).one()
    assert (run.kind, run.params) == ("analyze", {"all": True})
    assert answer.headers["Location"] == f"/runs/{run.id}"
    again = client.post("/scoring/analysis")
    assert again.headers["Location"] == answer.headers["Location"]
    tree = page(client.get("/scoring"))
    assert "Analyzing leads" in [e.get("aria-label") for e in tree.iter("section")]


def test_only_managers_and_admins_see_it(sign_in: SignIn) -> None:
    for role in ("viewer", "rep"):
        client = sign_in(role)
        assert client.get("/scoring").status_code == 403
        assert client.post("/scoring/analysis").status_code == 403
    assert sign_in().post("/scoring").status_code == 405


def test_a_source_spelled_in_two_ways_is_one(sign_in: SignIn) -> None:
    record = [[None, "Google", 0, 12, 40, 5], [None, " google", 0, 12, 4, 1]]
    make_model("in_use", report=make_report(record=record))
    tree = page(sign_in().get("/scoring?source=google"))
    sources = next(e for e in tree.iter() if e.get("aria-label") == "By source")
    assert [words(a) for a in sources.iter("a")] == ["Google"]
    table = next(e for e in tree.iter() if "in numbers" in (e.get("aria-label") or ""))
    assert "44 6 14 %" in " ".join(words(cell) for cell in table.iter("td"))
