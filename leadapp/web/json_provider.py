"""JSON by orjson: ten times as fast as the standard library, and ISO 8601 for times."""

from decimal import Decimal
from typing import Any

import orjson
from flask import Flask
from flask.json.provider import JSONProvider


def to_json_value(value: Any) -> Any:
    """What orjson does not know: a decimal is a number. Raises TypeError for anything else."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


class OrjsonProvider(JSONProvider):
    """Flask's JSON through orjson. Decimals go out as numbers."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """Serialize `obj` to JSON text."""
        return orjson.dumps(obj, default=to_json_value).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Parse JSON text. Raises ValueError."""
        return orjson.loads(s)


def register(app: Flask) -> None:
    """Make orjson the app's JSON provider."""
    app.json = OrjsonProvider(app)
