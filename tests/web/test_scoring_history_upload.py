"""POST /scoring/history/uploads."""

import io
import tracemalloc
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.blueprints.scoring import history
from leadapp.models import Upload, UploadChunk
from leadapp.services import uploads
from tests.web.history_upload import CLOSED, MULTIPART, body_of, send, uploaded
from tests.web.html import error_of, page, words

SignIn = Callable[..., FlaskClient]


def test_a_file_is_kept_in_pieces(
    sign_in: SignIn, db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "CHUNK", 100)
    assert uploaded(sign_in("manager")).startswith("/scoring/history/uploads/")
    upload = db_session.scalars(select(Upload)).one()
    pieces = db_session.scalars(select(UploadChunk).order_by(UploadChunk.number)).all()
    assert b"".join(piece.content for piece in pieces) == CLOSED
    assert len(pieces) > 5
    assert (upload.name, upload.size) == ("old.csv", len(CLOSED))


def test_it_takes_more_than_other_addresses_do(sign_in: SignIn, db_session: Session) -> None:
    row = b"1," + b"x" * 10_000 + b"\n"
    data = b"Converted,Text\n" + row * 400
    uploaded(sign_in("manager"), data)
    assert db_session.scalars(select(Upload.size)).one() == len(data) > 3_000_000


def test_a_large_file_takes_little_memory(sign_in: SignIn) -> None:
    client = sign_in("manager")
    body = body_of(b"Converted,Text\n" + (b"1," + b"x" * 10_000 + b"\n") * 1200)
    tracemalloc.start()
    answer = client.post("/scoring/history/uploads", data=body, content_type=MULTIPART)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 302
    assert most < 8_000_000 < len(body)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"Converted,City\n", "Has no rows after the first"),
        (b"a,a\n1,2\n", "Two columns are named"),
        ("Converted,City\n1,Oslo\n".encode("utf-16"), "UTF-16"),
        (b'Converted,City\n1,"Oslo\n', "does not end"),
        (b"Converted,City\n1\n", "Has no row that can be read"),
        (",".join(f"c{n}" for n in range(2000)).encode() + b"\n", "more than 200 columns"),
    ],
)
def test_what_is_no_csv_file_is_refused_beside_its_field(
    sign_in: SignIn, db_session: Session, data: bytes, message: str
) -> None:
    answer = send(sign_in("manager"), data)
    assert message in error_of(page(answer, 422), "file")
    assert db_session.scalars(select(Upload)).all() == []
    assert db_session.scalars(select(UploadChunk)).all() == []


def test_no_file_is_refused(sign_in: SignIn) -> None:
    client = sign_in("manager")
    assert "Choose a file" in error_of(page(client.post("/scoring/history/uploads"), 422), "file")
    assert "Choose a file" in error_of(page(send(client, name=""), 422), "file")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_that_is_too_large_is_said_to_be(
    sign_in: SignIn, db_session: Session, monkeypatch: pytest.MonkeyPatch, chunked: bool
) -> None:
    monkeypatch.setattr(history, "MAX_UPLOAD", 3_000_000)
    body = body_of(b"x" * 4_000_000)
    chunks = {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = sign_in("manager").post(
        "/scoring/history/uploads",
        content_type=MULTIPART,
        **({"environ_overrides": chunks} if chunked else {"data": body}),
    )
    assert "larger than 64 MB" in error_of(page(answer, 413), "file")
    assert db_session.scalars(select(Upload)).all() == []


def test_no_other_address_takes_so_much(sign_in: SignIn) -> None:
    client = sign_in("admin")
    for path in (f"{uploaded(client)}/preview", "/settings/sources"):
        answer = client.post(path, content_type=MULTIPART, data=body_of(b"x" * 3_000_000))
        assert answer.status_code == 413


def test_only_a_post_uploads(sign_in: SignIn) -> None:
    assert sign_in("manager").get("/scoring/history/uploads").status_code == 405


@pytest.mark.parametrize("role", ["viewer", "rep"])
def test_only_managers_and_admins_may(sign_in: SignIn, db_session: Session, role: str) -> None:
    assert send(sign_in(role)).status_code == 403
    assert db_session.scalars(select(Upload)).all() == []


def test_strangers_are_sent_to_sign_in(client: FlaskClient) -> None:
    assert send(client).status_code == 302
    large = client.post(
        "/scoring/history/uploads",
        content_type=MULTIPART,
        data=body_of(b"x" * 3_000_000),
    )
    assert large.headers["Location"] == "/sign-in"


def test_the_same_file_may_come_again(sign_in: SignIn) -> None:
    client = sign_in("manager")
    assert uploaded(client) != uploaded(client)
    assert words(page(client.get(uploaded(client))))


@pytest.mark.parametrize("role", [None, "viewer", "rep"])
@pytest.mark.parametrize("chunked", [False, True])
def test_what_is_too_large_shows_nothing_to_others(
    sign_in: SignIn,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    chunked: bool,
    role: str | None,
) -> None:
    """The look for the form's token reads the body before anybody's right to send it is known."""
    browser = client if role is None else sign_in(role)
    monkeypatch.setitem(browser.application.config, "WTF_CSRF_ENABLED", True)
    body = body_of(b"x" * 3_000_000)
    chunks = {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = browser.post(
        "/scoring/history/uploads",
        content_type=MULTIPART,
        **({"environ_overrides": chunks} if chunked else {"data": body}),
    )
    assert "Closed leads" not in words(page(answer, 413))
