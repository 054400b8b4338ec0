"""The package's own source, parsed: what the tests about the code look at."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "leadapp"


@dataclass(frozen=True)
class Import:
    """One imported module or name, where it stands, and the room that it stands in."""

    room: str
    where: str
    name: str
    """Fully dotted: `from flask import request` is `flask.request`."""

    @property
    def target_room(self) -> str | None:
        """The room of leadapp that is imported; None for anything outside."""
        first, *rest = self.name.split(".")
        if first != "leadapp":
            return None
        return rest[0] if rest and rest[0] in rooms() else "leadapp"


@cache
def sources() -> tuple[tuple[str, Path, ast.Module], ...]:
    """Every file of the package with its room; files at the top are rooms of their own."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        room = "leadapp" if first == "__init__" else first
        found.append((room, path, ast.parse(path.read_bytes())))
    return tuple(found)


@cache
def rooms() -> frozenset[str]:
    """The files and folders directly in the package, and the package itself as `leadapp`."""
    return frozenset(
        "leadapp" if path.stem == "__init__" else path.stem
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or any(path.glob("*.py"))
    )


@cache
def imports() -> tuple[Import, ...]:
    """Every import of the package, those within functions too."""
    found: list[Import] = []
    for room, path, tree in sources():
        for node in ast.walk(tree):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                found += [Import(room, where, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = _absolute(path, node)
                found += [Import(room, where, f"{base}.{alias.name}") for alias in node.names]
    return tuple(found)


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    """The module that is imported from, relative imports resolved."""
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])
