"""Commands on a database: what they print, what they refuse, and with which status."""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import Run

PASSWORD = "long enough a password"


@pytest.fixture
def sql(database: str) -> Iterator[psycopg.Connection]:
    """A plain connection to the commands' database, which is emptied of leads by its users."""
    uri = database.replace("postgresql+psycopg:", "postgresql:", 1)
    with psycopg.connect(uri, autocommit=True) as connection:
        yield connection


def one(sql: psycopg.Connection, query: str) -> object:
    row = sql.execute(query).fetchone()
    assert row is not None
    return row[0]


def make_user(leadapp: Run, email: str, role: str = "rep") -> None:
    arguments = ("--email", email, "--role", role, "--name", "Ada L", "--password", PASSWORD)
    assert leadapp("user", "create", *arguments).exit_code == 0


def test_users_are_made_listed_and_changed(leadapp: Run) -> None:
    make_user(leadapp, "ada@example.com")
    assert "ada@example.com\trep\tAda L\tactive\n" in leadapp("user", "list").stdout
    assert leadapp("user", "role", "ADA@example.com", "manager").exit_code == 0
    assert "ada@example.com\tmanager\t" in leadapp("user", "list").stdout
    changed = leadapp("user", "password", "ada@example.com", stdin=f"{PASSWORD}2\n{PASSWORD}2\n")
    assert changed.exit_code == 0
    assert PASSWORD not in changed.output


def test_the_only_admin_stays_one(leadapp: Run) -> None:
    make_user(leadapp, "only@example.com", "admin")
    refused = leadapp("user", "role", "only@example.com", "rep")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: This is the only active admin")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["user", "create", "--email", "x", "--password", "short"], 1, "email must be an e-mail"),
        (["user", "role", "nobody@example.com", "rep"], 1, "There is no such user"),
        (["user", "role", "nobody@example.com", "king"], 2, "'king' is not one of"),
        (["token", "create", "--user", "no@example.com", "--name", "x"], 1, "no such user"),
        (["token", "revoke", "99"], 1, "There is no such API token"),
        (["lead", "erase", "99", "--yes"], 1, "There is no such lead"),
        (["analyze"], 2, "Name leads by number, or say --all, or --open, or --stale."),
        (
            ["analyze", "--all", "7"],
            2,
            "Name leads by number, or say --all, or --open, or --stale.",
        ),
        (["import", "missing.csv"], 2, "does not exist"),
        (["db", "reset", "--yes"], 1, "Only the embedded database is ever reset"),
    ],
)
def test_refusals_are_one_clear_line(
    leadapp: Run, arguments: list[str], status: int, message: str
) -> None:
    result = leadapp(*arguments)
    assert result.exit_code == status
    assert result.stdout == ""
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_token_is_printed_alone_and_revoked(leadapp: Run, sql: psycopg.Connection) -> None:
    make_user(leadapp, "program@example.com")
    made = leadapp("token", "create", "--user", "program@example.com", "--name", "nightly")
    assert re.fullmatch(r"lead_[\w-]{40,}\n", made.stdout)
    digest = hashlib.sha256(made.stdout.strip().encode()).digest()
    row = sql.execute("SELECT id FROM api_tokens WHERE digest = %s", [digest]).fetchone()
    assert row is not None
    listed = leadapp("token", "list", "--user", "program@example.com").stdout
    assert listed == f"{row[0]}\t{made.stdout[:11]}\tprogram@example.com\tnightly\n"
    assert leadapp("token", "revoke", row[0]).exit_code == 0
    assert leadapp("token", "list", "--user", "program@example.com").stdout == ""


def test_leads_are_imported_analyzed_exported_and_erased(
    leadapp: Run, sql: psycopg.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("Id;From;Line;Calls;Who\n1;Fair;Retail;3;=Ada\n2;;-;;Bob\n3;partner;;no;Cy\n")
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"source": "From", "external_id": "Id", "name": "Line"}))
    arguments = ["import", file, "--map", mapping, "--name-column", "Who", "--add-sources"]
    arguments += ["--domain-column", "Line", "--activity-column", "Calls", "--blank", "-"]

    dry = leadapp(*arguments, "--dry-run")
    assert dry.stdout == "2 added, 0 unchanged, 1 rejected (dry run, nothing written)\n"
    assert one(sql, "SELECT count(*) FROM leads") == 0
    assert one(sql, "SELECT count(*) FROM sources WHERE name = 'Fair'") == 0

    done = leadapp(*arguments)
    assert done.stdout == "2 added, 0 unchanged, 1 rejected\n"
    assert "row 4: activity count must be a whole number" in done.stderr
    assert leadapp(*arguments).stdout == "0 added, 2 unchanged, 1 rejected\n"

    assert leadapp("analyze", "--open").stdout == "2 analyzed, 0 skipped\n"
    assert leadapp("analyze", "--all").stdout == "2 analyzed, 0 skipped\n"
    lead_id = one(sql, "SELECT id FROM leads WHERE external_id = '1'")
    assert leadapp("analyze", lead_id, lead_id, 999_999).stdout == "1 analyzed, 1 skipped\n"

    exported = tmp_path / "out" / "leads.csv"
    assert leadapp("export", "leads", "-o", exported).exit_code == 2
    exported.parent.mkdir()
    assert leadapp("export", "leads", "-o", exported).exit_code == 0
    with exported.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(r["name"], r["source"], r["ai_score"]) for r in rows] == [
        ("'=Ada", "Fair", "0.5500"),
        ("Bob", "unknown", "0.1000"),
    ]
    assert [path.name for path in exported.parent.iterdir()] == ["leads.csv"]

    assert leadapp("lead", "erase", lead_id, stdin="n\n").exit_code == 1
    assert leadapp("lead", "erase", lead_id, "--yes").exit_code == 0
    assert one(sql, f"SELECT name FROM leads WHERE id = {lead_id}") is None
    assert "erased before" in leadapp("lead", "erase", lead_id, "--yes").stderr


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"", 1, "The file is empty"),
        (b'source,name\npartner,"Ada\n', 1, "Row 2 does not end"),
        (b"name\nAda\n", 2, "Say which column holds the source"),
    ],
)
def test_a_broken_file_imports_nothing(
    leadapp: Run, sql: psycopg.Connection, content: bytes, status: int, message: str
) -> None:
    before = one(sql, "SELECT count(*) FROM leads")
    Path("x.csv").write_bytes(content)
    result = leadapp("import", "x.csv")
    assert (result.exit_code, result.stdout) == (status, "")
    assert message in result.stderr
    assert one(sql, "SELECT count(*) FROM leads") == before


@pytest.mark.parametrize("content", ["[]", "{", '{"source": 1}'])
def test_a_map_must_be_an_object_of_texts(leadapp: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "map.json").write_text(content)
    (tmp_path / "x.csv").write_text("source\npartner\n")
    result = leadapp("import", "x.csv", "--map", "map.json")
    assert result.exit_code == 2
    assert "must hold a JSON object" in result.stderr


def test_migrating_again_changes_nothing(leadapp: Run) -> None:
    result = leadapp("migrate")
    assert result.exit_code == 0
    assert "already" in result.stderr


def test_psql_opens_on_the_database(leadapp: Run, capfd: pytest.CaptureFixture[str]) -> None:
    assert leadapp("db", "shell", "-Atc", "SELECT 6 * 7").exit_code == 0
    assert capfd.readouterr().out == "42\n"
    assert leadapp("db", "shell", "-Atc", "nonsense").exit_code != 0
