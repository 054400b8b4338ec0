"""Reading what a request says: strictly, and each refusal naming the field."""

import json
from collections.abc import Iterator
from typing import Any, TypeVar

import orjson
from flask import current_app, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import (
    BadRequest,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from leadapp.errors import InvalidInput

Model = TypeVar("Model", bound=BaseModel)

JSON = "application/json"


class MalformedJson(BadRequest):
    """The body is not JSON, or not one that every reader would understand alike."""

    name = "malformed_json"


def read_json(model: type[Model], *, optional: bool = False) -> Model:
    """The body as `model` says.

    `optional` takes no body for an empty object. Raises MalformedJson, UnsupportedMediaType,
    RequestEntityTooLarge and InvalidInput.
    """
    raw = _body()
    if not raw and optional:
        return model.model_construct()
    content_type = request.environ.get("CONTENT_TYPE", "")
    if content_type != JSON and content_type.partition(";")[0].strip().lower() != JSON:
        raise UnsupportedMediaType("Send the body as application/json.")
    return _validated(model, _parsed(raw))


def read_query(model: type[Model]) -> Model:
    """The query of the address as `model` says. Raises InvalidInput."""
    values: dict[str, str] = {}
    errors = []
    if request.environ.get("QUERY_STRING"):
        for name, given in request.args.lists():
            values[name] = given[0]
            if len(given) > 1:
                errors.append((name, "is given more than once"))
            if "\x00" in given[0]:
                errors.append((name, "holds characters that are not text"))
    if errors:
        raise InvalidInput(errors)
    return _validated(model, values)


def _body() -> bytes:
    """All of the body. Raises RequestEntityTooLarge for more than the app takes.

    Read past werkzeug, which cuts a chunked body off at the limit without a word, and takes longer
    for a short one than all the rest of reading it.
    """
    environ = request.environ
    limit: int = current_app.config["MAX_CONTENT_LENGTH"]
    length = environ.get("CONTENT_LENGTH")
    if length:
        size = int(length) if length.isascii() and length.isdigit() else -1
        if size < 0:
            raise MalformedJson("The body has no length: Content-Length must be a number.")
        if size > limit:
            raise RequestEntityTooLarge
        body: bytes = environ["wsgi.input"].read(size)
        if len(body) < size:
            raise MalformedJson("The body ended before its length.")
        return body
    if not environ.get("wsgi.input_terminated"):
        return b""
    body = environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise RequestEntityTooLarge
    return body


def _parsed(raw: bytes) -> dict[str, Any]:
    """The object that the JSON says. Raises MalformedJson and InvalidInput.

    orjson refuses NaN, infinity, numbers beyond it, lone surrogates and deep nesting by itself.
    """
    try:
        parsed = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedJson(f"The body is not JSON: {error}.") from None
    if not isinstance(parsed, dict):
        raise InvalidInput([("body", "must be an object")])
    # Each key brings a colon: no more colons than keys, and none can be there twice.
    if raw.count(b":") != len(parsed):
        _refuse_doubled_keys(raw)
    if b"\\u0000" in raw and any("\x00" in text for text in _texts(parsed)):
        raise InvalidInput([("body", "holds characters that are not text")])
    return parsed


def _refuse_doubled_keys(raw: bytes) -> None:
    def check(pairs: list[tuple[str, Any]]) -> None:
        keys = [key for key, _ in pairs]
        if len(keys) != len(set(keys)):
            doubled = next(key for key in keys if keys.count(key) > 1)
            raise MalformedJson(f"The key {doubled[:100]!r} is there more than once.")

    try:
        json.loads(raw, object_pairs_hook=check)
    except (RecursionError, ValueError):
        raise MalformedJson("The body is nested too deep, or a number is too long.") from None


def _texts(value: Any) -> Iterator[str]:
    """All texts in a parsed JSON value, keys too."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _validated(model: type[Model], values: dict[str, Any]) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidInput([_told(e) for e in error.errors(include_url=False)]) from None


_MESSAGES = {
    "missing": "is required",
    "extra_forbidden": "is not known here",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "string_too_long": "must be at most {max_length} characters long",
    "string_too_short": "must be at least {min_length} characters long",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
}


def _told(error: ErrorDetails) -> tuple[str, str]:
    """A finding of pydantic's as field and message in our manner."""
    field = ".".join(str(part) for part in error["loc"]) or "body"
    template = _MESSAGES.get(error["type"])
    if template is not None:
        return field, template.format(**error.get("ctx", {}))
    message = error["msg"].removeprefix("Value error, ")
    return field, message[:1].lower() + message[1:]
