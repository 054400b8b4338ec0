"""The headers of every kind of answer, exactly."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_lead

SignIn = Callable[..., FlaskClient]

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# What there may be besides, by the kind of answer.
OTHER = {
    "Allow", "Cache-Control", "Content-Length", "Content-Type", "ETag", "HX-Redirect",
    "HX-Reswap", "HX-Retarget", "Last-Modified", "Location", "Set-Cookie", "Vary",
    "WWW-Authenticate", "X-Robots-Tag", "Date", "HX-Refresh", "HX-Trigger",
}  # fmt: skip
HTMX = {"HX-Request": "true"}


def static_url(app: Flask, path: str) -> str:
    globals_: dict[str, Any] = app.jinja_env.globals
    return str(globals_["static_url"](path))


@pytest.mark.parametrize(
    ("method", "url", "headers", "status"),
    [
        ("GET", "/board", {}, 200),
        ("HEAD", "/board", {}, 200),
        ("GET", "/", {}, 302),
        ("GET", "/board/columns/new", HTMX, 200),
        ("GET", "/leads/{id}", {}, 200),
        ("GET", "/leads/{id}", {**HTMX, "HX-Target": "panel"}, 200),
        ("POST", "/leads/{id}/stage?seen=new", HTMX, 422),
        ("POST", "/leads/{id}/stage?seen=contacted&to=contacted", HTMX, 422),
        ("POST", "/leads/{id}/analysis", {}, 302),
        ("GET", "/leads/0", {}, 404),
        ("GET", "/leads/0", HTMX, 404),
        ("GET", "/nowhere", {}, 404),
        ("GET", "/leads/%00", {}, 404),
        ("GET", "/settings", {}, 403),
        ("DELETE", "/board", {}, 405),
        ("OPTIONS", "/board", {}, 200),
        ("GET", "/health", {}, 200),
        ("GET", "/docs", {}, 200),
        ("GET", "/api/v1/leads/", {}, 401),
        ("GET", "/api/v1/nowhere", {}, 404),
        ("GET", "/api/v1/openapi.json", {}, 200),
    ],
)
def test_every_answer_has_them_once_and_is_not_kept(
    method: str, url: str, headers: dict[str, str], status: int, sign_in: SignIn
) -> None:
    lead = make_lead()
    client = sign_in("manager")
    answer = client.open(url.format(id=lead.id), method=method, headers=headers)
    assert answer.status_code == status
    for name, value in SECURITY.items():
        assert answer.headers.getlist(name) == [value]
    assert answer.headers.getlist("Cache-Control") == ["no-store"]
    assert set(answer.headers.keys()) - set(SECURITY) <= OTHER


def test_who_is_not_signed_in_gets_them_too(client: FlaskClient) -> None:
    for url in ("/board", "/sign-in", "/api/v1/leads/"):
        answer = client.get(url)
        assert {n: answer.headers.getlist(n) for n in SECURITY} == {
            n: [value] for n, value in SECURITY.items()
        }
        assert answer.headers["Cache-Control"] == "no-store"
    answer = client.get("/board", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_static_files_have_them_and_are_kept_for_good(app: Flask, client: FlaskClient) -> None:
    answer = client.get(static_url(app, "icons/sprite.svg"), buffered=True)
    assert answer.status_code == 200
    for name, value in SECURITY.items():
        assert answer.headers.getlist(name) == [value]
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_static_file_that_is_none_is_not_found(app: Flask, client: FlaskClient) -> None:
    for path in ("nothing.css", "../leadapp/config.py", "%2e%2e/wsgi.py"):
        answer = client.get(static_url(app, path))
        assert answer.status_code == 404
        assert {n for n in SECURITY if n not in answer.headers} == set()


def test_the_session_cookie_is_for_this_site_and_not_for_scripts(
    app: Flask, client: FlaskClient
) -> None:
    cookies = client.get("/sign-in").headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    parts = {part.strip() for part in cookies[0].split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts


def test_pages_are_compressed_and_answers_of_the_api_are_not(sign_in: SignIn) -> None:
    client = sign_in("manager")
    for url, encoding in (("/board", "br"), ("/api/v1/openapi.json", None)):
        answer = client.get(url, headers={"Accept-Encoding": "br, gzip"})
        assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in client.get("/board").headers.get("Vary", "")
