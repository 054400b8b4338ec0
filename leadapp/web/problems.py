"""Errors as programs read them: application/problem+json, after RFC 9457."""

from http import HTTPStatus
from typing import Any

import orjson
from flask import Response

CONTENT_TYPE = "application/problem+json"


def problem(status: int, code: str, message: str, **details: Any) -> Response:
    """A problem: `code` is stable and may be compared, `message` is one sentence for people.

    `details` stand beside them at the top level (`unmet`, `errors`, ...); those that are None are
    left out.
    """
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": message,
    }
    body |= {name: value for name, value in details.items() if value is not None}
    return Response(orjson.dumps(body, default=str), status, content_type=CONTENT_TYPE)
