"""Uploading a file of closed leads, for tests."""

from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

CLOSED = b"Lead ID,Email,Channel,Converted,City\n" + b"".join(
    b"%d,p%d@example.com,%s,%d,%s\n"
    % (n, n, (b"Fair", b"Web")[n % 2], n % 3 == 0, (b"Oslo", b"Select")[n % 2])
    for n in range(30)
)


MULTIPART = "multipart/form-data; boundary=x"


def body_of(data: bytes, name: str = "old.csv") -> bytes:
    """The body of a form with a file. Werkzeug would leave a temporary file of it open."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + data + b"\r\n--x--\r\n"


def send(client: FlaskClient, data: bytes = CLOSED, name: str = "old.csv") -> TestResponse:
    """Post a file to the upload form."""
    body = body_of(data, name)
    return client.post("/scoring/history/uploads", data=body, content_type=MULTIPART)


def uploaded(client: FlaskClient, data: bytes = CLOSED) -> str:
    """Upload a file; the address of the page that asks for its columns."""
    answer = send(client, data)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return urlsplit(answer.headers["Location"]).path
