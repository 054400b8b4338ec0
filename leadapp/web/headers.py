"""The headers that every answer carries: pages, API, static files and errors."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_HEADERS = list(SECURITY_HEADERS.items())

WsgiApp = Callable[..., Iterable[bytes]]


def register(app: Flask) -> None:
    """Add the security headers to every answer; pages with people's data are never cached.

    Outside of everything else, so that no answer can go past it; and since werkzeug copies and
    checks headers one by one, which these constants need not pass each time.
    """
    app.wsgi_app = _with_headers(app.wsgi_app)  # type: ignore[method-assign]


def _with_headers(wsgi_app: WsgiApp) -> WsgiApp:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            cached = any(name == "Cache-Control" for name, _ in headers)
            own = _HEADERS if cached else [*_HEADERS, ("Cache-Control", "no-store")]
            return start_response(status, headers + own, *rest)

        return wsgi_app(environ, start)

    return answer
