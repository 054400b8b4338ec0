"""The steps that make the web app."""

from datetime import timedelta

from flask import Flask
from flask_openapi3.openapi import OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix

from leadapp.blueprints import BLUEPRINTS
from leadapp.blueprints.api_v1.blueprint import api
from leadapp.blueprints.auth import bind_security
from leadapp.config import PROJECT_ROOT, Settings, SettingsError
from leadapp.extensions import bind_database, csrf, db, migrate
from leadapp.session import engine_options
from leadapp.web import (
    compression,
    converters,
    errors,
    forms_in_full,
    headers,
    json_provider,
    origins,
    pages,
    sessions,
    static_files,
    transactions,
)
from leadapp.web.guards import check_declared

MAX_BODY = 2 * 1024 * 1024


def build(settings: Settings) -> Flask:
    """Make the app: a list of named steps, nothing else."""
    app = OpenAPI(
        "leadapp",
        root_path=str(PROJECT_ROOT / "leadapp"),
        template_folder=str(PROJECT_ROOT / "templates"),
        static_folder=None,
        doc_ui=False,
    )
    # No view is a coroutine, and Flask would ask that of each function in each request.
    app.ensure_sync = lambda func: func  # type: ignore[method-assign]
    configure(app, settings)
    trust_proxies(app, settings.proxies)
    bind_extensions(app)
    register_web(app)
    register_blueprints(app)
    spare_the_api(app)
    check_permissions(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Turn the settings into Flask's and the extensions' configuration."""
    if settings.database_url is None:
        raise SettingsError("DATABASE_URL: is not set, and only `leadapp serve` starts a database.")
    if settings.secret_key is None:
        raise SettingsError("SECRET_KEY: is not set; give it 32 random characters or more.")
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.threads),
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        SESSION_COOKIE_NAME="__Host-session" if settings.secure_cookies else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_HEADERS=["X-CSRFToken"],
    )


def trust_proxies(app: Flask, count: int) -> None:
    """Take addresses and scheme from X-Forwarded headers, as far as our own proxies wrote them.

    Without a proxy nobody is believed: anybody can send such a header.
    """
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]


def bind_extensions(app: Flask) -> None:
    """Bind the extensions of `leadapp.extensions`."""
    bind_database(app)
    migrate.init_app(app, db, directory=str(PROJECT_ROOT / "migrations"))
    csrf.init_app(app)
    bind_security(app)


def register_web(app: Flask) -> None:
    """Register what all pages share."""
    compression.register(app)
    converters.register(app)
    json_provider.register(app)
    transactions.register(app)
    errors.register(app)
    forms_in_full.register(app)
    origins.register(app)
    sessions.register(app)
    pages.register(app)
    static_files.register(app)
    headers.register(app)


def register_blueprints(app: Flask) -> None:
    """Register the pages and the API."""
    for register in BLUEPRINTS:
        register(app)


def spare_the_api(app: Flask) -> None:
    """Let what is done around each page (cookies, CSRF, compressing) be done around pages alone.

    The API takes no cookies and does none of it, and to find that out takes it as long as to
    authorize. What belongs to no blueprint are static files and addresses that are not there.
    """
    for hooks in (app.before_request_funcs, app.after_request_funcs):
        for_pages = hooks.pop(None, [])
        for name in app.blueprints.keys() - {api.name}:
            hooks[name] = [*for_pages, *hooks[name]]


def check_permissions(app: Flask) -> None:
    """Stop the start where a route declares no permission."""
    check_declared(app)
