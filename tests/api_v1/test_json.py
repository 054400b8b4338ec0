"""Bodies that are no JSON, or not one that every reader would understand alike."""

import io
import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api_v1.program import JSON, Program, code_of, wrong_fields
from tests.factories import make_lead

MALFORMED = [
    b"",
    b" ",
    b"{",
    b'{"source":"manual"',
    b'{"source":"manual",}',
    b"{'source':'manual'}",
    b'{"source":"manual"} {}',
    b'{"source":"manual","source":"manual"}',
    b'{"source":"manual","sourc\\u0065":"partner"}',
    b'{"source":"manual","attributes":{"a":1,"b":{"c":1,"c":1}}}',
    b'{"source":"manual","attributes":{"a":[{"c":1,"c":2}]}}',
    b'{"source":"manual","activity_count":NaN}',
    b'{"source":"manual","activity_count":Infinity}',
    b'{"source":"manual","activity_count":-Infinity}',
    b'{"source":"manual","activity_count":1e999}',
    b'{"source":"manual","attributes":{"n":-1e999}}',
    b'{"source":"\\ud800"}',
    b'{"source":"manual","name":"\\udc00x"}',
    b'{"source":"manual","name":"\xff"}',
    b'{"source":"manual","name":"\xed\xa0\x80"}',
    b'{"source":"manual","name":"a\x00b"}',
    b'\xef\xbb\xbf{"source":"manual"}',
    '{"source":"manual"}'.encode("utf-16"),
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b'{"source":"manual","attributes":' + b'{"a":' * 1100 + b"1" + b"}" * 1100 + b"}",
    b'{"activity_count":' + b"9" * 5000 + b"}",
]
NOT_ACCEPTED = [
    (b"[]", "body"),
    (b"null", "body"),
    (b"1", "body"),
    (b'"{}"', "body"),
    (b'{"source":"manual","name":"a\\u0000b"}', "body"),
    (b'{"source":"manual","attributes":{"a\\u0000":1}}', "body"),
    (b'{"source":"manual","attributes":{"a":[{"b":"\\u0000"}]}}', "body"),
    (b'{"source":"manual","attributes":' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"}", "attributes"),
    (b'{"source":"manual","attributes":{"a":' + b"[" * 900 + b"]" * 900 + b"}}", "attributes"),
    (b'{"source":"manual","activity_count":9223372036854775808}', "activity_count"),
    (b'{"source":"manual","activity_count":-9223372036854775809}', "activity_count"),
    (b'{"source":"manual","attributes":{"n":9223372036854775808}}', "attributes"),
    (b'{"source":"manual","attributes":{"n":1e308}}', "attributes"),
]


@pytest.mark.parametrize("raw", MALFORMED)
def test_malformed(manager: Program, raw: bytes) -> None:
    assert code_of(manager.call("POST", "/leads/", raw=raw)) == (400, "malformed_json")


@pytest.mark.parametrize(("raw", "field"), NOT_ACCEPTED)
def test_not_accepted(manager: Program, raw: bytes, field: str) -> None:
    assert wrong_fields(manager.call("POST", "/leads/", raw=raw)) == {field}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/leads/{id}"),
        ("PATCH", "/leads/{id}/stage"),
        ("POST", "/leads/{id}/analyze"),
        ("POST", "/leads/{id}/activities"),
    ],
)
def test_every_endpoint_reads_alike(manager: Program, method: str, path: str) -> None:
    path = path.format(id=make_lead().id)
    for raw in (b"{", b'{"stage":"lost","stage":"contacted"}', b"[" * 100_000):
        assert code_of(manager.call(method, path, raw=raw)) == (400, "malformed_json")


@pytest.mark.parametrize(
    "name", ["back\\slash u0000", "\\u0000", "a:b:c", '"quoted": "twice"', "é😀", "a\u2028b"]
)
def test_what_only_looks_wrong_is_taken(manager: Program, name: str) -> None:
    created = manager.post("/leads/", {"source": "manual", "name": name, "notes": ":" * 9}).json
    assert created is not None
    assert created["name"] == name


def test_attributes_come_back_as_they_were(manager: Program) -> None:
    attributes = {
        "n": [0, -1, 1.5, 1e-300, 2**53 - 1, -(2**53) + 1, 1e15],
        "deep": json.loads("[" * 15 + "]" * 15),
        "b": [True, False, None, "", "x"],
    }
    created = manager.post("/leads/", {"source": "manual", "attributes": attributes}).json
    assert created is not None
    assert created["attributes"] == attributes


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_type(manager: Program, content_type: str) -> None:
    response = manager.call(
        "POST", "/leads/", raw=b'{"source":"manual"}', content_type=content_type
    )
    assert code_of(response) == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_the_same_type_in_other_words(manager: Program, content_type: str) -> None:
    response = manager.call(
        "POST", "/leads/", raw=b'{"source":"manual"}', content_type=content_type
    )
    assert response.status_code == 201


class Endless:
    """A body that goes on; `taken` counts what was read of it."""

    taken = 0

    def read(self, size: int) -> bytes:
        """The next part."""
        self.taken += size
        return b"x" * size


def chunked(stream: Any) -> dict[str, Any]:
    """What a server says of a body that comes in chunks."""
    return {"wsgi.input": stream, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}


@pytest.mark.parametrize("path", ["/leads/", "/leads/1/analyze"])
def test_too_large_by_length_and_chunked(manager: Program, app: Flask, path: str) -> None:
    limit = app.config["MAX_CONTENT_LENGTH"]
    by_length = manager.call("POST", path, raw=b"x" * (limit + 1))
    assert code_of(by_length) == (413, "request_entity_too_large")
    endless = Endless()
    response = manager.call("POST", path, content_type=JSON, environ_overrides=chunked(endless))
    assert code_of(response) == (413, "request_entity_too_large")
    assert endless.taken == limit + 1


def test_a_chunked_body_is_read_to_its_end(manager: Program) -> None:
    body = b'{"source":"manual","notes":"' + b"x" * 10_000 + b'"}'
    response = manager.call(
        "POST", "/leads/", content_type=JSON, environ_overrides=chunked(io.BytesIO(body))
    )
    assert response.status_code == 201


def test_a_body_that_ends_too_early(manager: Program) -> None:
    response = manager.call(
        "POST", "/leads/", raw=b'{"source":', environ_overrides={"CONTENT_LENGTH": "20"}
    )
    assert code_of(response) == (400, "malformed_json")


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "٣"])
def test_a_length_that_is_none(manager: Program, length: str) -> None:
    response = manager.call(
        "POST", "/leads/", raw=b"{}", environ_overrides={"CONTENT_LENGTH": length}
    )
    assert code_of(response) == (400, "malformed_json")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
_FIELDS = st.sampled_from(
    ["source", "name", "attributes", "activity_count", "owner_id", "follow_up_on", "stage", "x"]
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.dictionaries(_FIELDS, _VALUES) | _VALUES, source=st.booleans())
def test_no_body_breaks_anything(manager: Program, body: Any, source: bool) -> None:
    if source and isinstance(body, dict):
        body = {**body, "source": "manual"}
    raw = json.dumps(body).encode()
    assert manager.call("POST", "/leads/", raw=raw).status_code in {201, 400, 422}


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(raw=st.binary(max_size=60))
def test_no_bytes_break_anything(manager: Program, raw: bytes) -> None:
    assert manager.call("POST", "/leads/", raw=raw).status_code in {400, 422}
