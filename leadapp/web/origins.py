"""What another site sends is refused, though it had the right token: browsers name the origin."""

from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf.csrf import CSRFError

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask) -> None:
    """Refuse unsafe requests from other sites to all pages."""
    app.before_request(refuse_foreign)


def refuse_foreign() -> None:
    """Raise CSRFError for a request that another site's page sends.

    Hosts are compared, not schemes: a proxy may have taken the encryption off.
    """
    origin = request.headers.get("Origin")
    if request.method in SAFE or origin is None:
        return
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        host = ""
    if host != request.host:
        raise CSRFError("The request comes from another site.")
