"""Secrets that are made once for a data directory and kept there."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from leadapp.config import SettingsError


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in the file, made by `make` at the first time; only its owner may read it.

    Raises SettingsError where the directory cannot be used.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, make())
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"LEADAPP_DATA_DIR: {path} cannot be used ({error.strerror}); name a directory of "
            "your own."
        ) from error


def _write(path: Path, secret: str) -> None:
    """Write the file whole or not at all; of two who write it at once the first one's stays."""
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(f"{secret}\n")
        around = path.parent.stat()
        if os.geteuid() == 0 and around.st_uid != 0:
            # Root in a user's directory must not lock that user out of it later.
            os.chown(unfinished, around.st_uid, around.st_gid)
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(unfinished)  # noqa: PTH108 (a name that mkstemp gave)
