"""Processes that live no longer than the one that started them, however that ends."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
OWNER_CHECK_SECONDS = 1.0  # where the kernel sends no death signal


def die_with(owner: int) -> None:
    """End this process with its owner, the process of this id, even if that is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=[owner], daemon=True).start()
    if os.getppid() != owner:
        os._exit(1)


def _watch(owner: int) -> None:
    while os.getppid() == owner:
        time.sleep(OWNER_CHECK_SECONDS)
    os._exit(1)
