"""The `leadapp` command: each command calls a service."""

from leadapp.cli import commands
from leadapp.cli.root import cli

__all__ = ["cli", "main"]

commands.add_to(cli)


def main() -> None:
    """The entry point of the `leadapp` command."""
    cli()
