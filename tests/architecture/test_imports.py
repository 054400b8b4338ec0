"""Who may know whom: never upwards, and no circle."""

import ast
from collections import defaultdict
from graphlib import TopologicalSorter

import pytest

from tests.architecture.code import imports, rooms, sources

DATA = {"models", "rules", "scoring", "permissions", "config", "extensions", "errors"}
USE_CASES = DATA | {"services", "queries", "queue"}
ENTRY = USE_CASES | {"web", "observability", "session", "schema", "imports"}

MAY_KNOW: dict[str, set[str]] = {
    "errors": set(),
    "config": set(),
    "permissions": {"errors"},
    "rules": {"errors"},
    "scoring": {"rules", "errors"},
    "models": {"rules", "scoring", "permissions", "errors"},
    # Learning from a table of closed leads: values alone, no database.
    "training": {"scoring", "rules", "errors"},
    "session": {"models", "errors"},
    "extensions": {"session", "models", "config", "errors"},
    "queue": {"extensions", "config", "errors"},
    "queries": DATA | {"training"},
    # Files of leads, and the plan of a made-up company: values alone, no database.
    "imports": {"rules", "errors"},
    "demo": {"rules", "scoring", "errors"},
    # The call to the language model: no database, so that none waits for it.
    "adviser_client": {"scoring", "errors"},
    "services": DATA | {"queries", "queue", "imports", "demo", "training"},
    "observability": {"config", "errors"},
    "embedded": {"config", "errors"},
    "schema": {"config", "errors"},
    "web": ENTRY,
    "blueprints": ENTRY,
    "jobs": USE_CASES | {"adviser_client", "imports", "observability", "processes", "session"},
    # What puts the house together knows all of it.
    "factory": ENTRY | {"blueprints"},
    "leadapp": {"factory", "config"},
    "processes": set(),
    "server": ENTRY | {"embedded", "demo", "factory", "jobs", "leadapp", "processes"},
    "cli": ENTRY | {"server", "embedded", "jobs", "demo", "leadapp"},
}

PURE_MODULES = {
    "collections",
    "dataclasses",
    "decimal",
    "enum",
    "functools",
    "itertools",
    "json",
    "leadapp",
    "math",
    "re",
    "typing",
    "unicodedata",
}
"""What rules and scoring may import at all: nothing with a clock, chance, files or a network."""

SCORING_MODULES = PURE_MODULES | {"bisect", "cmath", "hashlib", "operator"}
"""Scoring computes besides: sums over log-odds, and the checksum of a model's canonical JSON."""

# The fast twin of the learned scorer alone computes in arrays, and only jobs load it: a web process
# never pays for numpy.
ARRAY_MODULES = {"leadapp/scoring/bulk.py": {"numpy"}}

IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "breakpoint"}


def test_every_room_has_its_place() -> None:
    assert rooms() <= MAY_KNOW.keys(), "say in MAY_KNOW what the new room may know"


def test_the_places_allow_no_circle() -> None:
    TopologicalSorter({room: known - {room} for room, known in MAY_KNOW.items()}).prepare()


@pytest.mark.parametrize("room", sorted(rooms()))
def test_a_room_knows_only_what_it_may(room: str) -> None:
    allowed = MAY_KNOW.get(room, set()) | {room}
    wrong = [
        f"{found.where} imports {found.name}"
        for found in imports()
        if found.room == room and found.target_room not in {None, *allowed}
    ]
    assert wrong == []


def test_the_rooms_import_each_other_in_no_circle() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for found in imports():
        if found.target_room not in {None, found.room}:
            graph[found.room].add(str(found.target_room))
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("room", ["rules", "scoring"])
def test_rules_and_scoring_are_pure(room: str) -> None:
    modules = SCORING_MODULES if room == "scoring" else PURE_MODULES
    wrong = [
        f"{found.where} imports {found.name}"
        for found in imports()
        if found.room == room
        and found.name.split(".")[0]
        not in modules | ARRAY_MODULES.get(found.where.split(":")[0], set())
    ]
    calls = [
        f"{path.name}:{node.lineno} calls {node.func.id}"
        for source_room, path, tree in sources()
        if source_room == room
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in IMPURE_CALLS
    ]
    assert wrong + calls == []


def test_refusals_know_no_http() -> None:
    outside = {
        found.name.split(".")[0] for found in imports() if found.room in {"errors", "permissions"}
    }
    assert outside <= {"collections", "dataclasses", "datetime", "enum", "leadapp", "typing"}


@pytest.mark.parametrize("room", ["services", "queries", "models", "queue"])
def test_use_cases_are_told_actor_and_time_and_never_read_the_request(room: str) -> None:
    wrong = [
        f"{found.where} imports {found.name}"
        for found in imports()
        if found.room == room
        and (found.name.split(".")[0] in {"flask", "werkzeug"} or "current_user" in found.name)
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ["services", "queries"])
def test_services_never_commit(room: str) -> None:
    wrong = [
        f"{path.name}:{node.lineno}"
        for source_room, path, tree in sources()
        if source_room == room
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "begin"}
    ]
    assert wrong == []
