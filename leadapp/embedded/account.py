"""The account that PostgreSQL runs under.

PostgreSQL refuses to run as root. Started by an ordinary user it runs as that user; started by
root it runs as the owner of its data, and new data goes to the owner of the directory around it
or, where that is root too, to ``nobody``. Whatever else runs as that account can reach the data:
a server that others share is better started by a user of its own.
"""

import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path

from leadapp.embedded.errors import EmbeddedError

ORDINARY_ACCOUNT = "nobody"


@dataclass(frozen=True)
class Account:
    """A user and group id; ``foreign`` when it is not the one this process runs under."""

    uid: int
    gid: int
    foreign: bool

    def give(self, path: Path) -> None:
        """Make `path` the account's own.

        Raises:
            EmbeddedError: root is not let, as in a container without that right.
        """
        if not self.foreign:
            return
        try:
            os.chown(path, self.uid, self.gid)
        except OSError as error:
            raise EmbeddedError(
                f"PostgreSQL does not run as root, and root may not use another account here "
                f"({error.strerror}): start leadapp as an ordinary user or set DATABASE_URL"
            ) from error

    def may_enter(self, path: Path) -> bool:
        """Whether the account can reach and list `path`, judged by mode bits alone.

        Access lists may say otherwise; the answer only decides whether binaries are copied.
        """
        return all(self._may_search(step) for step in (path, *path.parents))

    def _may_search(self, path: Path) -> bool:
        status = path.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def account_for(cluster: Path) -> Account:
    """The account for the data in `cluster`, which need not exist yet; its parent must."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), foreign=False)
    if sys.platform != "linux":
        raise EmbeddedError("PostgreSQL does not run as root: start leadapp as an ordinary user")
    for path in (cluster, cluster.parent):
        if path.exists() and path.stat().st_uid != 0:
            status = path.stat()
            return Account(status.st_uid, status.st_gid, foreign=True)
    if cluster.exists():
        raise EmbeddedError(
            f"{cluster} belongs to root, as which PostgreSQL does not run: "
            f"chown -R {ORDINARY_ACCOUNT} {cluster}"
        )
    try:
        entry = pwd.getpwnam(ORDINARY_ACCOUNT)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL does not run as root and this machine has no user {ORDINARY_ACCOUNT!r}: "
            "start leadapp as an ordinary user or set DATABASE_URL"
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, foreign=True)
