"""The server as a process: starts, answers, says so, and leaves nothing behind."""

import contextlib
import fcntl
import http.client
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from leadapp.config import PROJECT_ROOT, Settings

PATIENCE_SECONDS = 60
COMMAND = [sys.executable, "-c", "from leadapp.cli import main; main()"]


class Server:
    """A `leadapp serve` with a data directory, a port and a process group of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        settings = {str(field.alias) for field in Settings.model_fields.values()}
        self.environment = {k: v for k, v in os.environ.items() if k not in settings} | {
            "PYTHONPATH": str(PROJECT_ROOT),
            "PORT": str(self.port),
            "LEADAPP_DATA_DIR": str(data_dir),
            "LEADAPP_DEMO": "0",
        }
        self.output = ""

    def command(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same data."""
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment | settings,
            cwd=self.data_dir.parent,
            capture_output=True,
            check=False,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

    @contextmanager
    def running(self, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start it and wait until it says that it is ready; killed at the end if need be."""
        process = subprocess.Popen(
            [*COMMAND, "serve"],
            env=self.environment | settings,
            cwd=self.data_dir.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self.output = self._read(process)
            yield process
        finally:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()

    def _read(self, process: subprocess.Popen[bytes]) -> str:
        """What it says until it has said how to sign in."""
        assert process.stdout is not None
        said = ""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not re.search(r"ready at .*\n(.+\n)+\n", said):
            assert time.monotonic() < deadline, said
            assert process.poll() is None, said
            if select.select([process.stdout], [], [], 1)[0]:
                said += os.read(process.stdout.fileno(), 65_536).decode()
        return said

    def status(self, path: str) -> int:
        """What it answers to a GET."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        with closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status

    def processes(self) -> list[int]:
        """All processes that have this data directory's variable in their environment.

        PostgreSQL's are found by the supervisor's, which ends last.
        """
        mark = f"LEADAPP_DATA_DIR={self.data_dir}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (path / "environ").read_bytes().split(b"\0"):
                    found.append(int(path.name))
            except OSError:
                continue
        return found

    def worker(self, server: int) -> int | None:
        """The process that runs jobs: below the keeper, which is below the server."""
        for pid in self.processes():
            with contextlib.suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if b"serve" in command and _parent(_parent(pid)) == server:
                    return pid
        return None

    def is_gone(self) -> bool:
        """Whether nothing of it is left within a moment: no process, no lock, no open port."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if not self.processes() and _is_free(self.data_dir / "postgres.lock"):
                with socket.socket() as probe:
                    return probe.connect_ex(("127.0.0.1", self.port)) != 0
            select.select([], [], [], 0.05)
        return False


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        select.select([], [], [], 0.05)


def _is_free(lock: Path) -> bool:
    """Whether no process of PostgreSQL works on the data: all of them hold its lock."""
    with lock.open() as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    data_dir = tmp_path_factory.mktemp("a path") / "with späces"
    server = Server(data_dir)
    with server.running() as process:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
    return server


def test_a_first_start_says_how_to_make_the_first_user(server: Server) -> None:
    lines = server.output.split("\n")
    assert f"leadapp is ready at http://127.0.0.1:{server.port}" in lines
    assert " user create --email" in lines[-3]


def test_it_answers_once_it_says_so_and_refuses_a_second_one(server: Server) -> None:
    with server.running() as process:
        assert server.status("/health") == 200
        assert server.status("/board") == 302

        again = server.command("serve")
        assert (again.returncode, again.stdout) == (2, "")
        (line,) = again.stderr.splitlines()
        assert "running already" in line
        assert f"http://127.0.0.1:{server.port}" in line

        elsewhere = server.command("serve", LEADAPP_DATA_DIR=f"{server.data_dir}2")
        assert elsewhere.returncode == 2
        assert f"PORT: {server.port} at 127.0.0.1 is taken" in elsewhere.stderr

        # A command joins the database that runs; only deleting it needs a stop.
        assert server.command("user", "list").returncode == 0
        reset = server.command("db", "reset", "--yes")
        assert reset.returncode == 1
        assert str(process.pid) in reset.stderr

        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
    assert server.is_gone()


@pytest.mark.parametrize(
    ("number", "whole_group"),
    [
        (signal.SIGINT, True),
        (signal.SIGINT, False),
        (signal.SIGHUP, False),
        (signal.SIGKILL, False),
    ],
    ids=["Ctrl-C", "SIGINT", "closed terminal", "killed"],
)
def test_whatever_ends_it_leaves_no_process(
    server: Server, number: signal.Signals, whole_group: bool
) -> None:
    with server.running() as process:
        if whole_group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        expected = -signal.SIGKILL if number is signal.SIGKILL else 0
        assert process.wait(PATIENCE_SECONDS) == expected
        said = process.stdout.read() if process.stdout else b""
    # On a busy machine a web process may take longer than it is waited for, and is killed.
    assert [line for line in said.splitlines() if b"Killing worker" not in line] == []
    assert server.is_gone()


def test_jobs_have_a_worker_which_is_replaced_when_it_dies(server: Server) -> None:
    with server.running() as process:
        _wait_until(lambda: server.worker(process.pid) is not None)
        first = server.worker(process.pid)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        _wait_until(lambda: server.worker(process.pid) not in {None, first})
        # A run that has no job, which a worker finds by itself.
        add = (
            "INSERT INTO runs (kind, params, via) VALUES ('analyze', '{\"all\": true}', 'command')"
        )
        assert server.command("db", "shell", "-qc", add).returncode == 0
        ask = ("db", "shell", "-Atc", "SELECT status FROM runs")
        _wait_until(lambda: server.command(*ask).stdout == "done\n")
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
        said = process.stdout.read().decode() if process.stdout else ""
    assert said == "The worker for jobs ended with status -9; another one takes over.\n"
    assert server.is_gone()


def test_no_worker_where_none_is_wanted(server: Server) -> None:
    with server.running(LEADAPP_JOBS="0") as process:
        assert server.worker(process.pid) is None


def test_the_first_admin_and_the_demo_are_made_once(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    admin = {
        "LEADAPP_ADMIN_EMAIL": "boss@example.com",
        "LEADAPP_ADMIN_PASSWORD": "a password of the boss",
    }
    with server.running(LEADAPP_DEMO="1", **admin) as process:
        password = re.search(
            r"manager@example\.com or admin@example\.com\n +(\w{12,})\n", server.output
        )
        assert password is not None
        assert "boss@example.com\tadmin" in server.command("user", "list").stdout
        process.terminate()
        process.wait(PATIENCE_SECONDS)
    for name in ("demo-password", "secret-key"):
        assert (server.data_dir / name).stat().st_mode & 0o777 == 0o600
    with server.running(LEADAPP_DEMO="1", **admin):
        assert password[1] in server.output
        assert "Loading" not in server.output
        changed = server.command("user", "password", "admin@example.com", "--password", "x" * 12)
        assert changed.returncode == 0
    assert server.is_gone()
    assert server.command("db", "reset", "--yes").returncode == 0
    assert not (server.data_dir / "demo-password").exists()
    assert server.command("user", "list").stdout == ""
