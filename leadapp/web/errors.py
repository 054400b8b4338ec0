"""Refusals and errors as people and programs see them: page, fragment or problem+json."""

from typing import Any, cast
from urllib.parse import quote

import structlog
from flask import Flask, Response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, TimeoutError  # the pool's
from werkzeug.exceptions import HTTPException, InternalServerError

from leadapp.errors import (
    AdviceBudgetSpent,
    AdviceNotFound,
    AdviserNotSetUp,
    EvidenceChanged,
    HandoffRefused,
    HistoryFileNotFound,
    InvalidInput,
    InvalidTransition,
    LastAdmin,
    LeadIsFinal,
    LeadNotFound,
    ListEntryNotFound,
    ModelDamaged,
    ModelNotFound,
    ModelNotPromotable,
    NotOwner,
    PermissionDenied,
    Refusal,
    RunNotFound,
    SaleNotFound,
    StageMoved,
    TokenNotFound,
    UploadNotFound,
    UserNotFound,
    VersionConflict,
)
from leadapp.extensions import db
from leadapp.web.htmx import is_htmx
from leadapp.web.problems import problem
from leadapp.web.refusals import refusal_context, refusal_fragment

log = structlog.get_logger()

STATUS: dict[type[Refusal], int] = {
    LeadNotFound: 404,
    SaleNotFound: 404,
    UserNotFound: 404,
    ListEntryNotFound: 404,
    TokenNotFound: 404,
    RunNotFound: 404,
    HistoryFileNotFound: 404,
    UploadNotFound: 404,
    AdviceNotFound: 404,
    ModelNotFound: 404,
    AdviserNotSetUp: 409,
    AdviceBudgetSpent: 429,
    LastAdmin: 409,
    InvalidTransition: 409,
    StageMoved: 409,
    EvidenceChanged: 409,
    LeadIsFinal: 409,
    HandoffRefused: 409,
    ModelDamaged: 409,
    ModelNotPromotable: 409,
    NotOwner: 403,
    PermissionDenied: 403,
    VersionConflict: 412,
    InvalidInput: 422,
}

# How long a client should wait while the database is away, in seconds.
RETRY_AFTER = 2


def is_api() -> bool:
    """Whether the request is for the JSON API."""
    return request.path.startswith("/api/")


def register(app: Flask) -> None:
    """Register the one handler for refusals, the one for HTTP errors and the ones for faults."""
    app.register_error_handler(Refusal, handle_refusal)
    app.register_error_handler(HTTPException, handle_http_error)
    app.register_error_handler(OperationalError, handle_database_away)
    # No connection came free in time.
    app.register_error_handler(TimeoutError, handle_database_away)


def handle_refusal(refusal: Refusal) -> Response:
    """Answer a refusal by a rule, a right or a value."""
    db.session.rollback()
    status = STATUS[type(refusal)]
    if is_api():
        return problem(status, refusal.code, refusal.message, **refusal.details)
    if is_htmx():
        return refusal_fragment(refusal, status)
    if isinstance(refusal, HandoffRefused | InvalidInput):
        return page(
            render_template("errors/refusal.html", refusal=refusal_context(refusal)), status
        )
    return page_error(status, refusal.message)


def handle_http_error(error: HTTPException) -> Response:
    """Answer an HTTP error: of routing, of parsing, or an unexpected one as 500."""
    if isinstance(error, InternalServerError):
        db.session.rollback()
        log.error("unexpected error", path=request.path, exc_info=error.original_exception)
    # Flask-WTF calls a form without its token a bad request; it is a forbidden one.
    status = 403 if isinstance(error, CSRFError) else error.code or 500
    if error.response is not None:
        # An answer made by whoever raised the error, such as a limiter.
        return cast(Response, error.response)
    if is_api():
        response = problem(
            status,
            (error.name or "error").lower().replace(" ", "_"),
            error.description or error.name,
        )
    elif status == 401 or (status == 403 and is_htmx() and not current_user.is_authenticated):
        # A page whose session has ended has lost its token with it.
        response = sign_in_first()
    else:
        response = page_error(status, PAGE_TEXTS.get(status) or error.description or error.name)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def handle_database_away(error: OperationalError | TimeoutError) -> Response:
    """Answer 503 while the database is away, and forget the connections that broke."""
    log.error("database unavailable", path=request.path, error=str(error.args[0]))
    db.session.remove()
    text = "The database does not answer. Nothing was changed; try again in a moment."
    response = problem(503, "database_unavailable", text) if is_api() else page_error(503, text)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


PAGE_TITLES = {
    403: "You may not do this",
    404: "Not found",
    409: "Not done",
    412: "Changed meanwhile",
    413: "Too large",
    422: "Not accepted",
    429: "Too many tries",
    500: "Something went wrong",
    503: "The database does not answer",
}
PAGE_TEXTS = {
    403: "This page was open for too long, or in another session. Nothing was changed. Reload it"
    " and try again.",
    404: "There is no such page. It may have been moved, or the address is not complete.",
    405: "This address does not take such a request. Go back and use the buttons of the page.",
    413: "That is more than leadapp takes in one request. Send less at a time.",
    429: "Too many tries. Wait a minute, then try again.",
    500: "Something went wrong on our side. Nothing was half-done; try again, and tell your "
    "administrator if it happens again.",
}


def sign_in_first() -> Response:
    """Send an anonymous visitor to the sign-in page, and back here afterwards."""
    where = "/sign-in"
    if request.method == "GET":
        where += f"?next={quote(request.full_path.rstrip('?'), safe='/')}"
    if is_htmx():
        return Response(status=401, headers={"HX-Redirect": "/sign-in"})
    return Response(status=302, headers={"Location": where})


def page_error(status: int, text: str) -> Response:
    """An error page, or its text alone for htmx."""
    if is_htmx():
        refusal: dict[str, Any] = {"title": text, "text": None, "unmet": [], "present_url": None}
        response = page(render_template("components/_refusal.html", refusal=refusal), status)
        response.headers["HX-Retarget"] = "#refusal"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    title = PAGE_TITLES.get(status, "That did not work")
    return page(render_template("errors/error.html", status=status, title=title, text=text), status)


def page(html: str, status: int) -> Response:
    """HTML with a status."""
    return Response(html, status, content_type="text/html; charset=utf-8")
