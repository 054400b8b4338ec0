"""One server for a data directory: who is it, and where does it answer."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadapp.config import Settings, SettingsError
from leadapp.server.address import url_of

FILE = "serve.lock"


class AlreadyRunning(Exception):  # noqa: N818 -- it says what is
    """leadapp runs on this data directory already; the message is one line with its address."""


@contextmanager
def only_instance(settings: Settings) -> Iterator[None]:
    """Be the one server of the data directory until the block ends, or the process.

    Raises AlreadyRunning where there is one, SettingsError where the directory cannot be used.
    """
    path = settings.data_dir / FILE
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        _leave_to_owner(path)
    except OSError as error:
        raise SettingsError(
            f"LEADAPP_DATA_DIR: {settings.data_dir} cannot be written ({error.strerror}); name a "
            "directory of your own."
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_who(descriptor, settings)) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {url_of(settings)}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _who(descriptor: int, settings: Settings) -> str:
    pid, _, url = os.pread(descriptor, 4096, 0).decode().strip().partition(" ")
    where = f" at {url} (process {pid})" if url else ""
    return f"leadapp is running already on {settings.data_dir}{where}; stop that one first."


def _leave_to_owner(path: Path) -> None:
    """Root in a user's directory must not lock that user out of it later."""
    around = path.parent.stat()
    if os.geteuid() == 0 and around.st_uid != 0:
        os.chown(path, around.st_uid, around.st_gid)
