"""The speed of learned scores: importing, training, scoring and analyzing many leads."""

import http.client
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from tests.bench import client, company_file
from tests.bench.figures import Figure, at_most, fast_enough
from tests.bench.server import Server, children_of, resident_peak

LEARNED, IMPORTED, SCORED = 45_000, 100_000, 200_000
LEADAPP = str(Path(sys.executable).with_name("leadapp"))
MAPPING = (
    "--source-column", "Source", "--domain-column", "Domain", "--activity-column", "Calls",
    "--external-id-column", "Id",
)  # fmt: skip
BATCH, CORES = 5_000, 2


def import_and_train(url: str, directory: Path) -> Iterator[Figure]:
    """A company imports open leads and closed ones, and learns from these."""
    leads, history = directory / "leads.csv", directory / "history.csv"
    company_file.write(leads, IMPORTED, seed=1, outcome=False, prefix="L")
    company_file.write(history, LEARNED, seed=2, outcome=True, prefix="H")
    names = ("--name-column", "Name")
    seconds, megabytes = command(url, directory, "import", str(leads), *MAPPING, *names)
    yield at_most(f"import of {IMPORTED:,} rows", seconds, 12, "s")
    yield at_most(f"memory of the import of {IMPORTED:,} rows", megabytes, 250, "MB")
    won = ("--history", "--outcome-column", "Won", "--won", "yes")
    command(url, directory, "import", str(history), *MAPPING, *won)
    seconds, _ = command(url, directory, "model", "train")
    yield at_most(f"training on {LEARNED:,} rows of 20 columns", seconds, 30, "s")
    command(url, directory, "model", "promote", "--latest", "--threshold", "0.50")


def scoring_alone(url: str) -> Figure:
    """The model in use over leads in memory, contributions too."""
    from leadapp.scoring import document
    from leadapp.scoring.bulk import BulkScorer

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        stored = connection.execute(
            "SELECT document FROM scoring_models WHERE status = 'in_use'"
        ).fetchone()
        rows = connection.execute(
            "SELECT s.name, d.name, l.activity_count, l.attributes FROM leads l"
            " JOIN sources s ON s.id = l.source_id"
            " LEFT JOIN business_domains d ON d.id = l.business_domain_id LIMIT %s",
            [BATCH],
        ).fetchall()
    assert stored is not None
    scorer = BulkScorer(document.parse(stored[0]))
    columns: dict[str, list[str | None]] = {
        "source": [row[0] for row in rows],
        "business_domain": [row[1] for row in rows],
        "activity_count": [str(row[2]) for row in rows],
    }
    for name in scorer.features:
        columns.setdefault(name, [row[3].get(name) for row in rows])
    # Two processes, as two workers would: on two cores.
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(CORES + 1)

    def score() -> None:
        scorer.score(columns, len(rows))
        ready.wait()
        for _ in range(SCORED // BATCH // CORES):
            scorer.score(columns, len(rows))

    processes = [context.Process(target=score) for _ in range(CORES)]
    for process in processes:
        process.start()
    ready.wait()
    begun = time.perf_counter()
    for process in processes:
        process.join()
    rate = SCORED / (time.perf_counter() - begun)
    return fast_enough("scoring alone, with contributions, leads, 2 processes", rate, 200_000)


def analyzing(url: str, directory: Path, server: Server, token: str) -> Iterator[Figure]:
    """All leads analyzed by a worker; then once more while somebody looks at the board."""
    cookie = client.sign_in(server.port, client.MANAGER)

    def board() -> float:
        return seconds_of(server.port, "GET", "/board", {"Cookie": cookie})

    idle = p95([board() for _ in range(100)])
    during: list[float] = []
    with worker(url, directory) as process:
        # The first job of a process loads what it needs; the figure is that of one that runs.
        analyze(server.port, token, {"score_min": 1})
        begun = time.perf_counter()
        analyze(server.port, token, {})
        seconds = time.perf_counter() - begun
        watching = threading.Event()
        look = threading.Thread(target=_watch, args=[watching, board, during])
        look.start()
        analyze(server.port, token, {})
        watching.set()
        look.join()
        megabytes = max(resident_peak(pid) for pid in children_of(process.pid))
    yield at_most(f"analyzing {IMPORTED:,} leads, click to done", seconds, 15, "s")
    yield at_most("memory of the worker meanwhile, at its peak", megabytes, 300, "MB")
    busy = p95(during)
    yield Figure(
        "board p95 meanwhile, to idle", busy * 1000, "ms", idle * 1000, busy / idle, "<= 2",
        busy / idle <= 2,
    )  # fmt: skip
    yield one_analysis(url, server, cookie)


def one_analysis(url: str, server: Server, cookie: str) -> Figure:
    """From the click to the answer that holds the card with its number."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        ids = connection.execute("SELECT id FROM leads WHERE stage = 'new' LIMIT 200").fetchall()
    csrf, cookie = client.csrf_token(server.port, cookie)
    headers = {"Cookie": cookie, "HX-Request": "true", "X-CSRFToken": csrf}
    times = [
        seconds_of(server.port, "POST", f"/leads/{lead_id}/analysis", headers) for (lead_id,) in ids
    ]
    return at_most("one analysis, click to number, p95", 1000 * p95(times), 100, "ms")


def analyze(port: int, token: str, filters: dict[str, object]) -> None:
    """Start a run over the API and wait until it is done."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    run = ask(port, "POST", "/api/v1/analyses", headers, json.dumps(filters).encode())
    while run["status"] in {"queued", "running"}:
        time.sleep(0.1)
        run = ask(port, "GET", f"/api/v1/analyses/{run['id']}", headers)
    assert run["status"] == "done", run


def ask(
    port: int, method: str, path: str, headers: dict[str, str], body: bytes | None = None
) -> dict[str, object]:
    """The JSON that the API answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    answer: dict[str, object] = json.loads(response.read())
    assert response.status < 300, answer
    return answer


def seconds_of(port: int, method: str, path: str, headers: dict[str, str]) -> float:
    """How long one request takes, on a connection of its own."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = urlencode({}) if method == "POST" else None
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    response.read()
    assert response.status == 200, (path, response.status)
    return time.perf_counter() - begun


def p95(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def command(url: str, directory: Path, *arguments: str) -> tuple[float, float]:
    """Run a command of ours; gives its seconds and its peak memory in MB."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [LEADAPP, *arguments], env=_environment(url, directory), stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"leadapp {' '.join(arguments)} ended with {process.returncode}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1000


@contextmanager
def worker(url: str, directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker until the block ends."""
    process = subprocess.Popen([LEADAPP, "worker"], env=_environment(url, directory))
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _environment(url: str, directory: Path) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url,
        "SECRET_KEY": "a secret key for benchmarks, long enough",
        "LEADAPP_DATA_DIR": str(directory),
    }


def _watch(ended: threading.Event, board: Callable[[], float], times: list[float]) -> None:
    while not ended.is_set():
        times.append(board())
