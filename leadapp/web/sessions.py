"""Sessions are for pages: the API knows tokens alone, and is spared the cookie."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class PageSessions(SecureCookieSessionInterface):
    """Flask's sessions in a signed cookie, for everything but the API."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session that the cookie holds; None for the API: Flask keeps none then."""
        return None if request.path.startswith("/api/") else super().open_session(app, request)


def register(app: Flask) -> None:
    """Keep sessions so."""
    app.session_interface = PageSessions()
