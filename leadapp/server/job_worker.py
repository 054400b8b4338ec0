"""The worker for jobs beside the web processes: kept running, and gone with the server.

Between the two stands a keeper, a process with one thread: the server's process is granian's, and
has several, from which one does not fork.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import connection, get_context

from leadapp.config import Settings
from leadapp.processes import die_with
from leadapp.server.say import note
from leadapp.server.workers import share_code

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# A worker that was asked to stop hands back what it has in hand; after this it is ended.
STOP_SECONDS = 5
# One that lived for less than this is not replaced at once.
SHORT_LIFE_SECONDS = 5
PAUSE_SECONDS = 1


@contextmanager
def job_worker(settings: Settings) -> Iterator[None]:
    """Have a worker run until the block ends; one that dies is replaced."""
    if settings.jobs == 0:
        yield
        return
    share_code()
    keeper = get_context().Process(target=_keep, args=[settings, os.getpid()], name="jobs")
    # Until it has handlers of its own, a signal to it must wait.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    keeper.start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        keeper.terminate()
        keeper.join(2 * STOP_SECONDS)
        keeper.kill()


def _keep(settings: Settings, owner: int) -> None:
    """Run a worker, and another one when it dies, until told to stop."""
    # Ctrl-C is for the owner, which stops this process in order.
    os.setpgrp()
    wake = _signals_to_read()
    die_with(owner)
    while True:
        began = time.monotonic()
        worker = get_context().Process(target=_work, args=[settings, os.getpid()], name="worker")
        worker.start()
        if wake in connection.wait([worker.sentinel, wake]):
            worker.terminate()
            worker.join(STOP_SECONDS)
            worker.kill()
            return
        worker.join()
        note(f"The worker for jobs ended with status {worker.exitcode}; another one takes over.")
        if time.monotonic() - began < SHORT_LIFE_SECONDS and connection.wait([wake], PAUSE_SECONDS):
            return


def _signals_to_read() -> int:
    """Have signals to stop wait in a pipe; returns the descriptor to read."""
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    return wake


def _work(settings: Settings, keeper: int) -> None:
    # The keeper's handlers came along in the fork.
    signal.set_wakeup_fd(-1)
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    die_with(keeper)
    from leadapp.jobs.worker import run_worker  # noqa: PLC0415

    run_worker(settings, jobs=settings.jobs)
