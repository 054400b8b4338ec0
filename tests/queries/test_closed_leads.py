"""The closed leads that a model learns from."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.permissions import command_actor
from leadapp.queries.changed_at_close import changed_at_close
from leadapp.queries.closed_leads import closed_leads
from leadapp.services import analysis, leads
from tests import factories
from tests.queries.history_cases import NOW, import_history, lose, lost_lead, set_attributes


def test_history_is_columns_with_blanks(db_session: Session) -> None:
    import_history(
        b"outcome,source,activity_count,closed_on,City,Plan\n"
        b"won,Fair,3,2025-05-01,Oslo,\nlost,,,,,Gold\n"
    )
    table = closed_leads()
    assert [key[:2] for key in table.keys] == ["h:", "h:"]
    assert table.columns == {
        "source": ["Fair", None],
        "business_domain": [None, None],
        "activity_count": ["3", None],
        "City": ["Oslo", None],
        "Plan": [None, "Gold"],
    }
    assert (table.won, table.own) == ([True, False], [False, False])
    assert table.closed_on == [date(2025, 5, 1), None]


def test_leads_closed_here_are_as_they_were_last_analyzed(db_session: Session) -> None:
    lead = factories.make_lead(
        source="partner", business_domain="Retail", activity_count=2, attributes={"Size": 12}
    )
    analysis.analyze(lead.id, actor=command_actor(), now=NOW)
    set_attributes([lead.id], '{"Size": 90, "Why lost": "price"}')
    lose(lead, "no_budget")
    table = closed_leads()
    assert table.keys == [f"l:{lead.id}"]
    assert table.columns == {
        "source": ["partner"],
        "business_domain": ["Retail"],
        "activity_count": ["2"],
        "Size": ["12"],
    }
    assert (table.won, table.own, table.closed_on) == ([False], [True], [NOW.date()])


def test_a_paid_sale_is_won_and_a_lost_one_lost(db_session: Session) -> None:
    factories.make_sale(stage="paid")
    factories.make_sale(stage="lost", reason="not_qualified")
    factories.make_sale(stage="agreement")
    assert closed_leads().won == [True, False]


def test_what_teaches_nothing_is_left_out(db_session: Session) -> None:
    lost_lead("duplicate")
    factories.make_sale(stage="lost", reason="duplicate")
    lose(factories.make_lead())
    demo = lost_lead()
    db_session.execute(text("UPDATE leads SET is_demo = true WHERE id = :id"), {"id": demo.id})
    erased = lost_lead()
    leads.erase_lead(erased.id, actor=command_actor(), now=NOW)
    factories.make_lead(analyzed=True)
    assert closed_leads().keys == []


def test_an_unknown_source_or_count_is_blank(db_session: Session) -> None:
    lead = factories.make_lead(source="unknown")
    db_session.execute(text("UPDATE leads SET activity_count_unknown = true"))
    analysis.analyze(lead.id, actor=command_actor(), now=NOW)
    lose(lead)
    table = closed_leads()
    assert table.columns["source"] == [None]
    assert table.columns["activity_count"] == [None]


def test_attributes_called_like_a_field_are_no_features(db_session: Session) -> None:
    attributes = {"Stage": "Won", "owner": "Ann", "source": "x", "City": " Oslo ", "List": [1]}
    lost_lead(attributes=attributes)
    import_history(b"outcome,Stage,ai_score,name,City\nwon,Won,0.9,Ada,Bergen\n")
    table = closed_leads()
    assert set(table.columns) == {"source", "business_domain", "activity_count", "City"}
    assert table.columns["City"] == ["Bergen", "Oslo"]
    assert table.columns["source"] == [None, "manual"]


def test_a_lead_that_was_imported_and_closed_here_counts_once(db_session: Session) -> None:
    lost_lead(external_id="a")
    factories.make_lead(external_id="b", analyzed=True)
    import_history(b"outcome,external_id\nwon,a\nwon,b\n")
    table = closed_leads()
    assert [key[0] for key in table.keys] == ["h", "l"]
    assert table.won == [True, False]


def test_equal_values_are_one_object(db_session: Session) -> None:
    import_history(b"outcome,City\n" + b"won,Some longer city\n" * 3)
    cities = closed_leads().columns["City"]
    assert len({id(city) for city in cities}) == 1


def test_three_statements_however_many_leads(
    db_session: Session, count_statements: list[str]
) -> None:
    import_history(b"outcome,City\n" + b"won,Oslo\n" * 30)
    count_statements.clear()
    closed_leads()
    assert len(count_statements) == 3


@pytest.mark.parametrize(("open_changed", "expected"), [(0, {"Result"}), (6, set())])
def test_what_changes_only_when_leads_close(
    db_session: Session, open_changed: int, expected: set[str]
) -> None:
    closed = [factories.make_lead(analyzed=True, attributes={"City": "Oslo"}) for _ in range(6)]
    set_attributes([lead.id for lead in closed], '{"City": "Oslo", "Result": "signed"}')
    for lead in closed:
        lose(lead)
    open_ = [factories.make_lead(analyzed=True) for _ in range(8)]
    set_attributes([lead.id for lead in open_[:open_changed]], '{"Result": "signed"}')
    assert changed_at_close() == expected


def test_few_changes_say_nothing(db_session: Session) -> None:
    lead = factories.make_lead(analyzed=True, attributes={"City": "Oslo"})
    set_attributes([lead.id], '{"City": "Bergen"}')
    lose(lead)
    assert changed_at_close() == frozenset()
