"""The command's root: its groups, and how it fails.

Modules here import at their top only what help needs; everything else is imported by the command
that runs, so that `leadapp --help` comes at once.
"""

from typing import Any

import click

from leadapp.cli.failures import failure_of


class Root(click.Group):
    """The root group: says in one line what was refused and what cannot be used."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; exit status 1 for a refusal, 2 for what the command cannot work with."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                raise
            raise failure from error


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="leadapp")
def cli() -> None:
    """A lead board for sales managers.

    Commands work on the database of DATABASE_URL. Where that is not set, they join the embedded
    database that a running server holds, or run it for their own length.
    """
