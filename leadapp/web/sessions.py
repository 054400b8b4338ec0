"""Sessions are for pages: the API knows tokens alone, and is spared the cookie."""

from flask import Flask, Request
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface

# It refuses to be written to, so one serves all requests.
_NONE = NullSession()


class PageSessions(SecureCookieSessionInterface):
    """Flask's sessions in a signed cookie, for everything but the API."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session that the cookie holds; for the API one that keeps nothing."""
        return _NONE if request.path.startswith("/api/") else super().open_session(app, request)


def register(app: Flask) -> None:
    """Keep sessions so."""
    app.session_interface = PageSessions()
