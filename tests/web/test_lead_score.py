"""The score on a lead's page: what it is made of, how often it came true, what would change it."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from sqlalchemy import text

from leadapp.extensions import db
from leadapp.models import ScoringModel
from leadapp.permissions import command_actor
from leadapp.queries.lead_view import LeadView
from leadapp.services import analysis, leads, scorers, scoring_models
from tests.factories import NOW, make_lead, make_transferred_lead, set_threshold
from tests.scoring.models import category
from tests.services.model_cases import BUDGET, small_document, use_model
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]
MACHINE = command_actor()
DOMAIN = category("business_domain", {"retail": 500_000, "steel": 900_000}, blank=-300_000)


def score_of(client: FlaskClient, lead: LeadView) -> Element:
    tree = page(client.get(f"/leads/{lead.id}"))
    return next(e for e in tree.iter() if e.get("id") == "score")


def model_with_record(cells: list[Any], *features: dict[str, Any]) -> ScoringModel:
    """A model in use with this track record."""
    model = use_model(small_document(*features))
    other = ScoringModel(
        status="candidate", document=model.document, report={"record": cells}, created_at=NOW
    )
    db.session.add(other)
    db.session.flush()
    scoring_models.promote(other.id, threshold=Decimal("0.60"), actor=MACHINE, now=NOW)
    db.session.commit()
    return other


def test_a_learned_score_adds_up_from_the_base_rate(sign_in: SignIn) -> None:
    use_model()
    lead = make_lead(attributes={"Budget": "high", "Visits": 12, "Tags": "x"}, analyzed=True)
    part = score_of(sign_in(), lead)
    table = next(part.iter("table"))
    rows = [words(row) for row in table.findall("tbody/tr") if row.get("aria-hidden") is None]
    assert rows[0].startswith("Base rate of closed leads +0.4013")
    points = [Decimal(row.rpartition(" ")[2].replace("−", "-")) for row in rows]
    total = words(next(table.iter("tfoot"))).split()[-1]
    assert sum(points) == lead.ai_score == Decimal(total)
    assert any(row.startswith("Budget: high +") for row in rows)
    model_id = db.session.execute(text("SELECT scoring_model_id FROM company")).scalar_one()
    assert f"with model {model_id}." in words(part)


def test_the_rule_table_shows_its_own_terms(sign_in: SignIn) -> None:
    lead = make_lead(source="partner", stage="qualified", activity_count=100, analyzed=True)
    text_of_it = words(score_of(sign_in(), lead))
    for shown in (
        "Source: partner +0.70", "Stage: Qualified +0.15", "100 interactions +0.25",
        "At most 0.55 without a domain −0.55", "Score 0.55", "with the rule table.",
    ):  # fmt: skip
        assert shown in text_of_it


def test_what_would_change_it_most_by_either_scorer(sign_in: SignIn) -> None:
    client = sign_in()
    lead = make_lead(source="scanner", stage="qualified", activity_count=2, analyzed=True)
    assert "What would change it most: with a known business domain 0.80 (enough)" in words(
        score_of(client, lead)
    )
    use_model(small_document(DOMAIN))
    lead = analysis.analyze(lead.id, actor=MACHINE, now=NOW)
    db.session.commit()
    assert "What would change it most: with a known business domain 0." in words(
        score_of(client, lead)
    )


def test_the_track_record_of_such_scores(sign_in: SignIn) -> None:
    cells = [["2026-01", "partner", 1, hundredth, 1, hundredth % 2] for hundredth in range(100)]
    model_with_record([*cells, ["2026-01", "x", 0, 42, 31, 18]], BUDGET)
    lead = make_lead(attributes={"Budget": "x"}, analyzed=True)
    assert str(lead.ai_score).startswith("0.4")
    text_of_it = words(score_of(sign_in(), lead))
    assert "Of 41 leads scored 0.40 to 0.50, 23 were won (56 %, 41" in text_of_it
    assert (
        "Under the threshold of 0.60 a lead cannot be handed off, so it cannot be won here; those "
        "that were came with imported history, or scored higher then." in text_of_it
    )
    set_threshold("0.40")
    assert "cannot be won here" not in words(score_of(sign_in(), lead))


def test_too_few_to_say(sign_in: SignIn) -> None:
    lead = make_lead(analyzed=True)
    text_of_it = words(score_of(sign_in(), lead))
    assert "No lead scored 0.20 to 0.30 has closed: too few to say." in text_of_it
    assert "so it cannot be won here." in text_of_it


def test_what_was_missing_and_what_is_not_used(sign_in: SignIn) -> None:
    use_model()
    lead = make_lead(attributes={"Visits": 3, "Tags": "a", "Zone": "b"}, analyzed=True)
    text_of_it = words(score_of(sign_in(), lead))
    assert "Not known: Budget." in text_of_it
    assert "Not used by this scorer: stage, Tags and Zone." in text_of_it


def test_a_hundred_unused_columns_are_told_in_a_line(sign_in: SignIn) -> None:
    lead = make_lead(attributes={f"Column {n:03}": "x" for n in range(100)}, analyzed=True)
    text_of_it = words(score_of(sign_in(), lead))
    assert "Column 000, " in text_of_it
    assert "Column 007 and 92 more." in text_of_it


def test_what_changed_since_names_the_column_and_the_scorer(sign_in: SignIn) -> None:
    client = sign_in()
    lead = make_lead(attributes={"Budget": "low", "Tags": "a"}, analyzed=True)
    model = use_model()
    assert f"it was scored by the rule table, and model {model.id} is in use" in words(
        score_of(client, lead)
    )
    analysis.analyze(lead.id, actor=MACHINE, now=NOW)
    leads.update_lead(
        lead.id, {"attributes": {"Budget": "high", "Tags": "b"}}, actor=MACHINE, now=NOW
    )
    db.session.commit()
    text_of_it = words(score_of(client, lead))
    assert "Changed since this analysis: Budget was low, is high." in text_of_it
    assert "Tags was" not in text_of_it


def test_a_column_is_shown_as_text(sign_in: SignIn) -> None:
    evil = "<script>alert(1)</script>"
    use_model(small_document(category(evil, {evil: 900_000}, blank=-1)))
    lead = make_lead(attributes={evil: evil}, analyzed=True)
    client = sign_in()
    assert evil not in client.get(f"/leads/{lead.id}").text
    assert f"{evil}: {evil} +0." in words(score_of(client, lead))


def test_a_damaged_model_leaves_the_page_as_it_is(sign_in: SignIn) -> None:
    model = use_model()
    lead = make_lead(analyzed=True)
    damaged = {**(model.document or {}), "base": 5_000_000}
    db.session.execute(text("ALTER TABLE scoring_models DISABLE TRIGGER scoring_models_kept"))
    db.session.execute(
        text("UPDATE scoring_models SET document = CAST(:d AS jsonb)"), {"d": json.dumps(damaged)}
    )
    db.session.commit()
    scorers.forget()
    part = score_of(sign_in(), lead)
    assert str(lead.ai_score)[:4] in words(part)
    assert "What would change it most" not in words(part)


def test_with_a_model_the_page_takes_four_statements_too(
    sign_in: SignIn, count_statements: list[str]
) -> None:
    use_model()
    lead = make_lead(attributes={"Budget": "low"}, analyzed=True)
    leads.update_lead(lead.id, {"attributes": {"Budget": "high"}}, actor=MACHINE, now=NOW)
    db.session.commit()
    client = sign_in()
    client.get(f"/leads/{lead.id}")
    count_statements.clear()
    client.get(f"/leads/{lead.id}")
    assert len(count_statements) == 1 + 4


def test_a_final_leads_score_stays_explained(sign_in: SignIn) -> None:
    lead, _sale_id = make_transferred_lead()
    text_of_it = words(score_of(sign_in(), lead))
    assert "Limited to 1.00 −0.20" in text_of_it
    assert "What would change it most" not in text_of_it
