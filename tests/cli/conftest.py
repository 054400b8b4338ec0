"""Running commands on a database of the test's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from leadapp.cli import cli
from leadapp.config import Settings
from tests.conftest import MakeDatabase

SETTINGS = [str(field.alias) for field in Settings.model_fields.values()]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `leadapp` with these arguments, without any setting of the machine's."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LEADAPP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(cli, [str(a) for a in arguments], input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return command


@pytest.fixture(scope="module")
def database(make_database: MakeDatabase, worker: str, request: pytest.FixtureRequest) -> str:
    """The address of a migrated database for the commands of one test module."""
    return make_database(f"cli_{worker}_{request.node.name.removesuffix('.py').split('/')[-1]}")


@pytest.fixture
def leadapp(run: Run, database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `leadapp` on the module's database."""
    monkeypatch.setenv("DATABASE_URL", database)
    return run
