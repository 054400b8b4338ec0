"""Granian under the settings of `leadapp serve`, with an app of ours or the floor."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORKERS, THREADS = 2, 4
START_SECONDS = 30


@contextmanager
def serving(target: str, database_url: str, data_dir: Path) -> Iterator["Server"]:
    """Serve a WSGI app, named as module:attribute, on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a secret key for benchmarks, long enough",
        "LEADAPP_DATA_DIR": str(data_dir),
        "LEADAPP_THREADS": str(THREADS),
    }
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi"]
    command += ["--workers", str(WORKERS), "--blocking-threads", str(THREADS)]
    command += ["--backpressure", "256", "--workers-kill-timeout", "5", "--log-level", "warning"]
    command += ["--host", "127.0.0.1", "--port", str(port), target]
    process = subprocess.Popen(command, env=environment)
    server = Server(process, port)
    try:
        server.wait()
        yield server
    finally:
        process.terminate()
        process.wait(15)


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def wait(self) -> None:
        """Wait until it answers. Raises RuntimeError where it does not."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/health")
                connection.getresponse().read()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("The server did not start.")

    def worker_megabytes(self) -> float:
        """Resident memory of the largest web process, in MB."""
        return max(_resident(pid) for pid in children_of(self.process.pid)[1:])


def children_of(pid: int) -> list[int]:
    """This process and all that it has begotten."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(found for child in children for found in children_of(int(child)))]


def resident_peak(pid: int) -> float:
    """The most memory this process ever had resident, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
