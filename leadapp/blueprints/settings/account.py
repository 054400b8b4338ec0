"""One's own account: name, password, API tokens."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from leadapp.blueprints.settings.forms import NameForm
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.users import get_user
from leadapp.services import tokens, users
from leadapp.web.clock import utc_now
from leadapp.web.forms import show_errors
from leadapp.web.guards import page_actor, requires

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@requires(Permission.OWN_ACCOUNT)
def show() -> ResponseReturnValue:
    """One's name, the way to one's password, and one's API tokens."""
    return _page()


@blueprint.post("/name")
@requires(Permission.OWN_ACCOUNT)
def rename() -> ResponseReturnValue:
    """Change what one is called."""
    form = NameForm()
    if form.validate():
        try:
            users.change_name(_me(), form.name.data or "", actor=page_actor(), now=utc_now())
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        else:
            db.session.commit()
            flash("Your name is saved.", "success")
            return redirect(url_for("account.show"))
    return _page(name_form=form), 422


@blueprint.post("/tokens")
@requires(Permission.OWN_ACCOUNT)
def create_token() -> ResponseReturnValue:
    """Create an API token, which this one answer shows.

    Not after a redirect: a token must stand neither in a cookie nor in an address.
    """
    form = NameForm(prefix="token")
    if form.validate():
        try:
            token, plain = tokens.create_token(
                _me(), form.name.data or "", actor=page_actor(), now=utc_now()
            )
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        else:
            db.session.commit()
            return render_template("settings/token.html", token=token, plain=plain)
    return _page(token_form=form), 422


@blueprint.post("/tokens/<record_id:token_id>/revocation")
@requires(Permission.OWN_ACCOUNT)
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Make one of one's tokens worthless."""
    token = tokens.revoke_token(token_id, actor=page_actor(), now=utc_now())
    db.session.commit()
    flash(f"The token {token.name} is revoked.", "success")
    return redirect(url_for("account.show"))


def _me() -> int:
    user_id = page_actor().id
    if user_id is None:
        raise RuntimeError("Whoever is signed in on a page is a user.")
    return user_id


def _page(name_form: NameForm | None = None, token_form: NameForm | None = None) -> str:
    user = get_user(_me())
    return render_template(
        "settings/account.html",
        user=user,
        name_form=name_form or NameForm(formdata=None, name=user.name),
        token_form=token_form or NameForm(formdata=None, prefix="token"),
        tokens=tokens.list_tokens(user.id),
        now=utc_now(),
    )
