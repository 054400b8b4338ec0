"""`leadapp analyze`: in this process, as a run that others can see."""

from collections.abc import Iterator
from datetime import datetime

import psycopg
import pytest

from leadapp.services.analysis_runs import Part
from tests.cli.conftest import Run
from tests.conftest import MakeDatabase


@pytest.fixture
def database(make_database: MakeDatabase, worker: str) -> str:
    """A database of each test's own: what was analyzed can never be taken back."""
    return make_database(f"analyze_{worker}")


@pytest.fixture
def sql(database: str) -> Iterator[psycopg.Connection]:
    """A plain connection to a database with three open leads and a lost one."""
    uri = database.replace("postgresql+psycopg:", "postgresql:", 1)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("""
            INSERT INTO leads (source_id)
            SELECT min(id) FROM sources CROSS JOIN generate_series(1, 4) n GROUP BY n
        """)
        connection.execute("UPDATE leads SET stage = 'lost' WHERE id = (SELECT max(id) FROM leads)")
        yield connection


def rows(sql: psycopg.Connection, query: str) -> list[tuple[object, ...]]:
    return sql.execute(query).fetchall()


def test_all_are_analyzed_without_a_worker(leadapp: Run, sql: psycopg.Connection) -> None:
    assert leadapp("analyze", "--all").stdout == "3 analyzed, 0 skipped\n"
    columns = "kind, status, total, done, failed, via"
    assert rows(sql, f"SELECT {columns} FROM runs") == [("analyze", "done", 3, 3, 0, "command")]
    assert rows(sql, "SELECT count(*) FROM assessments WHERE run_id IS NOT NULL") == [(3,)]
    assert rows(sql, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]


def test_only_what_is_stale(leadapp: Run, sql: psycopg.Connection) -> None:
    assert leadapp("analyze", "--stale").stdout == "0 analyzed, 0 skipped\n"
    leadapp("analyze", "--open")
    sql.execute("UPDATE leads SET activity_count = 9 WHERE id = (SELECT min(id) FROM leads)")
    assert leadapp("analyze", "--stale").stdout == "1 analyzed, 0 skipped\n"


def test_some_by_number(leadapp: Run, sql: psycopg.Connection) -> None:
    first, lost = (n for (n,) in rows(sql, "SELECT unnest(ARRAY[min(id), max(id)]) FROM leads"))
    made = leadapp("analyze", first, "--lead", lost, "--lead", 99_999_999)
    assert made.stdout == "1 analyzed, 2 skipped\n"


def test_ctrl_c_cancels_the_rest(
    leadapp: Run, sql: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadapp.jobs import analyzing
    from leadapp.services import analysis_runs

    stored: list[int] = []

    def interrupted(run_id: int, attempt: int, part: Part, *, now: datetime) -> None:
        if stored:
            raise KeyboardInterrupt
        stored.append(run_id)
        analysis_runs.store_part(run_id, attempt, part, now=now)

    monkeypatch.setattr(analysis_runs, "BATCH", 1)
    monkeypatch.setattr(analyzing, "store_part", interrupted)
    result = leadapp("analyze", "--all")
    assert (result.exit_code, result.stdout) == (1, "1 analyzed, 0 skipped\n")
    assert "Cancelled; what was analyzed before is kept." in result.stderr
    assert rows(sql, "SELECT status, done FROM runs") == [("cancelled", 1)]


def test_a_failure_is_one_line(
    leadapp: Run, sql: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadapp.errors import LeadNotFound
    from leadapp.jobs import analyzing

    def refused(*_arguments: object, **_options: object) -> None:
        raise LeadNotFound

    monkeypatch.setattr(analyzing, "store_part", refused)
    result = leadapp("analyze", "--all")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "There is no such lead" in result.stderr
    assert "0 leads were analyzed before." in result.stderr
