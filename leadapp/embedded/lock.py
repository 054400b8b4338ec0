"""The lock on a data directory, and the record in it of how to reach its server.

The descriptor that holds the lock is inherited by initdb, by the supervisor and by every process
of the server. So the lock is free exactly when no process works on the data, whatever became of
the one that started it, and a ``postmaster.pid`` found under a free lock is a stale one.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from leadapp.embedded.errors import EmbeddedError


@dataclass(frozen=True)
class Record:
    """How to reach a server: its owner's process id and the directory of its socket."""

    owner: int
    socket_dir: str


class Lock:
    """The lock file of one data directory; opened, not yet held."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        flags = os.O_RDWR | os.O_NOFOLLOW | (os.O_CREAT if create else 0)
        self.descriptor = os.open(path, flags, 0o600)
        self.path = path
        around = path.parent.stat()
        if create and os.geteuid() == 0 and around.st_uid != 0:
            # Root in a user's directory must not lock that user out of it later.
            os.fchown(self.descriptor, around.st_uid, around.st_gid)

    def take(self) -> bool:
        """Take the lock without waiting; False if a server or its starter holds it."""
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise EmbeddedError(
                f"{self.path.parent} is on a file system without locks ({error.strerror}): "
                "set LEADAPP_DATA_DIR elsewhere"
            ) from error
        return True

    def read(self) -> Record | None:
        """The record, or None where there is none yet."""
        try:
            return Record(**json.loads(os.pread(self.descriptor, 4096, 0)))
        except (ValueError, TypeError):
            return None

    def write(self, record: Record | None) -> None:
        """Set or clear the record; for the holder of the lock."""
        os.ftruncate(self.descriptor, 0)
        if record:
            os.pwrite(self.descriptor, json.dumps(asdict(record)).encode(), 0)

    def close(self) -> None:
        """Let go of the descriptor; the lock lives on in the processes that inherited it."""
        os.close(self.descriptor)
