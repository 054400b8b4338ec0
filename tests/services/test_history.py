"""Closed leads of other systems: each row once, or not at all and with a reason."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from leadapp.errors import HistoryFileNotFound
from leadapp.imports.csv_reader import CsvFileError, CsvReader
from leadapp.imports.history import HistoryMapping
from leadapp.models import Event, HistoryFile, HistoryLead, Lead, Source
from leadapp.permissions import command_actor
from leadapp.services import history, row_batch
from leadapp.services.history import notes_on
from tests.queries.history_cases import import_history
from tests.services.course_leads import COURSE_COLUMNS, course_leads

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def leads(session: Session) -> list[HistoryLead]:
    return list(session.scalars(select(HistoryLead).order_by(HistoryLead.id)))


def told(result: history.Imported) -> str:
    return " ".join(notes_on(result, name="old.csv"))


def test_a_row_becomes_a_closed_lead_on_no_board(db_session: Session) -> None:
    result = import_history(
        b"external_id,source,business_domain,activity_count,closed_on,outcome,name,City\n"
        b"x-1,Fair,Retail,3.0,2025-05-03,won,Ada,Oslo\nx-2,,,,,lost,Bob,\n"
    )
    assert (result.counts.added, result.won, result.lost) == (2, 1, 1)
    first, second = leads(db_session)
    assert (first.won, first.closed_on, first.external_id) == (True, date(2025, 5, 3), "x-1")
    assert (first.source, first.business_domain, first.activity_count) == ("Fair", "Retail", 3)
    assert first.attributes == {"City": "Oslo"}
    assert (second.won, second.closed_on, second.source) == (False, None, None)
    # A blank count stays one, and no list learns of a source.
    assert (second.activity_count, second.attributes) == (None, {})
    assert db_session.scalars(select(Lead)).all() == []
    assert "Fair" not in set(db_session.scalars(select(Source.name)))


def test_the_file_is_kept_with_its_counts_and_an_event(db_session: Session) -> None:
    result = import_history(b"outcome,City\nwon,Oslo\nlost,Rome\n,Bern\n", name="Ann.csv")
    file = db_session.scalars(select(HistoryFile)).one()
    assert (file.id, file.name) == (result.file_id, "Ann.csv")
    assert (file.added, file.won, file.rejected) == (2, 1, 1)
    assert file.mapping["columns"] == {"outcome": "outcome"}
    event = db_session.scalars(select(Event)).one()
    assert (event.kind, event.via, event.at) == ("history_imported", "command", NOW)
    assert event.data == {"file_id": file.id, "added": 2, "won": 1, "rejected": 1}


def test_the_same_file_again_adds_nothing_and_says_so(db_session: Session) -> None:
    data = b"outcome,City\nwon,Oslo\nlost,Rome\n"
    import_history(data)
    again = import_history(data, name="copy.csv")
    assert (again.counts.added, again.counts.unchanged) == (0, 2)
    assert "was imported on 2 Mar 2026 already, so nothing was added" in told(again)
    assert len(leads(db_session)) == 2
    assert len(db_session.scalars(select(Event)).all()) == 1


def test_an_id_that_is_there_already_is_unchanged(db_session: Session) -> None:
    import_history(b"outcome,external_id\nwon,a\nlost,b\n")
    more = import_history(b"outcome,external_id\nlost,a\nlost,c\nlost,c\n")
    assert (more.counts.added, more.counts.unchanged) == (1, 2)
    assert [(lead.external_id, lead.won) for lead in leads(db_session)] == [
        ("a", True), ("b", False), ("c", False)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"1,,,", "outcome is blank"),
        (b"1,won,many,", "activity count must be a whole number"),
        (b"1,won,,03/05/2025", "closed on may be day or month first"),
        (b"1,won,,2027-01-01", "closed on must be a day that has been"),
        (b",won,,", "external id is blank"),
        (b"1,won", "has 2 fields, and the first row has 4"),
        (b"1,won,\xff,", "holds what is not text in UTF-8"),
    ],
)
def test_a_bad_row_is_rejected_with_number_and_reason(
    db_session: Session, row: bytes, reason: str
) -> None:
    result = import_history(
        b"external_id,outcome,activity_count,closed_on\na,won,1,\n" + row + b"\nb,lost,2,\n"
    )
    assert (result.counts.added, result.counts.rejected) == (2, 1)
    (bad,) = result.rejects
    assert bad.number == 3
    assert reason in bad.reason


def test_only_the_first_rejected_rows_are_kept(db_session: Session) -> None:
    result = import_history(b"outcome,City\nwon,Oslo\n" + b",x\n" * 50)
    assert (result.counts.rejected, len(result.rejects)) == (50, 20)


def test_a_file_that_brings_nothing_is_not_kept(db_session: Session) -> None:
    for data in (b"outcome,City\n,Oslo\n", b"outcome,City\n"):
        result = import_history(data)
        assert (result.file_id, told(result)) == (
            None,
            "No row could be added, so nothing was imported.",
        )
    assert db_session.scalars(select(HistoryFile)).all() == []
    assert db_session.scalars(select(Event)).all() == []


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"won\n" * 150, "All 150 leads are won. A model needs both outcomes"),
        (b"lost\n" * 150, "All 150 leads are lost. A model needs both outcomes"),
        (b"won\nlost\nlost\n", "A model needs 100 closed leads, 20 of each outcome"),
        (b"won\n" * 19 + b"lost\n" * 100, "brought 19 won and 100 lost"),
        (b"won\n" * 20 + b"lost\n" * 80, ""),
    ],
)
def test_what_a_model_will_lack_is_said(db_session: Session, data: bytes, note: str) -> None:
    said = told(import_history(b"outcome\n" + data))
    assert note in said if note else said == ""


def test_what_breaks_a_file_comes_through_to_whoever_would_commit(db_session: Session) -> None:
    with pytest.raises(CsvFileError):
        import_history(b'outcome,City\nwon,Oslo\nlost,"Rome\n')
    db_session.rollback()
    assert db_session.scalars(select(HistoryFile)).all() == []
    assert leads(db_session) == []


def test_a_batch_is_one_statement(
    db_session: Session, count_statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_batch, "BATCH", 20)
    import_history(b"outcome,City\n" + b"won,Oslo\n" * 50)
    # The file, three batches, its counts, the event.
    assert len(count_statements) == 6


def test_long_rows_make_shorter_batches(
    db_session: Session, count_statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_batch, "BATCH_BYTES", 10_000)
    import_history(b"outcome,City\n" + (b"won," + b"x" * 5_000 + b"\n") * 4)
    assert len([s for s in count_statements if "jsonb_to_recordset" in s]) == 2


def test_progress_is_told_after_each_batch(
    db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_batch, "BATCH", 2)
    rows = CsvReader(io.BufferedReader(io.BytesIO(b"outcome\nwon\nlost\n\nlost\n")))
    seen: list[int] = []
    history.import_history(
        rows,
        HistoryMapping(rows.columns, {}, won=["won"]),
        name="a",
        digest="b",
        actor=command_actor(),
        now=NOW,
        on_progress=lambda counts: seen.append(counts.rows),
    )
    assert seen == [2, 3]


def test_removing_a_file_removes_its_leads_alone(db_session: Session) -> None:
    file_id = import_history(b"outcome\nwon\n").file_id or 0
    import_history(b"outcome\nlost\nlost\n", name="other.csv")
    assert history.remove_file(file_id, actor=command_actor(), now=NOW) == "old.csv"
    assert [lead.won for lead in leads(db_session)] == [False, False]
    with pytest.raises(HistoryFileNotFound):
        history.remove_file(file_id, actor=command_actor(), now=NOW)


def test_the_real_leads_of_a_course_seller(db_session: Session) -> None:
    given = {**COURSE_COLUMNS, "outcome": "Converted"}
    options: dict[str, Any] = {"given": given, "won": ["1"], "blanks": ["Select"]}
    result = import_history(course_leads(), **options)
    assert (result.counts.added, result.won, result.counts.rejected) == (6468, 2497, 0)
    assert told(result) == ""
    blank = db_session.execute(
        text(
            "SELECT count(*) - count(source), count(*) - count(activity_count),"
            " count(business_domain) FROM history_leads"
        )
    ).one()
    assert tuple(blank) == (24, 104, 4114)
