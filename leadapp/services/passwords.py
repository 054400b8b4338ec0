"""Passwords: what is accepted as one, how it is kept, how one is made up."""

import secrets

from flask_security import hash_password
from flask_security.proxies import _security

from leadapp.errors import InvalidInput

MIN_LENGTH = 8
# Long enough for any passphrase, short enough that hashing it costs nothing to speak of.
MAX_LENGTH = 200
# Without characters that look alike, since people read these aloud and type them off a page.
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RANDOM_LENGTH = 16


def hashed(password: str, *, field: str = "password") -> str:
    """The argon2 hash of a password. Raises InvalidInput where it cannot serve as one."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        message = f"must have from {MIN_LENGTH} to {MAX_LENGTH} characters"
        raise InvalidInput([(field, message)])
    if any("\ud800" <= c <= "\udfff" or c == "\x00" for c in password):
        raise InvalidInput([(field, "holds characters that are not text")])
    return str(hash_password(_security.password_util.normalize(password)))


def make_up() -> str:
    """A random password of 16 letters and digits, some 93 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM_LENGTH))
