"""All commands, by the module they stand in."""

import click

from leadapp.cli import (
    analyze,
    database,
    history,
    imports,
    leads,
    model,
    serving,
    tokens,
    users,
    worker,
)


def add_to(group: click.Group) -> None:
    """Add all commands to the root group."""
    for command in (
        serving.serve,
        worker.worker,
        database.migrate,
        database.demo,
        users.user,
        tokens.token,
        imports.import_,
        history.history,
        analyze.analyze,
        model.model,
        leads.export,
        leads.lead,
        database.db,
    ):
        group.add_command(command)
