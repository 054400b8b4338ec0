"""The files of a database cluster: made once by initdb, checked at every start."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadapp.embedded import binaries
from leadapp.embedded.account import Account
from leadapp.embedded.errors import EmbeddedError

SUPERUSER = "postgres"
# Of all the environment the server gets only this, so that no PG* or LC_* variable can upset it.
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}


@contextmanager
def open_for(account: Account, cluster: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The path by which `account` reaches `cluster`, and the descriptors a child must inherit.

    Root's directories are often closed to others (``/root``, ``mktemp -d``). So root opens the
    directory and hands over the descriptor: PostgreSQL enters by ``/proc/self/fd/N``, and the
    data stays where the settings say without a mode changed on the way to it.
    """
    if not account.foreign:
        yield str(cluster), ()
        return
    descriptor = os.open(cluster, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}", (descriptor,)
    finally:
        os.close(descriptor)


def ensure(cluster: Path, account: Account, lock: int, *, durable: bool) -> bool:
    """Make the cluster where there is none; True if it was made just now.

    The caller holds the lock, whose descriptor `lock` initdb inherits: should this process be
    killed, nobody else starts before initdb has ended. It works in a directory of its own, which
    gets its name when all is done, so that half a cluster is never taken for one.

    Raises:
        EmbeddedError: initdb failed.
    """
    if cluster.exists():
        cluster.chmod(0o700)  # PostgreSQL insists, and copies and backups lose it
        # The lock was free, so this is a stale one. PostgreSQL goes by the process id in it,
        # which may by now be another process's.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        return False
    unfinished = cluster.with_name(f"{cluster.name}.new")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    account.give(unfinished)
    _initdb(unfinished, account, lock, durable=durable)
    unfinished.rename(cluster)
    return True


def is_ready(cluster: Path) -> bool:
    """Whether the server says in its own file that it takes connections.

    Asked before any connection is tried, as each refused one is a line in the server's log.
    """
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def check(cluster: Path) -> None:
    """Refuse data that this PostgreSQL cannot serve: EmbeddedError says what is wrong with it."""
    if not cluster.exists():
        return
    ours = binaries.version().split(".")[0]
    try:
        theirs = (cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise EmbeddedError(
            f"{cluster} holds no PostgreSQL data: move it away or set LEADAPP_DATA_DIR elsewhere"
        ) from None
    except PermissionError:
        raise EmbeddedError(
            f"{cluster} belongs to another user: start leadapp as the user who made it "
            "or set LEADAPP_DATA_DIR elsewhere"
        ) from None
    if theirs != ours:
        raise EmbeddedError(
            f"{cluster} was made by PostgreSQL {theirs}, this is {ours}: dump it with the old "
            "version and restore it, or set LEADAPP_DATA_DIR elsewhere"
        )


def _initdb(cluster: Path, account: Account, lock: int, *, durable: bool) -> None:
    with open_for(account, cluster) as (path, descriptors):
        command = [
            str(binaries.server_programs(account) / "initdb"),
            f"--pgdata={path}",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-instructions",
        ]
        if not durable:
            command.append("--no-sync")
        try:
            result = subprocess.run(  # noqa: S603 (no shell)
                command,
                env=ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                start_new_session=True,
                pass_fds=(*descriptors, lock),
                user=account.uid if account.foreign else None,
                group=account.gid if account.foreign else None,
                extra_groups=[] if account.foreign else None,
            )
        except OSError as error:
            raise EmbeddedError(f"initdb cannot be run here ({error}): set DATABASE_URL") from error
    if result.returncode:
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        said = next((line for line in lines if "error" in line), "".join(lines[:1]))
        raise EmbeddedError(f"PostgreSQL cannot make {cluster}: {said or 'it says nothing'}")
