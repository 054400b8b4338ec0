"""`make bench`: build companies of several sizes, measure, print the table.

LEADAPP_BENCH_LEADS (100000) and LEADAPP_BENCH_MANY (1000000) set the sizes,
LEADAPP_BENCH_SECONDS (2) and LEADAPP_BENCH_ROUNDS (5) how long is measured.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine

from leadapp import create_app
from leadapp.config import Settings
from leadapp.embedded import Server as Postgres
from leadapp.embedded import program, serving
from leadapp.extensions import db
from tests.bench import client, data, learning, load
from tests.bench.figures import Figure, at_least, at_most, fast_enough, no_slower, table
from tests.bench.server import Server
from tests.bench.server import serving as serve

LEADS = int(os.environ.get("LEADAPP_BENCH_LEADS", "100000"))
MANY = int(os.environ.get("LEADAPP_BENCH_MANY", "1000000"))
FEW = 1000
SECONDS = int(os.environ.get("LEADAPP_BENCH_SECONDS", "2"))
ROUNDS = int(os.environ.get("LEADAPP_BENCH_ROUNDS", "5"))
# As an operator would have it: every commit on disk, and a gigabyte of the machine's memory.
SETTINGS = {"fsync": "on", "synchronous_commit": "on", "shared_buffers": "1GB"}
TERMS = ("anna", "boris", "gmbh", "abc", "ltd", "p12345", "+49301", "example", "carla f", "7777")


@dataclass(frozen=True, slots=True)
class Company:
    """A database of so many leads, and what it takes to ask the app for them."""

    url: str
    token: str


def say(text: str) -> None:
    """Tell on standard error what goes on; the table alone goes to standard output."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def build(postgres: Postgres, leads: int, name: str = "") -> Company:
    """Make a database of so many leads."""
    say(f"Building a company of {leads:,} leads ...")
    name = name or f"bench_{leads}"
    postgres.create_database(name)
    settings = Settings(
        _env_file=None, database_url=postgres.url(name), secret_key="k" * 40,
        data_dir=Path(tempfile.gettempdir(), "leadapp-bench"),
    )  # fmt: skip
    app: Flask = create_app(settings)
    with app.app_context():
        upgrade()
        db.engine.dispose()
    engine = create_engine(postgres.url(name, role="postgres"))
    with engine.connect() as connection:
        data.make(connection, leads)
    engine.dispose()
    token = client.make_people(app)
    with app.app_context():
        db.engine.dispose()
    return Company(postgres.url(name), token)


def compare(
    ours: Callable[[int], load.Load], floor: Callable[[int], load.Load], rounds: int
) -> list[float]:
    """Measure in turn; gives our median rate, the floor's, and the median of the rounds' ratios."""
    pairs = []
    for number in range(rounds):
        pairs.append((floor(number), ours(number)))
        for side, measured in zip(("floor", "ours"), pairs[-1], strict=True):
            if measured.failed:
                say(f"  {measured.failed} requests failed ({side}); the rate counts them too")
    return [
        statistics.median(our.rate for _, our in pairs),
        statistics.median(low.rate for low, _ in pairs),
        statistics.median(our.rate / low.rate for low, our in pairs),
    ]


def ids_of(url: str, condition: str) -> list[int]:
    """The ids of leads that meet a condition, in an order of their own."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        rows = connection.execute(f"SELECT id FROM leads WHERE {condition} ORDER BY hashint8(id)")
        return [row[0] for row in rows]


def api_figures(company: Company, ours: Server, floor: Server) -> Iterator[Figure]:
    """The API beside the floor."""
    headers = {"Authorization": f"Bearer {company.token}", "Content-Type": "application/json"}
    fresh = ids_of(company.url, "stage = 'new'")
    everything = ids_of(company.url, "true")
    open_leads = ids_of(company.url, "stage IN ('new', 'contacted', 'qualified')")
    # A slice of its own for each round and side: each lead is moved once.
    # A round less, so that they last for the quickest.
    moving = max(1, ROUNDS - 1)
    share = len(fresh) // (2 * moving)
    slices = [fresh[i * share : (i + 1) * share] for i in range(2 * moving)]
    body = b'{"source": "scanner", "name": "Ada Example", "company": "Example Ltd"}'

    def measure(name: str, path: str, target: float, **how: object) -> Figure:
        say(f"Measuring {name} ...")
        moves = how.pop("moves", False)

        def side(server: Server, offset: int) -> Callable[[int], load.Load]:
            def once(number: int) -> load.Load:
                ids = slices[2 * number + offset] if moves else how.get("ids", (0, 0))
                given = {**how, "ids": ids, "headers": headers, "seconds": SECONDS}
                return load.run(server.port, path, **given)  # type: ignore[arg-type]

            return once

        rate, floor_rate, ratio = compare(
            side(ours, 0), side(floor, 1), moving if moves else ROUNDS
        )
        return at_least(name, rate, floor_rate, ratio, target)

    lead = "/api/v1/leads/ID"
    yield measure("GET /api/v1/leads/{id}", lead, 0.85, ids=everything)
    yield measure("POST /api/v1/leads/", "/api/v1/leads/", 0.80, method="POST", body=body)
    yield measure(
        "PATCH /api/v1/leads/{id}/stage", f"{lead}/stage", 0.80, method="PATCH",
        body=b'{"stage": "contacted"}', moves=True,
    )  # fmt: skip
    yield measure(
        "POST /api/v1/leads/{id}/analyze", f"{lead}/analyze", 0.80, method="POST", ids=open_leads
    )


def board_figures(ours: Server) -> Iterator[Figure]:
    """The board as a manager and as a rep see it."""
    cookies = {who: client.sign_in(ours.port, who) for who in (client.MANAGER, client.REP)}

    def boards(who: str, connections: int) -> load.Load:
        headers = {"Cookie": cookies[who], "Accept-Encoding": "br"}
        return load.run(
            ours.port, "/board", seconds=2 * SECONDS, connections=connections, headers=headers
        )

    say("Measuring the board ...")
    yield fast_enough("board, 250 cards, 16 connections", boards(client.MANAGER, 16).rate, 120)
    yield at_most("board p50, one client, manager", boards(client.MANAGER, 1).p50, 15, "ms")
    yield at_most("board p50, one client, rep", boards(client.REP, 1).p50, 15, "ms")
    visit = client.first_visit_bytes(ours.port, cookies[client.MANAGER]) / 1000
    yield at_most("first visit to the board, everything", visit, 120, "KB")


def growth_figures(few: Server, many: Server) -> Iterator[Figure]:
    """The board and its search as the number of leads grows."""
    say("Measuring how the board grows ...")
    cookie = {server: client.sign_in(server.port, client.MANAGER) for server in (few, many)}

    def p50(server: Server, path: str) -> float:
        headers = {"Cookie": cookie[server], "Accept-Encoding": "br"}
        return load.run(server.port, path, seconds=SECONDS, connections=1, headers=headers).p50

    for name, path in (("unfiltered", "/board"), ("by owner", "/board?owner=1")):
        times = [(p50(few, path), p50(many, path)) for _ in range(ROUNDS)]
        small, large = (statistics.median(side) for side in zip(*times, strict=True))
        yield no_slower(f"board p50, {MANY:,} leads to {FEW:,}, {name}", large, small, 1.3)
    samples = [
        load.run(
            many.port, f"/board?q={term.replace('+', '%2B').replace(' ', '+')}", seconds=1,
            connections=1, headers={"Cookie": cookie[many], "Accept-Encoding": "br"},
        ).p99
        for term in TERMS
    ]  # fmt: skip
    worst = sorted(samples)[-1]
    yield at_most(f"free text, {MANY:,} leads, worst p99 of {len(TERMS)} texts", worst, 100, "ms")


def learning_figures(postgres: Postgres, directory: Path) -> Iterator[Figure]:
    """Importing, training, scoring and analyzing at a company that learns its score."""
    company = build(postgres, FEW, "bench_learning")
    say("Measuring imports and training ...")
    yield from learning.import_and_train(company.url, directory)
    say("Measuring analyses ...")
    yield learning.scoring_alone(company.url)
    with serve("wsgi:app", company.url, directory) as server:
        yield from learning.analyzing(company.url, directory, server, company.token)


@contextmanager
def served(postgres: Postgres, leads: int, directory: Path) -> Iterator[Server]:
    """Our app on a company of so many leads."""
    company = build(postgres, leads)
    with serve("wsgi:app", company.url, directory) as server:
        yield server


def pgbench(postgres: Postgres) -> str:
    """PostgreSQL's own benchmark beside it: reads of one row by key."""
    postgres.create_database("pgbench")
    uri = postgres.uri("pgbench")
    command = [str(program("pgbench"))]

    def run(*options: str) -> str:
        done = subprocess.run([*command, *options, uri], capture_output=True, text=True, check=True)
        return done.stdout

    run("-i", "-s", "1", "-q")
    out = run("-S", "-c", "16", "-j", "2", "-M", "prepared", "-T", "3")
    rate = next(line for line in out.splitlines() if line.startswith("tps"))
    return f"pgbench -S -c 16 -j 2 -M prepared, 100,000 rows: {rate.split('(')[0].strip()}"


def told(figures: Iterator[Figure]) -> Iterator[Figure]:
    """The figures, each told as soon as it is measured: a run takes long, and may be cut short."""
    for figure in figures:
        say(f"  {figure.line()}")
        yield figure


def main() -> int:
    """Measure everything and print the table."""
    if not load.available():
        say("make bench needs wrk, the load generator: `apt-get install wrk`, then try again.")
        return 2
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="leadapp-bench-") as name:
        directory = Path(name)
        with serving(directory, settings=SETTINGS) as postgres:
            say(pgbench(postgres))
            company = build(postgres, LEADS)
            with serve("wsgi:app", company.url, directory) as ours:
                with serve("tests.bench.floor:app", company.url, directory) as floor:
                    figures += told(api_figures(company, ours, floor))
                figures += told(board_figures(ours))
                figures.append(
                    at_most(
                        "memory of a web process after the run", ours.worker_megabytes(), 160, "MB"
                    )
                )
            with served(postgres, FEW, directory) as few, served(postgres, MANY, directory) as many:
                figures += told(growth_figures(few, many))
            figures += told(learning_figures(postgres, directory))
    print(table(figures))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
