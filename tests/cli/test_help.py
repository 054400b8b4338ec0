"""Help on every level, at once."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from leadapp.cli import cli
from tests.cli.conftest import Run


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands(cli)), ids=" ".join)
def test_every_command_explains_itself(run: Run, path: tuple[str, ...]) -> None:
    result = run(*path, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
    explained = result.stdout.splitlines()[2].strip()
    assert explained.endswith((".", ":", ",")) or len(explained) > 40


def test_there_are_the_commands_that_the_readme_names() -> None:
    paths = {" ".join(path) for path in commands(cli)}
    assert paths >= {
        "serve", "migrate", "demo", "import", "analyze", "export leads", "lead erase",
        "user create", "user list", "user role", "user password",
        "token create", "token list", "token revoke", "db shell", "db reset",
    }  # fmt: skip


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; import leadapp.cli; "
        "print([m for m in ('flask', 'sqlalchemy', 'psycopg', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "command",
    ["model show", "model promote", "history remove", "analyze", "lead advice", "token revoke"],
)
def test_a_number_that_no_record_can_have_is_refused(run: Run, command: str) -> None:
    for number in (str(2**63), "9" * 30):
        result = run(*command.split(), number)
        assert result.exit_code == 2
        assert f"{number} is not in the range" in result.stderr
