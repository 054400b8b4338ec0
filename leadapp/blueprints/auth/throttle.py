"""Slowing down those who try passwords: by account, and by address."""

import hashlib
import time

from limits import parse

from leadapp.web.limits import limiter

# The 11th wrong password in a quarter of an hour is not even looked at.
WRONG_PASSWORDS = parse("10 per 15 minutes")


def seconds_to_wait(account: str, address: str) -> int:
    """How long until a password may be tried again for this account from this address; 0: now."""
    waits = [
        int(limiter.get_window_stats(WRONG_PASSWORDS, *key).reset_time - time.time()) + 1
        for key in _keys(account, address)
        if not limiter.test(WRONG_PASSWORDS, *key)
    ]
    return max(waits, default=0)


def note_wrong_password(account: str, address: str) -> None:
    """Count a wrong password, whether or not there is such an account."""
    for key in _keys(account, address):
        limiter.hit(WRONG_PASSWORDS, *key)


def _keys(account: str, address: str) -> tuple[tuple[str, str], tuple[str, str]]:
    # Hashed: whoever reads the table learns no address of a person, and a key has one length.
    hashed = hashlib.sha256(account.strip().casefold().encode("utf-8", "replace")).hexdigest()
    return ("sign-in account", hashed), ("sign-in address", address)
