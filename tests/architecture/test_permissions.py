"""Every route declares what it needs, and every role gets just what its table grants."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from leadapp.extensions import db
from leadapp.permissions import ROLE_PERMISSIONS, Permission, Role, command_actor
from leadapp.services.tokens import create_token
from leadapp.web.guards import check_declared, declaration_of, public
from tests.factories import NOW, make_user

SignIn = Callable[..., FlaskClient]
# What stands in an address for each of its variables; records of these ids do not exist.
VALUES = {"stage": "new", "which": "sources"}
NOWHERE = 9_000_000_000


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Method, address and declaration of every route."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            declaration = declaration_of(app, rule.endpoint)
            assert declaration is not None, rule.rule
            yield method, address(app, rule, method), declaration


def address(app: Flask, rule: Rule, method: str) -> str:
    """An address that the rule matches."""
    values = {name: VALUES.get(name, NOWHERE) for name in rule.arguments}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method)


def granted(role: Role, declaration: str) -> bool:
    """Whether the table of roles grants what the route declares."""
    return declaration.startswith("public: ") or declaration in {
        permission.value for permission in ROLE_PERMISSIONS[role]
    }


def test_every_declaration_is_a_permission_or_says_why_it_is_open(app: Flask) -> None:
    known = {permission.value for permission in Permission}
    for method, url, declaration in routes(app):
        open_to_all = declaration.startswith("public: ") and len(declaration) > 20
        assert declaration in known or open_to_all, f"{method} {url}"


def test_what_is_open_to_everybody_is_a_short_list(app: Flask) -> None:
    opened = {url for _, url, declaration in routes(app) if declaration.startswith("public: ")}
    assert opened == {
        "/api/v1/openapi.json", "/docs", "/health", "/ready", "/sign-in", "/sign-out",
    }  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_each_role_on_every_page(app: Flask, sign_in: SignIn, role: Role) -> None:
    user = make_user(role)
    for method, url, declaration in routes(app):
        if url.startswith("/api/") or declaration.startswith("public: "):
            continue
        status = sign_in(user).open(url, method=method).status_code
        expected = granted(role, declaration)
        assert (status != 403) is expected, f"{method} {url} as {role}: {status}"
        assert status not in {401, 500}, f"{method} {url} as {role}: {status}"


@pytest.mark.parametrize("role", Role)
def test_each_role_on_every_endpoint(app: Flask, client: FlaskClient, role: Role) -> None:
    _, token = create_token(make_user(role).id, "test", actor=command_actor(), now=NOW)
    db.session.commit()
    for method, url, declaration in routes(app):
        if not url.startswith("/api/"):
            continue
        headers = {"Authorization": f"Bearer {token}"}
        status = client.open(url, method=method, headers=headers, json={}).status_code
        expected = granted(role, declaration)
        assert (status != 403) is expected, f"{method} {url} as {role}: {status}"
        assert status not in {401, 500}, f"{method} {url} as {role}: {status}"


def test_nobody_gets_in_without_signing_in(app: Flask, client: FlaskClient) -> None:
    for method, url, declaration in routes(app):
        if declaration.startswith("public: "):
            continue
        answer = client.open(url, method=method, json={} if url.startswith("/api/") else None)
        if url.startswith("/api/"):
            assert answer.status_code == 401, f"{method} {url}"
        else:
            assert answer.status_code == 302, f"{method} {url}"
            assert answer.headers["Location"].startswith("/sign-in"), f"{method} {url}"


def test_no_page_takes_a_form_without_its_token(
    app: Flask, sign_in: SignIn, db_session: Session
) -> None:
    browser = sign_in("admin")
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for method, url, _ in routes(app):
            if method in {"GET", "HEAD", "OPTIONS"} or url.startswith("/api/"):
                continue
            for headers in ({}, {"X-CSRFToken": "made up"}):
                status = browser.open(url, method=method, headers=headers).status_code
                assert status == 403, f"{method} {url}: {status}"
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_no_page_takes_a_form_from_another_site(sign_in: SignIn, db_session: Session) -> None:
    """Even if it had the token: here none is asked for."""
    browser = sign_in("admin")
    for method, url, _ in routes(browser.application):
        if method in {"GET", "HEAD", "OPTIONS"} or url.startswith("/api/"):
            continue
        for origin in ("https://evil.example", "null", "http://localhost:1", "http://[", ""):
            status = browser.open(url, method=method, headers={"Origin": origin}).status_code
            assert status == 403, f"{method} {url} from {origin}: {status}"
    own = browser.post("/scoring/threshold", headers={"Origin": "https://localhost"})
    assert own.status_code == 422


def test_an_app_with_an_undeclared_route_does_not_start() -> None:
    app = Flask("leaky")
    app.add_url_rule("/open", "open", public("a test, and nobody ever calls it")(lambda: ""))
    app.add_url_rule("/leak", "leak", lambda: "")
    with pytest.raises(RuntimeError, match=r"permission: /leak \(leak\), /static"):
        check_declared(app)
