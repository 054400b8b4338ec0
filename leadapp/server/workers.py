"""The web processes: granian with our app in each."""

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from leadapp import create_app
from leadapp.config import Settings
from leadapp.processes import die_with

# More requests than this in one process wait in the socket instead of in memory.
BACKPRESSURE = 256
# An open event stream would keep a process from stopping for ever.
KILL_TIMEOUT_SECONDS = 5

_TO_STDERR = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr"}
_LOGGING = {
    "handlers": {
        "console": {"formatter": "generic", **_TO_STDERR},
        "access": {"formatter": "access", **_TO_STDERR},
    }
}


def run_workers(settings: Settings, address: str, *, on_start: Callable[[], None]) -> None:
    """Answer at the address until SIGINT, SIGTERM or SIGHUP; `on_start` is called before.

    Web processes that die are replaced. Raises SystemExit where they die as soon as they start.
    """
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    share_code()
    server = Granian(
        "leadapp",
        address=address,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        backpressure=BACKPRESSURE,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_TIMEOUT_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
    )
    hang_up = signal.getsignal(signal.SIGHUP)

    def start() -> None:
        # Granian would start its processes anew when the terminal is closed.
        ignored = hang_up is signal.SIG_IGN
        stop = signal.getsignal(signal.SIGTERM)
        signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else stop)
        on_start()

    server.on_startup(start)
    server.serve(target_loader=partial(load_app, settings, os.getpid()), wrap_loader=False)


def load_app(settings: Settings, owner: int) -> Any:
    """The app, in a web process of the server whose process id is `owner`."""
    # The owner's handlers came along in the fork, and would swallow its signal to stop.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    # Ctrl-C is for the owner, which stops this process in order.
    os.setpgrp()
    die_with(owner)
    return create_app(settings)


def share_code() -> None:
    """Load the code before the processes are forked, so that they start at once and share it."""
    import leadapp.factory  # noqa: F401, PLC0415

    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)
    gc.collect()
    gc.freeze()
