"""The worker: runs jobs until it is told to stop, whatever the database does meanwhile."""

import asyncio
import contextlib
import logging
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any

import structlog
from flask import Flask
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from psycopg.conninfo import make_conninfo

from leadapp.config import Settings
from leadapp.extensions import db
from leadapp.jobs import advise, analyze, import_history, nightly, train
from leadapp.jobs.context import job_app
from leadapp.jobs.registry import AT_ONCE, Worker, tasks
from leadapp.services import runs

__all__ = ["Pace", "advise", "analyze", "import_history", "nightly", "run_worker", "train"]

log = structlog.get_logger()

# People on pages come first.
NICENESS = 5
# LISTEN, and what the library asks while jobs run.
MOST_CONNECTIONS = 4
CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things are done, in seconds. A worker is dead `stalled` after its last sign."""

    poll: float = 2.0
    heartbeat: float = 5.0
    stalled: float = 20.0
    upkeep: float = 5.0
    reconnect: float = 1.0


def run_worker(settings: Settings, *, jobs: int, pace: Pace | None = None) -> None:
    """Run so many jobs at a time until SIGINT, SIGTERM or SIGHUP.

    Then it starts no more, and hands back what it has in hand: short jobs are finished, long ones
    go on elsewhere from where they were. `settings` must name a database of this version.
    """
    quiet = logging.getLogger("procrastinate")
    # Its ends and its beginnings are told by our runs; outages are told here, once each.
    quiet.setLevel(logging.CRITICAL)
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    os.nice(NICENESS)
    asyncio.run(_Running(settings, jobs, pace or Pace()).run())


class _Running:
    """One worker while it runs."""

    def __init__(self, settings: Settings, jobs: int, pace: Pace) -> None:
        self.jobs, self.pace = jobs, pace
        self.flask: Flask = job_app(settings, jobs=jobs + 1)
        self.stopping = Event()
        self.worker = Worker(self.flask, settings, self.stopping)
        self.app = procrastinate_app(settings)
        self.upkeep = ThreadPoolExecutor(1, thread_name_prefix="upkeep")

    async def run(self) -> None:
        """Run until told to stop; begin anew whenever the database was away."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.jobs, thread_name_prefix="job"))
        loop.set_exception_handler(_note)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop, stop)
        away = False
        while not stop.is_set():
            try:
                await self._open(stop)
                if away and not stop.is_set():
                    log.warning("worker has its database again")
                    away = False
                await self._until_stopped(stop)
            except Exception as error:
                if not away:
                    log.warning("worker has lost its database", error=_line(error))
                away = True
            finally:
                await self.app.close_async()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self.pace.reconnect)
        self.upkeep.shutdown()
        with self.flask.app_context():
            db.engine.dispose()

    def _stop(self, stop: asyncio.Event) -> None:
        self.stopping.set()
        stop.set()

    async def _open(self, stop: asyncio.Event) -> None:
        """Connect, and go on trying for a while, unless told to stop."""
        opening = asyncio.ensure_future(self._connect())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([opening, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not opening.done():
            opening.cancel()
            await asyncio.wait([opening])
        if not opening.cancelled():
            opening.result()

    async def _connect(self) -> None:
        await self.app.open_async()

    async def _until_stopped(self, stop: asyncio.Event) -> None:
        """Run jobs and look after those of others, until told to stop or the database is away."""
        if stop.is_set():
            return
        working = asyncio.create_task(self._work())
        caring = asyncio.create_task(self._care())
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([working, caring, stopped], return_when=asyncio.FIRST_COMPLETED)
        finally:
            # The worker takes its cancellation as a wish to stop, and ends what it has in hand.
            for task in (caring, stopped, working):
                task.cancel()
            ended = await asyncio.gather(working, caring, stopped, return_exceptions=True)
        for end in ended:
            if isinstance(end, Exception):
                raise end

    async def _work(self) -> None:
        await self.app.run_worker_async(
            concurrency=self.jobs,
            install_signal_handlers=False,
            fetch_job_polling_interval=self.pace.poll,
            update_heartbeat_interval=self.pace.heartbeat,
            stalled_worker_timeout=self.pace.stalled,
            delete_jobs="successful",
            additional_context={"worker": self.worker},
        )

    async def _care(self) -> None:
        """Put back what workers that died had in hand, and runs that nobody works on."""
        manager = self.app.job_manager
        while True:
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self.pace.stalled):
                log.warning("job of a dead worker goes on", job=job.id, task=job.task_name)
                await manager.retry_job(job, retry_at=AT_ONCE)
            await asyncio.get_running_loop().run_in_executor(self.upkeep, self._adopt_orphans)
            await asyncio.sleep(self.pace.upkeep)

    def _adopt_orphans(self) -> None:
        with self.flask.app_context():
            runs.adopt_orphans()
            db.session.commit()


def procrastinate_app(settings: Settings) -> App:
    """The library's app, with all tasks, on a few connections of its own."""
    conninfo = make_conninfo(
        (settings.database_url or "").replace("postgresql+psycopg:", "postgresql:", 1),
        application_name="leadapp worker",
        connect_timeout=CONNECT_SECONDS,
    )
    connector = PsycopgConnector(
        conninfo=conninfo, min_size=1, max_size=MOST_CONNECTIONS, timeout=CONNECT_SECONDS
    )
    app = App(connector=connector)
    app.add_tasks_from(tasks, namespace="")
    return app


def _note(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say what nobody waited for, unless it is the outage that is told elsewhere."""
    if not isinstance(context.get("exception"), ConnectorException):
        loop.default_exception_handler(context)


def _line(error: BaseException) -> str:
    return " ".join(str(error.__cause__ or error).split()) or type(error).__name__
