"""Load by wrk: so many connections for so many seconds, and what it measured."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Each thread takes every THREADS-th id of a file, so that no lead is used twice before all were
# used once. Where that is not enough for the time, the answers fail, and are counted as failed.
THREADS = 2
_SCRIPT = """
local started = 0
function setup(thread) thread:set("index", started); started = started + 1 end
function init(args)
    wrk.method = %(method)s
    wrk.body = %(body)s
    %(headers)s
    ids = {}; used = 0
    local row = 0
    for line in io.lines(%(ids)s) do
        if row %% %(threads)d == index then ids[#ids + 1] = line end
        row = row + 1
    end
end
function request()
    used = used %% #ids + 1
    return wrk.format(nil, (string.gsub(%(path)s, "ID", ids[used])))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk measured: answers a second, milliseconds, and how many were no success."""

    rate: float
    p50: float
    p99: float
    failed: int


def available() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def run(
    port: int,
    path: str,
    *,
    seconds: int,
    connections: int = 16,
    method: str = "GET",
    body: bytes = b"",
    headers: Mapping[str, str] = {},
    ids: Sequence[int] = (0, 0),
) -> Load:
    """Send requests for `path`, in which ID stands for the next of `ids`, until the time is up."""
    threads = min(THREADS, connections)
    with tempfile.TemporaryDirectory() as directory:
        id_file = Path(directory, "ids")
        id_file.write_text("\n".join(map(str, ids)) + "\n")
        script = Path(directory, "load.lua")
        script.write_text(
            _SCRIPT
            % {
                "method": _lua(method),
                "body": _lua(body.decode()),
                "headers": "\n".join(
                    f"wrk.headers[{_lua(name)}] = {_lua(value)}" for name, value in headers.items()
                ),
                "ids": _lua(str(id_file)),
                "threads": threads,
                "path": _lua(path),
            }
        )
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency"]
        command += ["--timeout", "30s", "-s", str(script), f"http://127.0.0.1:{port}"]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return _parse(out)


def _lua(text: str) -> str:
    """A Lua string of this text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _parse(out: str) -> Load:
    def number(pattern: str) -> float:
        match = re.search(pattern, out)
        return float(match[1]) if match else 0.0

    def milliseconds(percentile: int) -> float:
        match = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)\b", out)
        factor = {"us": 0.001, "ms": 1.0, "s": 1000.0}
        return float(match[1]) * factor[match[2]] if match else float("nan")

    errors = sum(int(n) for n in re.findall(r"(?:connect|read|write|timeout) (\d+)", out))
    return Load(
        rate=number(r"Requests/sec:\s+([\d.]+)"),
        p50=milliseconds(50),
        p99=milliseconds(99),
        failed=int(number(r"Non-2xx or 3xx responses: (\d+)")) + errors,
    )
