"""Joins the server of a data directory, or runs one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

import psycopg

from leadapp.embedded import binaries, cluster, sockets, supervisor
from leadapp.embedded.account import account_for
from leadapp.embedded.errors import EmbeddedError
from leadapp.embedded.lock import Lock, Record
from leadapp.embedded.server import Server

# Recovery after a busy run may take minutes; a server that fails is noticed at once.
START_SECONDS = 300.0
# A server that says it is ready takes connections at once, if we can reach its socket.
CONNECT_SECONDS = 10.0
POLL_SECONDS = 0.005
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
SETTINGS = MappingProxyType(
    {
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_error_verbosity": "terse",  # a refused value may be somebody's e-mail address
        "cluster_name": "leadapp",
    }
)


@contextmanager
def serving(data_dir: Path, *, settings: Mapping[str, str] = NO_SETTINGS) -> Iterator[Server]:
    """Join the server that runs on this data directory, or run one until the block ends.

    The data lies in ``data_dir/postgres``, the server's log in ``data_dir/postgres.log``. The
    server listens on a Unix socket alone. It ends with the process that started it, even if that
    is killed; those who joined it then lose their connections. A server that is itself killed is
    not started again before the next call. `settings` are PostgreSQL's, for a server started
    here; a joined one keeps its own.

    Raises:
        EmbeddedError: one line that says what to do.
    """
    data_dir = data_dir.absolute()
    process = None
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = Lock(data_dir / "postgres.lock")
    except OSError as error:
        raise EmbeddedError(
            f"{data_dir} cannot be written ({error.strerror}): "
            "set LEADAPP_DATA_DIR to a directory of your own"
        ) from error
    try:
        server = _join(data_dir, lock)
        if server is None:
            server, process = _start(data_dir, lock, settings)
    except OSError as error:
        raise EmbeddedError(f"PostgreSQL cannot be started in {data_dir}: {error}") from error
    finally:
        lock.close()
    try:
        yield server
    finally:
        if process:
            _stop(process)


def owner_of(data_dir: Path) -> int | None:
    """The id of the process that runs the server of this data directory; None where none runs."""
    try:
        lock = Lock(data_dir / "postgres.lock", create=False)
    except OSError:
        return None
    try:
        record = None if lock.take() else lock.read()
    finally:
        lock.close()
    return record.owner if record else None


def _join(data_dir: Path, lock: Lock) -> Server | None:
    """The server that already runs; None when there is none and the lock is ours.

    Somebody else's start, recovery or shutdown is waited for.
    """
    deadline = time.monotonic() + START_SECONDS
    while not lock.take():
        record = lock.read()
        if record and cluster.is_ready(data_dir / "postgres"):
            server = Server(Path(record.socket_dir), started=False, fresh=False)
            with suppress(psycopg.OperationalError):
                server.ensure_database()
                return server
            # It is about to stop, or its socket is where we cannot go.
            deadline = min(deadline, time.monotonic() + CONNECT_SECONDS)
        if time.monotonic() > deadline:
            holder = f"process {record.owner}" if record else "another process"
            raise EmbeddedError(
                f"{holder} uses {data_dir} and its PostgreSQL cannot be reached: stop it first"
            )
        time.sleep(POLL_SECONDS)
    return None


def _start(
    data_dir: Path, lock: Lock, settings: Mapping[str, str]
) -> tuple[Server, subprocess.Popen[bytes]]:
    """Start a server under the lock and wait until it takes connections."""
    settings = {**SETTINGS, **settings}
    data = data_dir / "postgres"
    log = data_dir / "postgres.log"
    if record := lock.read():
        sockets.remove(Path(record.socket_dir))  # left by a machine or supervisor that died
    lock.write(None)

    cluster.check(data)
    account = account_for(data)
    durable = settings.get("fsync") != "off"
    fresh = cluster.ensure(data, account, lock.descriptor, durable=durable)
    socket_dir = sockets.make(account)
    try:
        if log.exists():
            log.replace(data_dir / "postgres.log.1")
        log.touch(mode=0o600)  # it quotes statements
        with cluster.open_for(account, data) as (path, descriptors), log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 (no shell)
                [
                    *(sys.executable, "-I", "-S", "-B", supervisor.__file__),
                    *(str(os.getpid()), str(account.uid), str(account.gid), str(socket_dir)),
                    str(binaries.server_programs(account) / "postgres"),
                    *("-D", path),
                    *_options(socket_dir, settings),
                ],
                env=cluster.ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=(*descriptors, lock.descriptor),
            )
    except BaseException:
        sockets.remove(socket_dir)
        raise
    try:
        lock.write(Record(owner=os.getpid(), socket_dir=str(socket_dir)))
        server = Server(socket_dir, started=True, fresh=fresh)
        _await(server, process, data, log)
    except BaseException:
        _stop(process)
        raise
    return server, process


def _options(socket_dir: Path, settings: Mapping[str, str]) -> Iterator[str]:
    fixed = {
        "listen_addresses": "",
        "port": str(sockets.PORT),
        "unix_socket_directories": str(socket_dir),
        "logging_collector": "off",
    }
    for name, value in {**settings, **fixed}.items():
        yield from ("-c", f"{name}={value}")


def _await(server: Server, process: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not cluster.is_ready(data):
        if process.poll() is not None:
            raise EmbeddedError(f"PostgreSQL did not start: {_last_words(log)} (see {log})")
        if time.monotonic() > deadline:
            raise EmbeddedError(f"PostgreSQL is not up after {START_SECONDS:.0f} s: see {log}")
        time.sleep(POLL_SECONDS)
    try:
        server.ensure_database()
    except psycopg.Error as error:
        reason = str(error).splitlines()[0]
        raise EmbeddedError(f"PostgreSQL started and then refused: {reason} (see {log})") from error


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() or ["it says nothing"]
    fatal = (line[line.index("FATAL:") :] for line in reversed(lines) if "FATAL:" in line)
    return next(fatal, lines[-1])


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()
