"""The adviser's words reach people and nothing else: what is built on them writes nowhere else."""

import ast
import re

import pytest

from tests.architecture.code import PACKAGE, imports, sources

_WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|MERGE\s+INTO)\s+(\w+)", re.IGNORECASE
)
_TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+advice\b", re.IGNORECASE)
# Who may know what was said: who keeps it, who shows it, who hands it on.
_KNOW = {
    "adviser_client.py", "blueprints/api_v1/__init__.py", "blueprints/api_v1/advice.py",
    "blueprints/leads/__init__.py", "blueprints/leads/advice.py", "cli/leads.py", "jobs/advise.py",
    "jobs/worker.py", "queries/advice.py", "queries/lead_page.py", "scoring/adviser.py",
    "services/advice.py",
}  # fmt: skip
_MODULES = {
    "leadapp.adviser_client", "leadapp.queries.advice", "leadapp.scoring.adviser",
    "leadapp.services.advice", "leadapp.models.advice",
}  # fmt: skip


def texts(name: str) -> list[str]:
    """All texts in a file of the package, its statements among them."""
    tree = next(t for _, path, t in sources() if path == PACKAGE / name)
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_it_writes_advice_and_events_only() -> None:
    written = {match for text in texts("services/advice.py") for match in _WRITES.findall(text)}
    assert written == {"advice", "events"}


@pytest.mark.parametrize("name", ["queries/advice.py", "jobs/advise.py", "scoring/adviser.py"])
def test_nothing_else_around_it_writes(name: str) -> None:
    assert [match for text in texts(name) for match in _WRITES.findall(text)] == []


def test_it_calls_no_service_but_the_one_that_starts_runs() -> None:
    called = {
        found.name
        for found in imports()
        if found.where.startswith("leadapp/services/advice.py:")
        and found.name.startswith("leadapp.services")
    }
    assert called == {"leadapp.services.runs"}


def test_few_know_what_was_said() -> None:
    knowing = {
        found.where.rpartition(":")[0].removeprefix("leadapp/")
        for found in imports()
        if any(found.name == module or found.name.startswith(f"{module}.") for module in _MODULES)
    }
    assert knowing - {"models/__init__.py"} <= _KNOW


def test_few_read_its_table() -> None:
    reading = {
        path.relative_to(PACKAGE).as_posix()
        for _, path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _TABLE.search(node.value)
    }
    assert reading <= _KNOW


def test_it_is_always_shown_as_text() -> None:
    for template in (PACKAGE.parent / "templates").rglob("*.html"):
        text = template.read_text()
        if "advice" in text:
            assert "|safe" not in text.replace(" ", ""), template
            assert "autoescape" not in text, template
