"""Joins the server of a data directory, or runs one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

from leadapp.embedded import binaries, cluster, sockets, supervisor
from leadapp.embedded.account import account_for
from leadapp.embedded.errors import EmbeddedError
from leadapp.embedded.lock import Lock, Record
from leadapp.embedded.server import Server

# Crash recovery after a busy run may take minutes; a server that fails is noticed at once.
PATIENCE_SECONDS = 300.0
POLL_SECONDS = 0.005
SETTINGS = MappingProxyType(
    {"max_connections": "100", "timezone": "UTC", "log_timezone": "UTC", "cluster_name": "leadapp"}
)
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@contextmanager
def serving(data_dir: Path, *, settings: Mapping[str, str] = NO_SETTINGS) -> Iterator[Server]:
    """Join the server that runs on this data directory, or run one until the block ends.

    The data lies in ``data_dir/postgres``, the server's log in ``data_dir/postgres.log``. The
    server listens on a Unix socket alone. It ends with the process that started it, even if that
    is killed; those who joined it then lose their connections. `settings` are PostgreSQL's, for
    a server started here; a joined one keeps its own.

    Raises:
        EmbeddedError: one line that says what to do.
    """
    data_dir = _made(data_dir)
    lock = Lock(data_dir / "postgres.lock")
    try:
        server = _join(data_dir / "postgres", lock)
        process = None
        if server is None:
            server, process = _start(data_dir, lock, settings)
    finally:
        lock.close()
    try:
        server.ensure_database()
        yield server
    finally:
        if process:
            _stop(process)


def owner_of(data_dir: Path) -> int | None:
    """The process that runs the server of this data directory; None where none runs."""
    path = data_dir / "postgres.lock"
    if not path.exists():
        return None
    lock = Lock(path)
    try:
        record = None if lock.take() else lock.read()
    finally:
        lock.close()
    return record.owner if record else None


def _made(data_dir: Path) -> Path:
    data_dir = data_dir.absolute()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"{data_dir} cannot be made ({error.strerror}): "
            "set LEADAPP_DATA_DIR to a directory of your own"
        ) from error
    return data_dir


def _join(data: Path, lock: Lock) -> Server | None:
    """The server that already runs; None when there is none and the lock is ours.

    Somebody else's start, recovery or shutdown is waited for.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not lock.take():
        record = lock.read()
        if record and cluster.is_ready(data):
            server = Server(Path(record.socket_dir), started=False, fresh=False)
            if server.answers():
                return server
        if time.monotonic() > deadline:
            raise EmbeddedError(f"another process holds {lock.path} without serving: stop it")
        time.sleep(POLL_SECONDS)
    return None


def _start(
    data_dir: Path, lock: Lock, settings: Mapping[str, str]
) -> tuple[Server, subprocess.Popen[bytes]]:
    """Start a server under the lock and wait until it takes connections."""
    data = data_dir / "postgres"
    _clear_up(data, lock)
    settings = {**SETTINGS, **settings}
    account = account_for(data)
    try:
        fresh = cluster.ensure(
            data, account, lock.descriptor, durable=settings.get("fsync") != "off"
        )
        socket_dir = sockets.make(account)
        with (
            cluster.open_for(account, data) as (path, descriptors),
            _log(data_dir).open("wb") as log,
        ):
            postgres = _command(str(binaries.bin_dir(account)), path, socket_dir, settings)
            process = subprocess.Popen(  # noqa: S603 (our own command)
                [
                    *(sys.executable, "-I", "-S", "-B", supervisor.__file__),
                    *(str(os.getpid()), str(account.uid), str(account.gid), str(socket_dir)),
                    *postgres,
                ],
                env=cluster.ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(*descriptors, lock.descriptor),
            )
    except OSError as error:
        raise EmbeddedError(f"PostgreSQL cannot be started in {data_dir}: {error}") from error
    lock.write(Record(owner=os.getpid(), socket_dir=str(socket_dir)))
    server = Server(socket_dir, started=True, fresh=fresh)
    try:
        _await(server, process, data_dir)
    except BaseException:
        _stop(process)
        raise
    return server, process


def _command(bin_dir: str, data: str, socket_dir: Path, settings: Mapping[str, str]) -> list[str]:
    fixed = {
        "listen_addresses": "",
        "port": str(sockets.PORT),
        "unix_socket_directories": str(socket_dir),
        "logging_collector": "off",
    }
    command = [f"{bin_dir}/postgres", "-D", data]
    for name, value in {**settings, **fixed}.items():
        command += ["-c", f"{name}={value}"]
    return command


def _clear_up(data: Path, lock: Lock) -> None:
    """Remove what a killed server left; the free lock proves that it is gone.

    PostgreSQL itself goes by the process id in the file, which may be another process's by now.
    """
    record = lock.read()
    lock.write(None)
    with suppress(OSError):
        if record:
            sockets.remove(Path(record.socket_dir))
    with suppress(FileNotFoundError):
        (data / "postmaster.pid").unlink()


def _log(data_dir: Path) -> Path:
    log = data_dir / "postgres.log"
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    return log


def _await(server: Server, process: subprocess.Popen[bytes], data_dir: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (cluster.is_ready(data_dir / "postgres") and server.answers()):
        if process.poll() is not None:
            raise EmbeddedError(f"PostgreSQL did not start: {_last_words(data_dir)}")
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"PostgreSQL took longer than {PATIENCE_SECONDS:.0f} s to start: "
                f"see {data_dir / 'postgres.log'}"
            )
        time.sleep(POLL_SECONDS)


def _last_words(data_dir: Path) -> str:
    log = data_dir / "postgres.log"
    lines = log.read_text(errors="replace").strip().splitlines() or ["no reason given"]
    fatal = [line for line in lines if "FATAL:" in line]
    return f"{(fatal or lines)[-1]} (see {log})"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()
