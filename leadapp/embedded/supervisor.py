"""Runs one PostgreSQL server and ends it with its owner. Run as a script, with no imports of ours.

Usage: supervisor.py OWNER_PID UID GID SOCKET_DIR POSTGRES [ARGUMENT ...]

A process of its own, because what it does is tied to the thread that forks: having one thread, it
may run code between fork and exec, and the kernel's death signal reaches PostgreSQL when this
process dies, not when some thread of a web server ends. It lives outside the owner's session, so
that Ctrl-C reaches the owner alone. It asks PostgreSQL for a fast shutdown on SIGTERM, or when the
owner is gone in whatever way, removes the socket's directory, and ends with PostgreSQL's status.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import sys
import time
from typing import NoReturn

PR_SET_PDEATHSIG = 1
FAST_SHUTDOWN_SECONDS = 60.0
OWNER_CHECK_SECONDS = 1.0  # where the kernel has no pidfd
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def spawn(uid: int, gid: int, command: list[str]) -> int:
    """Start the command under an account and return its process id."""
    supervisor = os.getpid()
    pid = os.fork()
    return pid or _become(supervisor, uid, gid, command)


def _become(supervisor: int, uid: int, gid: int, command: list[str]) -> NoReturn:
    try:
        os.umask(0o077)
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        if sys.platform == "linux":
            # Not earlier: a change of user clears it. Then the parent may already be dead.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
            if os.getppid() != supervisor:
                os._exit(1)
        os.execv(command[0], command)  # noqa: S606 (the launcher's command, no shell)
    except OSError as error:
        os.write(2, f"FATAL:  {command[0]} cannot be run: {error}\n".encode())
    finally:
        os._exit(127)


def watch(server: int, owner: int, wake: int) -> int:
    """Wait for the server's end, asking for it on a stop signal or when the owner is gone.

    `wake` is the descriptor where the numbers of arrived signals are read.
    """
    events = select.poll()
    events.register(wake, select.POLLIN)
    owner_gone = None
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            owner_gone = os.pidfd_open(owner)
            events.register(owner_gone, select.POLLIN)

    stop = False
    asked_at = 0.0
    while True:
        ended, status = os.waitpid(server, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if not asked_at and (stop or os.getppid() != owner):
            if owner_gone is not None:
                events.unregister(owner_gone)  # from now on always readable
            os.kill(server, signal.SIGINT)
            asked_at = time.monotonic()
        elif asked_at and time.monotonic() - asked_at > FAST_SHUTDOWN_SECONDS:
            os.kill(server, signal.SIGQUIT)
        events.poll(OWNER_CHECK_SECONDS * 1000)
        with contextlib.suppress(BlockingIOError):
            stop = stop or any(number in STOP_SIGNALS for number in os.read(wake, 4096))


def catch_signals() -> int:
    """Have signals wake the loop instead of interrupting it; returns the descriptor to read."""
    wake, waker = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    for number in (*STOP_SIGNALS, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])  # the owner's mask is inherited
    return wake


def main(arguments: list[str]) -> int:
    """Run the server until it ends; returns its exit status, 128 + N if ended by signal N."""
    owner, uid, gid = (int(value) for value in arguments[:3])
    socket_dir, command = arguments[3], arguments[4:]
    wake = catch_signals()
    try:
        status = watch(spawn(uid, gid, command), owner, wake)
    finally:
        shutil.rmtree(socket_dir, ignore_errors=True)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
