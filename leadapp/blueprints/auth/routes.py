"""Signing in and out, and changing one's password."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from leadapp.blueprints.auth import throttle
from leadapp.blueprints.auth.forms import ChangePasswordForm, SignInForm
from leadapp.blueprints.auth.next_page import AFTER_SIGN_IN, safe_next
from leadapp.blueprints.auth.security import end_session, start_session
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.services import users
from leadapp.web.clock import utc_now
from leadapp.web.forms import show_errors
from leadapp.web.guards import page_actor, public, requires

blueprint = Blueprint("auth", __name__)


@blueprint.get("/sign-in")
@public("whoever is not signed in signs in here")
def sign_in_page() -> ResponseReturnValue:
    """Ask who it is."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")))
    return render_template("auth/sign_in.html", form=SignInForm(formdata=None))


@blueprint.post("/sign-in")
@public("whoever is not signed in signs in here")
def sign_in() -> ResponseReturnValue:
    """Sign in, and go on to where the person wanted to go."""
    form = SignInForm()
    account, address = form.email.data or "", request.remote_addr or ""
    if wait := throttle.seconds_to_wait(account, address):
        return _too_many(form, wait)
    if not form.validate() or form.user is None:
        if form.wrong_password:
            throttle.note_wrong_password(account, address)
        db.session.rollback()
        return render_template("auth/sign_in.html", form=form), 422
    start_session(form.user, now=utc_now())
    db.session.commit()
    return redirect(safe_next(form.next.data))


@blueprint.post("/sign-out")
@public("whoever is signed out already is where they wanted to be")
def sign_out() -> ResponseReturnValue:
    """End the session, on the server too."""
    end_session()
    db.session.commit()
    return redirect("/sign-in")


@blueprint.get("/account/password")
@requires(Permission.OWN_ACCOUNT)
def password_page() -> ResponseReturnValue:
    """Ask for the present and the new password."""
    return render_template("auth/password.html", form=ChangePasswordForm(formdata=None))


@blueprint.post("/account/password")
@requires(Permission.OWN_ACCOUNT)
def change_password() -> ResponseReturnValue:
    """Change one's password; every other session of the same person ends with that."""
    form = ChangePasswordForm()
    user, address = current_user._get_current_object(), request.remote_addr or ""
    if wait := throttle.seconds_to_wait(user.email, address):
        return _too_many(form, wait)
    if not form.validate():
        if form.password.data and form.password.errors:
            throttle.note_wrong_password(user.email, address)
        return render_template("auth/password.html", form=form), 422
    now, new = utc_now(), form.new_password.data or ""
    try:
        users.set_password(user.id, new, actor=page_actor(), now=now, field="new_password")
    except InvalidInput as refusal:
        db.session.rollback()
        show_errors(form, refusal)
        return render_template("auth/password.html", form=form), 422
    start_session(user, now=now)
    db.session.commit()
    flash("Your password is changed. All your other sessions have ended.", "success")
    return redirect(AFTER_SIGN_IN)


def _too_many(form: SignInForm | ChangePasswordForm, wait: int) -> ResponseReturnValue:
    minutes = -(-wait // 60)
    unit = "minute" if minutes == 1 else "minutes"
    form.password.errors = [f"Too many wrong passwords. Try again in {minutes} {unit}."]
    page = "auth/sign_in.html" if isinstance(form, SignInForm) else "auth/password.html"
    return render_template(page, form=form), 429, {"Retry-After": str(wait)}
