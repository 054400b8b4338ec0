"""`leadapp token`."""

import click

from leadapp.cli.context import RECORD_NUMBER, database_app, note, now, user_of


@click.group()
def token() -> None:
    """API tokens: how other programs sign in as a user."""


@token.command()
@click.option("--user", "email", required=True, metavar="EMAIL", help="Whose token it is.")
@click.option("--name", required=True, help="What the token is for.")
def create(email: str, name: str) -> None:
    """Create a token and print it alone; nothing can show it again."""
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services import tokens

    with database_app():
        _, plain = tokens.create_token(user_of(email).id, name, actor=command_actor(), now=now())
        db.session.commit()
    click.echo(plain)


@token.command("list")
@click.option("--user", "email", metavar="EMAIL", help="Only this user's.")
def list_(email: str | None) -> None:
    """List the tokens that work: number, first characters, user, name; divided by tabs."""
    from leadapp.queries.users import list_users
    from leadapp.services import tokens

    with database_app():
        emails = {one.id: one.email for one in list_users()}
        for one in tokens.list_tokens(user_of(email).id if email else None):
            click.echo(f"{one.id}\t{one.prefix}\t{emails[one.user_id]}\t{one.name}")


@token.command()
@click.argument("number", type=RECORD_NUMBER)
def revoke(number: int) -> None:
    """Make the token of this NUMBER worthless at once."""
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services import tokens

    with database_app():
        revoked = tokens.revoke_token(number, actor=command_actor(), now=now())
        db.session.commit()
        note(f"Token {revoked.id} ({revoked.name}) no longer works.")
