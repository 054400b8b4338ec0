"""The directory of the server's socket: short, private, of a random name."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from leadapp.embedded.account import Account
from leadapp.embedded.errors import EmbeddedError

PORT = 5432
PREFIX = "leadapp-"
# sun_path holds 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 103


def make(account: Account) -> Path:
    """A new directory that only `account` (and root) can enter.

    The server trusts whoever reaches its socket, so the directory's mode is the authentication.
    """
    for place in _places(account):
        if len(os.fsencode(place / f"{PREFIX}12345678" / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET_PATH:
            continue
        try:
            path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
            if account.foreign:
                os.chown(path, account.uid, account.gid)
        except OSError:
            continue
        if account.may_enter(path):
            return path
        path.rmdir()
    raise EmbeddedError("no directory for PostgreSQL's socket: make /tmp writable or set TMPDIR")


def remove(path: Path) -> None:
    """Remove a directory made here, if it is still there."""
    if path.name.startswith(PREFIX) and stat.S_ISDIR(path.lstat().st_mode):
        shutil.rmtree(path, ignore_errors=True)


def _places(account: Account) -> list[Path]:
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    shared = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 (mkdtemp)
    return shared if account.foreign or not own else [Path(own), *shared]
