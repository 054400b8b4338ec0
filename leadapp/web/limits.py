"""Counting tries for all web processes together, in PostgreSQL.

In memory, every process would count for itself, and a limit of 10 would be one of 20 with two.
"""

import time

from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from leadapp.extensions import autocommit_engine

STORAGE_URI = "leadapp-postgresql://"

_INCREMENT = text("""
    INSERT INTO rate_limits AS r (key, tries, expires_at)
    VALUES (:key, :amount, now() + make_interval(secs => :expiry))
    ON CONFLICT (key) DO UPDATE SET
        tries = excluded.tries + CASE WHEN r.expires_at > now() THEN r.tries ELSE 0 END,
        expires_at = CASE WHEN r.expires_at > now() THEN r.expires_at ELSE excluded.expires_at END
    RETURNING tries
""")
# Some of the expired rows go whenever something is counted, so that the table stays small.
_EXPIRE = text("""
    DELETE FROM rate_limits WHERE key IN (
        SELECT key FROM rate_limits WHERE expires_at < now() LIMIT 20 FOR UPDATE SKIP LOCKED)
""")
_TRIES = text("SELECT tries FROM rate_limits WHERE key = :key AND expires_at > now()")
_EXPIRY = text("SELECT extract(epoch FROM expires_at) FROM rate_limits WHERE key = :key")


class PostgresStorage(Storage):
    """A storage of `limits` in the table `rate_limits`, for fixed windows.

    Each statement is a transaction of its own: what was tried counts, whatever becomes of the
    request.
    """

    STORAGE_SCHEME = ["leadapp-postgresql"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a failing storage raises."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more tries in the window of `expiry` seconds; returns their number."""
        with _connection() as connection:
            connection.execute(_EXPIRE)
            values = {"key": key, "amount": amount, "expiry": expiry}
            return int(connection.scalar(_INCREMENT, values) or 0)

    def get(self, key: str) -> int:
        """The number of tries in the present window."""
        with _connection() as connection:
            return int(connection.scalar(_TRIES, {"key": key}) or 0)

    def get_expiry(self, key: str) -> float:
        """When the present window ends, in seconds of the epoch."""
        with _connection() as connection:
            return float(connection.scalar(_EXPIRY, {"key": key}) or time.time())

    def check(self) -> bool:
        """Whether the table can be read."""
        self.get("")
        return True

    def reset(self) -> int:
        """Forget all tries; returns how many keys there were."""
        with _connection() as connection:
            return connection.execute(text("DELETE FROM rate_limits")).rowcount

    def clear(self, key: str) -> None:
        """Forget the tries under one key."""
        with _connection() as connection:
            connection.execute(text("DELETE FROM rate_limits WHERE key = :key"), {"key": key})


def _connection() -> Connection:
    return autocommit_engine().connect()


# Asked by the few views that count tries; Flask-Limiter would look for limits in every request.
limiter = FixedWindowRateLimiter(PostgresStorage(STORAGE_URI))
