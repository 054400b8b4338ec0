"""What the documentation says is there: settings, commands, targets, addresses, files."""

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile

import click
import pytest
from flask import Flask

from leadapp.cli import cli
from leadapp.config import Settings
from tests.architecture.code import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {str(path.relative_to(ROOT)): path.read_text() for path in PAGES}
README = TEXTS["README.md"]
SETTINGS = {str(field.alias): field for field in Settings.model_fields.values()}
METHODS = {"GET", "POST", "PATCH", "PUT", "DELETE"}

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"")
_FILE = re.compile(r"(?:leadapp|migrations|templates|static|tests|docs)/[\w/.-]+")


def code_of(text: str) -> Iterator[str]:
    """The commands in a page's blocks, continued lines joined, and its spans."""
    for language, block in _BLOCK.findall(text):
        if language == "sh":
            yield from block.replace("\\\n", " ").splitlines()
    for span in _SPAN.findall(_BLOCK.sub("", text)):
        yield " ".join(span.split())


def rows_of(text: str, head: str) -> list[list[str]]:
    """The cells of the table that begins with this row."""
    lines = text[text.index(head) :].splitlines()[2:]
    rows = takewhile(lambda line: line.startswith("|"), lines)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_table_of_settings_has_each_and_no_other() -> None:
    names = [row[0].strip("`") for row in rows_of(README, "| variable |")]
    assert sorted(names) == sorted(SETTINGS)


def test_the_table_of_settings_knows_the_defaults() -> None:
    for name, default, _ in rows_of(README, "| variable |"):
        value = SETTINGS[name.strip("`")].default
        if value is not None and name != "`LEADAPP_DATA_DIR`":
            expected = int(value) if isinstance(value, bool) else value
            assert default == f"`{expected}`", name


@pytest.mark.parametrize("name", SETTINGS)
def test_the_example_has_each_setting(name: str) -> None:
    assert re.search(rf"^#{name}=", (ROOT / ".env.example").read_text(), re.MULTILINE)


@pytest.mark.parametrize("page", TEXTS)
def test_each_target_exists(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = {*re.findall(r"^([a-z-]+):", makefile, re.MULTILINE), ".venv/.runtime"}
    named = {
        match[1]
        for line in code_of(TEXTS[page])
        if (match := re.search(r"(?:^|\s)make ([\w./-]+)", line))
    }
    assert named <= targets


def test_each_target_is_named() -> None:
    for target in re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE):
        assert f"make {target}" in README


@pytest.mark.parametrize("page", TEXTS)
def test_each_command_and_its_options_exist(page: str) -> None:
    for line in code_of(TEXTS[page]):
        match = re.search(r"(?:^|[\s/(])leadapp ([a-z].*)", line)
        # A commented line is an example's answer.
        if match and not line.startswith("#"):
            command, rest = _resolve(shlex.split(match[1].rstrip(")"), comments=True))
            known = {option for param in command.params for option in param.opts}
            asked = {word for word in rest if word.startswith("--")}
            assert asked <= known | {"--help"}, line


def _resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that these words name, and what follows."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words:
        assert words[0] in command.commands, words
        command, words = command.commands[words[0]], words[1:]
    return command, words


def test_each_command_is_named() -> None:
    for name, command in cli.commands.items():
        inner = command.commands if isinstance(command, click.Group) else {"": None}
        for last in inner:
            assert f"`leadapp {name} {last}".strip() + "`" in README


def test_each_family_of_addresses_is_named(app: Flask) -> None:
    families = {"/" + rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {"/"}
    assert [family for family in sorted(families) if f"`{family}" not in README] == []


def test_the_table_of_the_api_has_each_endpoint_and_no_other(app: Flask) -> None:
    served = {
        f"{method} {re.sub('<[^>]+>', '{id}', rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & METHODS
        if rule.rule.startswith("/api/")
    }
    assert {row[0].strip("`") for row in rows_of(README, "| method and address |")} == served


@pytest.mark.parametrize("page", TEXTS)
def test_each_link_leads_somewhere(page: str) -> None:
    for match in _LINK.finditer(TEXTS[page]):
        target = match[1] or match[2]
        if not target.startswith("https://"):
            assert (ROOT / page).parent.joinpath(target).is_file(), target


@pytest.mark.parametrize("page", TEXTS)
def test_each_file_exists(page: str) -> None:
    named = {match for line in code_of(TEXTS[page]) for match in _FILE.findall(line)}
    # 000N is a number that the reader chooses.
    assert [
        name for name in sorted(named) if "000N" not in name and not (ROOT / name).exists()
    ] == []
