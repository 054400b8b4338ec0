"""Signing in for a benchmark, and weighing a page as a browser gets it."""

import http.client
import re
from urllib.parse import urlencode

from flask import Flask

from leadapp.extensions import db
from leadapp.models import User
from leadapp.permissions import Role, command_actor
from leadapp.services.tokens import create_token
from leadapp.services.users import create_user, set_password
from leadapp.web.clock import utc_now

PASSWORD = "a password for benchmarks"
MANAGER, REP = "bench.manager@example.com", "user1@example.com"


def make_people(app: Flask) -> str:
    """Make a manager, and give the rep who owns leads a password. Returns the manager's token."""
    actor, now = command_actor(), utc_now()
    with app.app_context():
        manager = create_user(
            email=MANAGER, name="Bench Manager", role=Role.MANAGER, password=PASSWORD,
            actor=actor, now=now,
        )  # fmt: skip
        rep = db.session.query(User).filter_by(email=REP).one()
        set_password(rep.id, PASSWORD, actor=actor, now=now)
        _, token = create_token(user_id=manager.id, name="bench", actor=actor, now=now)
        db.session.commit()
    return token


def sign_in(port: int, email: str) -> str:
    """Sign in over the wire; gives the session cookie."""
    page, cookie = _get(port, "/sign-in", "")
    values = {"email": email, "password": PASSWORD, "csrf_token": _csrf_token_in(page)}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", urlencode(values), headers)
    response = connection.getresponse()
    assert response.status == 302, response.read()
    return (response.getheader("Set-Cookie") or "").partition(";")[0]


def csrf_token(port: int, cookie: str) -> tuple[str, str]:
    """The token that unsafe requests of this session carry, and the cookie that now knows it."""
    page, changed = _get(port, "/board", cookie)
    return _csrf_token_in(page), changed or cookie


def _csrf_token_in(page: bytes) -> str:
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1].decode()


def first_visit_bytes(port: int, cookie: str) -> int:
    """Everything a first visit to the board sends: headers and bodies of page and files."""
    total, page = _weigh(port, "/board", cookie)
    for address in sorted(set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page.decode()))):
        total += _weigh(port, address, cookie)[0]
    return total


def _get(port: int, path: str, cookie: str) -> tuple[bytes, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    response = connection.getresponse()
    return response.read(), (response.getheader("Set-Cookie") or "").partition(";")[0]


def _weigh(port: int, path: str, cookie: str) -> tuple[int, bytes]:
    """The bytes of an answer compressed, and its body in plain."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "br"})
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, (path, response.status)
    head = sum(len(name) + len(value) + 4 for name, value in response.getheaders()) + 20
    return head + len(body), _get(port, path, cookie)[0]
