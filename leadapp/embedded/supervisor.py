"""Runs one PostgreSQL server and ends it with its owner. Run as a script, never imported.

Usage: supervisor.py OWNER_PID UID GID SOCKET_DIR POSTGRES [ARGUMENT ...]

A process of its own, because everything in it is tied to the thread that forked: it has one
thread, so it may run code between fork and exec, and PostgreSQL gets the kernel's death signal
when this process dies and not when some thread of a web server does. It leaves the owner's
session, so that Ctrl-C reaches the owner alone, and asks for a fast shutdown when it gets SIGTERM
or the owner is gone in whatever way. It ends with the server's exit status.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
FAST_SHUTDOWN_SECONDS = 60.0


def die_with_parent(parent: int) -> None:
    """Have the kernel ask this process for a fast shutdown when its parent dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def spawn(uid: int, gid: int, command: list[str]) -> int:
    """Start the command under an account and return its process id."""
    supervisor = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.umask(0o077)
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        # After the change of user, which clears it.
        die_with_parent(supervisor)
        os.execv(command[0], command)  # noqa: S606 (our own command)
    except OSError as error:
        os.write(2, f"FATAL:  {command[0]} cannot be run: {error}\n".encode())
    finally:
        os._exit(127)


def watch(server: int, owner: int) -> int:
    """Wait for the end of the server, ending it when asked to or when the owner is gone."""
    wake, wake_writer = os.pipe()
    os.set_blocking(wake_writer, False)
    signal.set_wakeup_fd(wake_writer, warn_on_full_buffer=False)
    poll = select.poll()
    poll.register(wake, select.POLLIN)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            poll.register(os.pidfd_open(owner), select.POLLIN)

    asked_at: float | None = None
    while True:
        ended, status = os.waitpid(server, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        now = time.monotonic()
        if asked_at is None and (stop_asked or os.getppid() != owner):
            asked_at = now
            os.kill(server, signal.SIGINT)
        elif asked_at is not None and now - asked_at > FAST_SHUTDOWN_SECONDS:
            asked_at = now
            os.kill(server, signal.SIGQUIT)
        # The owner's descriptor stays readable once it is gone, so it is asked only before that.
        if asked_at is None:
            poll.poll(1000)
        else:
            select.select([wake], [], [], 1.0)
        with contextlib.suppress(BlockingIOError):
            os.read(wake, 4096)


stop_asked = False


def ask_stop(*_: object) -> None:
    """Note that the server is to stop; the loop does it."""
    global stop_asked  # noqa: PLW0603 (what a signal handler can reach)
    stop_asked = True


def main(arguments: list[str]) -> int:
    """Run the server until it ends; the exit status is the server's, 128 + N for signal N."""
    owner, uid, gid = (int(value) for value in arguments[:3])
    socket_dir, command = arguments[3], arguments[4:]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, ask_stop)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    try:
        status = watch(spawn(uid, gid, command), owner)
    finally:
        shutil.rmtree(socket_dir, ignore_errors=True)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
