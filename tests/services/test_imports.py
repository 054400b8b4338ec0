"""Importing leads: each row once, or not at all and with a reason."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from leadapp.imports.csv_reader import BadRow, CsvFileError, CsvReader
from leadapp.imports.csv_writer import write_csv
from leadapp.imports.mapping import ColumnMapping
from leadapp.models import Event, Lead, Source
from leadapp.permissions import command_actor
from leadapp.queries.export import EXPORT_COLUMNS, stream_leads
from leadapp.services import analysis, imports, lists, row_batch
from tests import factories
from tests.services.course_leads import COURSE_COLUMNS, course_leads

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ACTOR = command_actor()


class Result:
    """The counts of an import, and what was rejected."""

    def __init__(self, data: bytes, given: dict[str, str] | None = None, **options: Any) -> None:
        self.rejected: list[BadRow] = []
        rows = CsvReader(io.BufferedReader(io.BytesIO(data)))
        counts = imports.import_leads(
            rows,
            ColumnMapping(rows.columns, given or {}),
            actor=ACTOR,
            now=NOW,
            on_rejected=self.rejected.append,
            **options,
        )
        self.counts = (counts.added, counts.unchanged, counts.rejected)


def only_lead(session: Session) -> Lead:
    return session.scalars(select(Lead)).one()


def test_a_row_becomes_a_new_lead_with_its_event_and_search_text(db_session: Session) -> None:
    data = (
        b"external_id,source,business_domain,activity_count,name,company,email,phone,notes,Stage\n"
        b"x-1,Partner,Retail,3,Ada,Acme,ada@example.com,+1 555,likes tea,Won\n"
    )
    assert Result(data).counts == (1, 0, 0)
    lead = only_lead(db_session)
    assert (lead.stage, lead.activity_count, lead.activity_count_unknown) == ("new", 3, False)
    assert (lead.name, lead.company, lead.email) == ("Ada", "Acme", "ada@example.com")
    assert (lead.external_id, lead.notes, lead.owner_id) == ("x-1", "likes tea", None)
    # The stage that the other system had is an attribute.
    assert lead.attributes == {"Stage": "Won"}
    event = db_session.scalars(select(Event).where(Event.lead_id == lead.id)).one()
    assert (event.kind, event.via, event.at) == ("lead_created", "command", NOW)
    assert db_session.scalar(text("SELECT text FROM lead_search")) == (
        "ada acme ada@example.com +1 555 1555"
    )


def test_blank_source_is_unknown_and_blank_count_is_0_and_remembered(db_session: Session) -> None:
    assert Result(b"source,activity_count,name\n,,Ada\n").counts == (1, 0, 0)
    lead = only_lead(db_session)
    assert (lead.activity_count, lead.activity_count_unknown) == (0, True)
    assert db_session.get_one(Source, lead.source_id).rule_key == "unknown"


def test_unknown_stays_where_it_is_when_it_is_renamed(db_session: Session) -> None:
    unknown = db_session.scalars(select(Source).where(Source.rule_key == "unknown")).one()
    lists.rename_source(unknown.id, "Not said", actor=ACTOR, now=NOW)
    Result(b"source,name\n,Ada\n")
    assert only_lead(db_session).source_id == unknown.id


def test_texts_that_mean_nothing_become_nothing(db_session: Session) -> None:
    Result(b"source,business_domain,City\npartner,select,Select\n", blanks=["Select"])
    lead = only_lead(db_session)
    assert lead.business_domain_id is None
    assert lead.attributes == {}


def test_importing_again_adds_nothing(db_session: Session) -> None:
    data = b"external_id,source\na,partner\nb,partner\na,manual\n"
    assert Result(data).counts == (2, 1, 0)
    assert Result(data).counts == (0, 3, 0)
    assert db_session.query(Event).where(Event.kind == "lead_created").count() == 2


def test_more_rows_than_a_batch(db_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_batch, "BATCH", 2)
    seen: list[int] = []
    data = b"external_id,source\n" + b"".join(b"id-%d,partner\n" % n for n in range(5))
    assert Result(data, on_progress=lambda counts: seen.append(counts.rows)).counts == (5, 0, 0)
    assert seen == [2, 4, 5]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"1,telepathy,,,", "source 'telepathy' is not on the list of sources"),
        (b"1,partner,many,,", "activity count must be a whole number"),
        (b"1,partner,-1,,", "activity count must be a whole number"),
        (b"1,partner,99999999999,,", "activity count must be a whole number"),
        (b"1,partner,,nobody,", "email must look like name@example.com"),
        (b"1,partner,,," + b"n" * 201, "name must be at most 200 characters long"),
        (b",partner,,,", "external id is blank"),
        (b"1,partner", "has 2 fields, and the first row has 5"),
        (b"1,partner,x,y,", "activity count must be .*; email must look"),
    ],
)
def test_a_bad_row_is_rejected_with_number_and_reason(
    db_session: Session, row: bytes, reason: str
) -> None:
    header = b"external_id,source,activity_count,email,name\n"
    result = Result(header + b"a,partner,1,,\n" + row + b"\nb,manual,2,,\n")
    assert result.counts == (2, 0, 1)
    (bad,) = result.rejected
    assert bad.number == 3
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(bad.reason)


def test_sources_are_added_where_that_is_wanted(db_session: Session) -> None:
    data = b"source,activity_count\nFair,1\n fair ,2\nPodcast,none\n"
    result = Result(data, add_sources=True)
    assert result.counts == (2, 0, 1)
    names = set(db_session.scalars(select(Source.name)))
    assert "Fair" in names
    # The rejected row has left nothing behind.
    assert "Podcast" not in names


def test_a_merged_source_and_domain_lead_to_what_they_went_into(db_session: Session) -> None:
    fair = lists.add_source("Fair", actor=ACTOR, now=NOW)
    partner = lists.resolve_source("partner")
    lists.merge_source(fair.id, partner, actor=ACTOR, now=NOW)
    Result(b"source\nFAIR\n")
    assert only_lead(db_session).source_id == partner


def test_a_closed_list_of_domains_rejects_new_ones(db_session: Session) -> None:
    lists.resolve_domain("Retail", actor=ACTOR, now=NOW)
    lists.set_domains_closed(True, actor=ACTOR, now=NOW)
    result = Result(b"source,business_domain\npartner,retail\npartner,Mining\n")
    assert result.counts == (1, 0, 1)
    assert "business domain must be one of Retail" in result.rejected[0].reason


def test_what_breaks_a_file_comes_through_to_whoever_would_commit(db_session: Session) -> None:
    with pytest.raises(CsvFileError):
        Result(b'source,name\npartner,Ada\npartner,"Bob\n')


def test_a_batch_is_one_statement(db_session: Session, count_statements: list[str]) -> None:
    Result(b"external_id,source\n" + b"".join(b"id-%d,partner\n" % n for n in range(50)))
    # The lists (three), then the rows.
    assert len(count_statements) == 4


def test_an_export_imports_as_it_was(db_session: Session) -> None:
    Result(
        b"external_id,source,activity_count,name,phone,notes,City\n"
        b'a,partner,,"\'=SUM(A1)","\'+49 30","two\nlines",Oslo\nb,manual,0,Zo\xc3\xab,,,\n'
    )
    stream = io.StringIO()
    assert write_csv(stream, EXPORT_COLUMNS, stream_leads(actor=ACTOR)) == 2
    before = [_kept(lead) for lead in db_session.scalars(select(Lead).order_by(Lead.external_id))]
    assert before[0]["name"] == "=SUM(A1)"
    db_session.execute(text("UPDATE leads SET external_id = 'old ' || external_id"))
    db_session.expire_all()
    assert Result(stream.getvalue().encode()).counts == (2, 0, 0)
    again = select(Lead).where(~Lead.external_id.startswith("old")).order_by(Lead.external_id)
    assert [_kept(lead) for lead in db_session.scalars(again)] == before


def _kept(lead: Lead) -> dict[str, Any]:
    names = ("source_id", "activity_count", "activity_count_unknown", "name", "phone", "notes")
    values = {name: getattr(lead, name) for name in (*names, "external_id")}
    return {**values, "City": lead.attributes.get("City")}


def test_an_export_is_of_what_one_may_see(db_session: Session, actor: Callable[..., Any]) -> None:
    rep = actor("rep")
    factories.make_lead(owner=factories.make_user("rep"))
    factories.make_lead(name="Nobody's")
    assert [row.name for row in stream_leads(actor=rep)] == ["Nobody's"]


def test_the_real_leads_of_a_course_seller(db_session: Session) -> None:
    data = course_leads()
    options = {"add_sources": True, "blanks": ["Select"]}
    assert Result(data, COURSE_COLUMNS, **options).counts == (6468, 0, 0)
    assert Result(data, COURSE_COLUMNS, **options).counts == (0, 6468, 0)
    facts = db_session.execute(
        text("""
            SELECT count(*) FILTER (WHERE s.rule_key = 'unknown'), count(*) FILTER (
                WHERE activity_count_unknown), count(business_domain_id)
            FROM leads l JOIN sources s ON s.id = l.source_id
        """)
    ).one()
    assert tuple(facts) == (24, 104, 4114)
    ids = db_session.scalars(select(Lead.id)).all()
    assert len(analysis.analyze_many(ids, actor=ACTOR, now=NOW).scored) == 6468
