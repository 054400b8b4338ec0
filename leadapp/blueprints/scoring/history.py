"""Closed leads of other systems: files of them come in, are told apart by column, and go again."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from leadapp.blueprints.scoring.history_form import MEANINGS, ColumnChoices
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.history_files import get_file, list_files
from leadapp.queries.open_columns import open_columns
from leadapp.queries.runs import latest_run
from leadapp.services import history, runs, uploads
from leadapp.services.uploads import MAX_UPLOAD
from leadapp.web.clock import utc_now
from leadapp.web.errors import handle_http_error
from leadapp.web.guards import page_actor, requires
from leadapp.web.htmx import is_htmx

blueprint = Blueprint("scoring_history", __name__, url_prefix="/scoring/history")

# Beside the file itself, its form takes that much.
_FORM_BYTES = 64 * 1024
TOO_LARGE = (
    f"The file is larger than {MAX_UPLOAD // 2**20} MB. Nothing was kept. Split it into several"
    " files, or import it on the server by the command “leadapp import --history”."
)


@blueprint.url_value_preprocessor
def allow_large_files(endpoint: str | None, _values: object) -> None:
    """Let the one address for uploads take more than a form, from those who may upload.

    Before all else, since the first look for the form's token reads the whole body.
    """
    if endpoint != "scoring_history.upload" or not current_user.is_authenticated:
        return
    if page_actor().may(Permission.BULK_LEADS):
        request.max_content_length = MAX_UPLOAD + _FORM_BYTES
    # A slow line takes minutes for the body; no transaction is to wait for it.
    db.session.rollback()


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_large_file(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Answer a file that is too large beside the field it came from."""
    db.session.rollback()
    # The body is looked at before anybody's right to send it.
    if not (current_user.is_authenticated and page_actor().may(Permission.BULK_LEADS)):
        return handle_http_error(error)
    return _list_page(problem=TOO_LARGE), 413


@blueprint.get("")
@requires(Permission.SEE_SCORING)
def show() -> str:
    """The imported files, what became of the latest one, and the form for another."""
    return _list_page()


@blueprint.post("/uploads")
@requires(Permission.BULK_LEADS)
def upload() -> ResponseReturnValue:
    """Keep a file until somebody has said what its columns are."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _list_page(problem="Choose a file first."), 422
    try:
        kept = uploads.store_upload(
            file.stream, name=file.filename, actor=page_actor(), now=utc_now()
        )
    except InvalidInput as refusal:
        db.session.rollback()
        return _list_page(problem=refusal.errors[0][1]), 422
    db.session.commit()
    return redirect(url_for("scoring_history.columns", upload_id=kept.id))


@blueprint.get("/uploads/<record_id:upload_id>")
@requires(Permission.BULK_LEADS)
def columns(upload_id: int) -> str:
    """Which column is what, as it seems."""
    return _columns_page(upload_id, ColumnChoices(uploads.get_upload(upload_id)))


@blueprint.post("/uploads/<record_id:upload_id>/preview")
@requires(Permission.BULK_LEADS)
def preview(upload_id: int) -> str:
    """The same page with what was chosen so far; to htmx the part about the outcome alone."""
    chosen = ColumnChoices(uploads.get_upload(upload_id), request.form)
    if is_htmx():
        return render_template("scoring/_history_outcome.html", **_context(chosen))
    return _columns_page(upload_id, chosen)


@blueprint.post("/uploads/<record_id:upload_id>/import")
@requires(Permission.BULK_LEADS)
def start_import(upload_id: int) -> ResponseReturnValue:
    """Start the import in the background."""
    chosen = ColumnChoices(uploads.get_upload(upload_id), request.form)
    if not chosen.form.validate() or chosen.problems:
        return _columns_page(upload_id, chosen, refused=True), 422
    params = {"upload_id": upload_id, **chosen.params()}
    run = runs.start("import_history", params, actor=page_actor(), now=utc_now())
    db.session.commit()
    return redirect(f"/runs/{run.id}")


@blueprint.post("/uploads/<record_id:upload_id>/removal")
@requires(Permission.BULK_LEADS)
def discard(upload_id: int) -> ResponseReturnValue:
    """Remove an uploaded file that is not to be imported after all."""
    uploads.remove_upload(upload_id)
    db.session.commit()
    flash("The file is discarded.", "success")
    return redirect(url_for("scoring_history.show"))


@blueprint.get("/files/<record_id:file_id>/removal")
@requires(Permission.ADMINISTER)
def ask_removal(file_id: int) -> str:
    """Ask once before an imported file goes with all its leads."""
    return render_template("scoring/history_removal.html", file=get_file(file_id))


@blueprint.post("/files/<record_id:file_id>/removal")
@requires(Permission.ADMINISTER)
def remove(file_id: int) -> ResponseReturnValue:
    """Remove an imported file with all its leads."""
    name = history.remove_file(file_id, actor=page_actor(), now=utc_now())
    db.session.commit()
    flash(f"{name} is removed. Models that learned from it stay until you train anew.", "success")
    return redirect(url_for("scoring_history.show"))


def _list_page(problem: str | None = None) -> str:
    now = utc_now()
    return render_template(
        "scoring/history.html",
        files=list_files(),
        run=latest_run("import_history", actor=page_actor(), now=now),
        problem=problem,
        max_bytes=MAX_UPLOAD,
        now=now,
    )


def _columns_page(upload_id: int, chosen: ColumnChoices, *, refused: bool = False) -> str:
    return render_template(
        "scoring/history_columns.html",
        upload=uploads.get_upload(upload_id),
        unseen=_unseen(chosen),
        **_context(chosen, refused=refused),
    )


def _unseen(chosen: ColumnChoices) -> list[str]:
    """The kept columns that no open lead has; none where there are no open leads yet."""
    known = open_columns()
    return [] if known is None else [n for n in chosen.kept_attributes() if n not in known]


def _context(chosen: ColumnChoices, *, refused: bool = False) -> dict[str, Any]:
    return {"chosen": chosen, "form": chosen.form, "meanings": MEANINGS, "refused": refused}
