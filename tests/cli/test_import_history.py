"""`leadapp import FILE --history`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

CLOSED = (
    "Id,Status,Channel,City\na,Won,Fair,Oslo\nb,Lost,Web,Rome\nc,Open,Web,Bern\n,Won,Web,Bonn\n"
)
MEANING = ["--outcome-column", "status", "--won", "won"]


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A file of closed leads that no other test has."""
    path = tmp_path / "closed.csv"
    path.write_text(
        CLOSED.replace("Oslo", request.node.name).replace("\na", f"\n{request.node.name}")
    )
    return path


def history(leadapp: Run, file: Path, *options: str, code: int = 0) -> tuple[str, list[str]]:
    """Import; the last line, and what was noted."""
    result = leadapp("import", file, "--history", *options)
    assert result.exit_code == code, result.output
    return result.stdout.strip(), result.stderr.splitlines()


def test_closed_leads_come_in_once(leadapp: Run, file: Path) -> None:
    said, notes = history(leadapp, file, *MEANING, "--source-column", "Channel")
    assert said == "4 added (2 won, 2 lost), 0 unchanged, 0 rejected"
    assert notes[0].startswith("A model needs 100 closed leads, 20 of each outcome")
    said, notes = history(leadapp, file, *MEANING)
    assert said == "0 added, 4 unchanged, 0 rejected"
    assert "closed.csv was imported on" in notes[0]


def test_rows_are_rejected_by_number(leadapp: Run, file: Path) -> None:
    said, notes = history(leadapp, file, *MEANING, "--lost", "LOST", "--external-id-column", "Id")
    assert said == "2 added (1 won, 1 lost), 0 unchanged, 2 rejected"
    assert notes[0].startswith("row 4: outcome 'Open' is neither among")
    assert notes[1].startswith("row 5: external id is blank")


def test_a_dry_run_writes_nothing(leadapp: Run, file: Path) -> None:
    for _ in range(2):
        said, _ = history(leadapp, file, *MEANING, "--dry-run")
        assert said.endswith(
            "4 added (2 won, 2 lost), 0 unchanged, 0 rejected (dry run, nothing written)"
        )


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--won", "1"], 2, "Say which column holds the outcome, by --outcome-column"),
        (["--outcome-column", "Converted", "--won", "1"], 2, "There is no column 'Converted'"),
        (["--outcome-column", "Status"], 2, "Say which values of 'Status' mean won, by --won."),
        ([*MEANING, "--leave-out", "Town"], 2, "There is no column 'Town'"),
        ([*MEANING, "--add-sources"], 2, "--add-sources is not for --history"),
    ],
)
def test_what_does_not_fit_is_said_in_a_line(
    leadapp: Run, file: Path, options: list[str], code: int, message: str
) -> None:
    _, notes = history(leadapp, file, *options, code=code)
    assert message in " ".join(notes)


def test_options_of_history_go_with_it(leadapp: Run, file: Path) -> None:
    result = leadapp("import", file, *MEANING)
    assert result.exit_code == 2
    assert "go with --history" in result.stderr


def test_files_are_listed_and_removed(leadapp: Run, file: Path) -> None:
    history(leadapp, file, *MEANING)
    line = leadapp("history", "list").stdout.splitlines()[0].split("\t")
    assert (line[1:4], line[5]) == (["4", "2", "0"], "closed.csv")
    removed = leadapp("history", "remove", line[0])
    assert removed.stdout == "closed.csv is removed with its leads.\n"
    again = leadapp("history", "remove", line[0])
    assert again.exit_code == 1
    assert "There is no such imported file" in again.stderr
