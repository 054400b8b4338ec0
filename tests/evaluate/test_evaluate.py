"""`make evaluate`: a file of closed leads becomes a table and a picture, or one clear line."""

import csv
from pathlib import Path
from xml.etree import ElementTree

import pytest

from leadapp.training.table import TrainingTable
from tests.evaluate.__main__ import main
from tests.evaluate.curve import draw
from tests.evaluate.history import load, split
from tests.training.companies import Company, make_table


def write(path: Path, table: TrainingTable) -> Path:
    """The table as a file of another system would have it."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow([*table.columns, "Outcome"])
        for i, won in enumerate(table.won):
            cells = [column[i] or "" for column in table.columns.values()]
            writer.writerow([*cells, "Signed" if won else "Gone"])
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table = make_table(Company(900, 0.35, signal=1.8, leaks=("Status", "Rating")))
    return write(tmp_path_factory.mktemp("history") / "history.csv", table)


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314 -- our own


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["evaluate", *(str(one) for one in arguments)])
    return main()


def test_it_prints_the_table_and_draws_the_curve(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "deep" / "curve.svg"
    monkeypatch.setattr("tests.evaluate.__main__.SPLITS", 2)

    code = run(
        monkeypatch, file, "--outcome-column", "Outcome", "--won", "signed",
        "--source-column", "source", "--exclude", "status, Rating", "--picture", picture,
    )  # fmt: skip

    out = capsys.readouterr().out
    assert code == 0
    assert "900 closed leads, " in out
    assert "2 columns struck; mean of 2 splits" in out
    assert "contributions add up to the score: 540 of 540 leads  (every lead: yes)" in out
    assert "struck ones missed:      none" in out
    assert "honest columns lost:     none  (none: yes)" in out
    assert all(name in out for name in ("ROC-AUC", "Brier score", "learned from 300"))
    assert len(parsed(picture.read_text()).findall(".//{http://www.w3.org/2000/svg}circle")) > 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--won", "1"], "There is no column 'Converted'"),
        (["--exclude", "Nothing", "--outcome-column", "Outcome"], "There is no column 'Nothing'"),
        (["--won", "never", "--outcome-column", "Outcome"], "0 of the 630 closed leads were won"),
        (["--outcome-column", "Nowhere"], "There is no column 'Nowhere'"),
    ],
)
def test_what_cannot_be_evaluated_is_one_line(
    arguments: list[str],
    message: str,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, file, *arguments) == 1

    said = capsys.readouterr()
    assert message in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_no_file_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path / "none.csv") == 1
    assert "cannot be read" in capsys.readouterr().err


def test_splits_are_stable_whole_and_different(file: Path) -> None:
    table = load(file, {"outcome": "Outcome"}, won=["Signed"]).table

    parts = [split(table, number) for number in range(5)]

    assert parts == [split(table, number) for number in range(5)]
    assert all(sorted([*learn, *test]) == list(range(900)) for learn, test in parts)
    assert {len(test) for _, test in parts} == {270}
    assert len({tuple(sorted(test)) for _, test in parts}) == 5


def test_names_in_a_picture_are_text() -> None:
    picture = draw('<script>"&', [("a<b", "#123456", [])])

    assert len(parsed(picture))
    assert "<script>" not in picture
