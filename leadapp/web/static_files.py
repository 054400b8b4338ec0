"""Static files: compressed, under names with a hash, so that browsers keep them for good."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from leadapp.config import PROJECT_ROOT
from leadapp.web.headers import SECURITY_HEADERS

STATIC_DIR = PROJECT_ROOT / "static"
PREFIX = "/static/"


def register(app: Flask) -> None:
    """Serve static/ below /static/<hash of all files>/, and offer `static_url` to templates.

    One hash for all: relative addresses between files keep working, and a new release changes it.
    """
    version = _hash_of(STATIC_DIR)
    prefix = f"{PREFIX}{version}/"

    def static_url(path: str) -> str:
        return prefix + path

    app.jinja_env.globals["static_url"] = static_url
    white_noise = WhiteNoise(
        app.wsgi_app,
        max_age=365 * 24 * 3600,
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=_add_headers,
    )
    white_noise.add_files(str(STATIC_DIR), prefix=prefix)
    app.wsgi_app = white_noise  # type: ignore[method-assign]


def _hash_of(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(directory)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _add_headers(headers: Any, _path: str, _url: str) -> None:
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
