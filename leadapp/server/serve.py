"""The server: a parent that holds the database, web processes that answer, a worker for jobs."""

import http.client
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import NoReturn

from leadapp.config import Settings, SettingsError
from leadapp.embedded import owner_of, serving
from leadapp.server import first_start
from leadapp.server.address import EVERYWHERE, free_address, url_of
from leadapp.server.instance import only_instance
from leadapp.server.job_worker import job_worker
from leadapp.server.say import answer, note
from leadapp.server.secret_file import kept_secret
from leadapp.server.workers import run_workers

SECRET_KEY_FILE = "secret-key"  # noqa: S105 (a file's name)
POLL_SECONDS = 0.02
# Connections beside those of the web processes: commands, and PostgreSQL's own reserve.
SPARE_CONNECTIONS = 30


def serve(settings: Settings) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP; nothing is left running afterwards.

    Raises SettingsError, EmbeddedError and AlreadyRunning.
    """
    check(settings)
    embedded = settings.database_url is None
    signal.signal(signal.SIGTERM, _leave)
    with ExitStack() as stack:
        if embedded:
            stack.enter_context(only_instance(settings))
        address = free_address(settings)
        settings = stack.enter_context(_own_database(settings))
        if settings.secret_key is None:
            key = kept_secret(settings.data_dir / SECRET_KEY_FILE, _make_key)
            settings = settings.model_copy(update={"secret_key": key})
        welcome = first_start.prepare(settings, embedded=embedded)
        lines = greeting(url_of(settings), welcome)
        waiting = threading.Thread(target=_greet, args=[settings, address, lines], daemon=True)
        stack.enter_context(job_worker(settings))
        run_workers(settings, address, on_start=waiting.start)


def check(settings: Settings) -> None:
    """Raise SettingsError where two settings do not go together."""
    if settings.admin_email and not settings.admin_password:
        raise SettingsError("LEADAPP_ADMIN_PASSWORD: is needed together with LEADAPP_ADMIN_EMAIL.")
    if settings.admin_password and not settings.admin_email:
        raise SettingsError("LEADAPP_ADMIN_EMAIL: is needed together with LEADAPP_ADMIN_PASSWORD.")


def greeting(url: str, welcome: first_start.Welcome) -> list[str]:
    """The lines that end the start: where leadapp answers, and how to sign in."""
    lines = ["", f"leadapp is ready at {url}"]
    if welcome.demo_users:
        users = " or ".join(welcome.demo_users)
        lines += ["This is a demo company; sign in as", f"  {users}", f"  {welcome.password}"]
    elif not welcome.has_users:
        # As it was called itself: in a clone it is .venv/bin/leadapp, and not on the PATH.
        command = f"{sys.argv[0]} user create"
        options = "--email you@example.com --name 'Your Name' --role admin"
        lines += ["There are no users yet; make the first one by", f"  {command} {options}"]
    return [*lines, ""]


@contextmanager
def _own_database(settings: Settings) -> Iterator[Settings]:
    """The settings with the address of a database that lives as long as this server.

    A command that happens to run the embedded one would take it away at its end, so it is waited
    for.
    """
    if settings.database_url is not None:
        yield settings
        return
    for_jobs = 2 * settings.jobs + 6
    needed = settings.workers * (settings.threads + 2) + for_jobs + SPARE_CONNECTIONS
    limit = {"max_connections": str(max(100, needed))}
    while True:
        _wait_for_command(settings)
        with serving(settings.data_dir, settings=limit) as server:
            if server.started:
                yield settings.model_copy(update={"database_url": server.url()})
                return


def _wait_for_command(settings: Settings) -> None:
    owner = owner_of(settings.data_dir)
    if owner is not None:
        note(f"Waiting for the leadapp command that uses the database (process {owner}) ...")
    while owner_of(settings.data_dir) is not None:
        time.sleep(POLL_SECONDS)


def _greet(settings: Settings, address: str, lines: list[str]) -> None:
    """Wait until the server answers, then say so."""
    host = EVERYWHERE.get(address, address)
    while True:
        time.sleep(POLL_SECONDS)
        connection = http.client.HTTPConnection(host, settings.port, timeout=5)
        try:
            connection.request("GET", "/health")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()
        answer(*lines)
        return


def _make_key() -> str:
    return secrets.token_urlsafe(48)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """Unwind what was begun; once web processes run, granian has its own way."""
    sys.exit(128 + signal.SIGTERM)
