"""The directory of the server's socket: short, private, of a random name."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from leadapp.embedded.account import Account
from leadapp.embedded.errors import EmbeddedError

PORT = 5432
PREFIX = "leadapp-"
# sun_path holds 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 103
# libpq and PostgreSQL read lists of directories, so nothing that they would split or unquote.
PLAIN_PATH = re.compile(r"[\w./+-]+", re.ASCII)


def make(account: Account) -> Path:
    """A new directory that only `account` and root can enter.

    The server trusts whoever reaches its socket: this directory's mode is the authentication.
    Not in XDG_RUNTIME_DIR, which is removed when the user logs out of a server left running.
    """
    for place in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 (mkdtemp)
        if not PLAIN_PATH.fullmatch(str(place)):
            continue
        try:
            path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        except OSError:
            continue
        account.give(path)
        short = len(os.fsencode(path / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH
        if short and account.may_enter(path):
            return path
        path.rmdir()
    raise EmbeddedError("no directory for PostgreSQL's socket: make /tmp writable or set TMPDIR")


def remove(path: Path) -> None:
    """Remove a directory made here, if it is still there."""
    if path.name.startswith(PREFIX):
        shutil.rmtree(path, ignore_errors=True)
