"""Users: who signs in, and as what."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from leadapp.blueprints.settings.forms import RoleForm, UserForm
from leadapp.errors import InvalidInput, LastAdmin
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.users import get_user, list_users
from leadapp.services import passwords, users
from leadapp.web.clock import utc_now
from leadapp.web.forms import show_errors
from leadapp.web.guards import page_actor, requires

blueprint = Blueprint("users", __name__, url_prefix="/settings")


@blueprint.get("")
@requires(Permission.ADMINISTER)
def home() -> ResponseReturnValue:
    """The settings begin with the users."""
    return redirect(url_for("users.show"))


@blueprint.get("/users")
@requires(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    """All users, and the form for a new one."""
    return _list_page(UserForm(formdata=None))


@blueprint.post("/users")
@requires(Permission.ADMINISTER)
def create() -> ResponseReturnValue:
    """Create a user with a random password, which this one answer shows."""
    form = UserForm()
    if not form.validate():
        return _list_page(form), 422
    password = passwords.make_up()
    try:
        user = users.create_user(
            email=form.email.data or "",
            name=form.name.data or "",
            role=form.role.data,
            password=password,
            actor=page_actor(),
            now=utc_now(),
        )
    except InvalidInput as refusal:
        db.session.rollback()
        show_errors(form, refusal)
        return _list_page(form), 422
    db.session.commit()
    return render_template("settings/password.html", user=user, password=password, created=True)


@blueprint.get("/users/<record_id:user_id>")
@requires(Permission.ADMINISTER)
def edit(user_id: int) -> ResponseReturnValue:
    """One user: role, password, and whether active."""
    return _user_page(user_id)


@blueprint.post("/users/<record_id:user_id>/role")
@requires(Permission.ADMINISTER)
def change_role(user_id: int) -> ResponseReturnValue:
    """Give a user another role."""
    form = RoleForm()
    if not form.validate():
        return _user_page(user_id, form), 422
    try:
        user = users.change_role(user_id, form.role.data, actor=page_actor(), now=utc_now())
    except LastAdmin as refusal:
        db.session.rollback()
        form.role.errors = [refusal.message]
        return _user_page(user_id, form), 409
    db.session.commit()
    flash(f"{user.name} has the role {user.role} now.", "success")
    return redirect(url_for("users.show"))


@blueprint.post("/users/<record_id:user_id>/deactivation")
@requires(Permission.ADMINISTER)
def deactivate(user_id: int) -> ResponseReturnValue:
    """Keep a user from signing in, at once."""
    try:
        user = users.deactivate(user_id, actor=page_actor(), now=utc_now())
    except LastAdmin as refusal:
        db.session.rollback()
        return _user_page(user_id, problem=refusal.message), 409
    db.session.commit()
    flash(f"{user.name} is deactivated and signed out everywhere.", "success")
    return redirect(url_for("users.show"))


@blueprint.post("/users/<record_id:user_id>/activation")
@requires(Permission.ADMINISTER)
def activate(user_id: int) -> ResponseReturnValue:
    """Let a deactivated user sign in again."""
    user = users.activate(user_id, actor=page_actor(), now=utc_now())
    db.session.commit()
    flash(f"{user.name} can sign in again.", "success")
    return redirect(url_for("users.show"))


@blueprint.post("/users/<record_id:user_id>/password")
@requires(Permission.ADMINISTER)
def reset_password(user_id: int) -> ResponseReturnValue:
    """Give a user a random password, which this one answer shows.

    Not after a redirect: a password must stand neither in a cookie nor in an address.
    """
    password = users.reset_password(user_id, actor=page_actor(), now=utc_now())
    db.session.commit()
    user = get_user(user_id)
    return render_template("settings/password.html", user=user, password=password, created=False)


def _list_page(form: UserForm) -> str:
    return render_template("settings/users.html", users=list_users(), form=form)


def _user_page(user_id: int, form: RoleForm | None = None, *, problem: str | None = None) -> str:
    user = get_user(user_id)
    form = form or RoleForm(formdata=None, role=user.role)
    return render_template("settings/user.html", user=user, form=form, problem=problem)
