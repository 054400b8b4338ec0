"""`leadapp user`."""

import click

from leadapp.cli.context import database_app, note, now, user_of

ROLES = click.Choice(["viewer", "rep", "manager", "admin"])
_password = click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for if left out.",
)


@click.group()
def user() -> None:
    """Users: who may sign in, and as what."""


@user.command()
@click.option("--email", required=True, prompt=True, help="What the user signs in with.")
@click.option("--name", help="What the user is called; the address's first part if left out.")
@click.option("--role", type=ROLES, default="rep", show_default=True)
@_password
def create(email: str, name: str | None, role: str, password: str) -> None:
    """Create a user."""
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services import users

    with database_app():
        made = users.create_user(
            email=email,
            name=name or email.partition("@")[0],
            role=role,
            password=password,
            actor=command_actor(),
            now=now(),
        )
        db.session.commit()
        note(f"{made.email} can sign in as {made.role}.")


@user.command("list")
def list_() -> None:
    """List all users: address, role, name, and whether active; divided by tabs."""
    from leadapp.queries.users import list_users

    with database_app():
        for one in list_users():
            active = "active" if one.active else "inactive"
            click.echo(f"{one.email}\t{one.role}\t{one.name}\t{active}")


@user.command("role")
@click.argument("email")
@click.argument("role", type=ROLES)
def change_role(email: str, role: str) -> None:
    """Give the user of EMAIL another ROLE."""
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services import users

    with database_app():
        changed = users.change_role(user_of(email).id, role, actor=command_actor(), now=now())
        db.session.commit()
        note(f"{changed.email} is {changed.role} now.")


@user.command("password")
@click.argument("email")
@_password
def change_password(email: str, password: str) -> None:
    """Give the user of EMAIL another password and end all of the user's sessions."""
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services import users

    with database_app():
        changed = users.set_password(user_of(email).id, password, actor=command_actor(), now=now())
        db.session.commit()
        note(f"{changed.email} has a new password.")
