"""`leadapp model`."""

from collections.abc import Mapping
from typing import Any

import click

from leadapp.cli.context import RECORD_NUMBER, database_app, note, now

_FIGURES = {
    "auc": "AUC",
    "brier": "Brier score",
    "log_loss": "log loss",
    "calibration_error": "calibration error",
}


@click.group()
def model() -> None:
    """Scores learned from closed leads: train, look at the record, promote, go back."""


@model.command()
def train() -> None:
    """Train a model from all closed leads, here and now, and print its record.

    It becomes a candidate: nothing is scored by it until somebody promotes it.
    """
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services import scoring_models

    with database_app():
        made = scoring_models.train_model(actor=command_actor(), now=now())
        db.session.commit()
        _print(made.id, made.status, made.report)


@model.command("list")
def list_() -> None:
    """List the latest trainings: number, status, closed leads, AUC and when; divided by tabs."""
    from leadapp.queries.trainings import list_trainings

    with database_app():
        for one in list_trainings():
            auc = f"{one.figures['auc']['value']:.3f}" if one.figures else "-"
            at = one.created_at.isoformat(timespec="minutes")
            click.echo(f"{one.id}\t{one.status}\t{one.trained['closed']}\t{auc}\t{at}")


@model.command()
@click.argument("number", type=RECORD_NUMBER)
def show(number: int) -> None:
    """Print the record of the training of this NUMBER, and what it did with each column."""
    from leadapp.queries.trainings import get_training

    with database_app():
        found = get_training(number)
        _print(found.id, found.status, found.report)
        for column in found.report["columns"]:
            signs = "; ".join(sign["text"] for sign in column["signs"])
            click.echo(f"{column['verdict']}\t{column['name']}\t{signs}")


@model.command()
@click.argument("number", type=RECORD_NUMBER, required=False)
@click.option("--latest", is_flag=True, help="The latest candidate.")
@click.option("--threshold", help="What a handoff needs from then on; left out, it stays.")
def promote(number: int | None, *, latest: bool, threshold: str | None) -> None:
    """Make the model of this NUMBER, or the latest candidate, the scorer in use.

    What was scored before is stale until it is analyzed again.
    """
    if (number is None) is not latest:
        raise click.UsageError("Name a model by its number, or say --latest.")
    from leadapp.errors import ModelNotPromotable
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.queries.trainings import list_trainings
    from leadapp.services.scoring_models import promote, scorer_state

    with database_app():
        if number is None:
            candidates = [one.id for one in list_trainings() if one.status == "candidate"]
            if not candidates:
                raise ModelNotPromotable("There is no candidate")
            number = candidates[0]
        before = scorer_state()
        set_to = before.threshold if threshold is None else threshold
        actor = command_actor()
        promote(number, threshold=set_to, actor=actor, now=now(), seen=before.scorer)
        db.session.commit()
        _say_state()


@model.command("take-back")
def take_back() -> None:
    """Take the last promotion back: the scorer before it scores again, with its threshold."""
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services import scoring_models

    with database_app():
        scoring_models.take_back(actor=command_actor(), now=now())
        db.session.commit()
        _say_state()


@model.command()
def retire() -> None:
    """Use the rule table again; the threshold stays."""
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services import scoring_models

    with database_app():
        scoring_models.retire(actor=command_actor(), now=now())
        db.session.commit()
        _say_state()


@model.command()
@click.argument("name")
@click.argument("choice", type=click.Choice(["use", "leave-out", "by-itself"]))
def column(name: str, choice: str) -> None:
    """Say whether models may learn from the column of this NAME, from the next training on.

    With by-itself the training decides.
    """
    from leadapp.extensions import db
    from leadapp.permissions import command_actor
    from leadapp.services.scoring_models import choose_column

    chosen = {"use": "use", "leave-out": "leave_out"}.get(choice)
    with database_app():
        choose_column(name, chosen, actor=command_actor(), now=now())
        db.session.commit()
    note(f"{name}: {choice}, from the next training on.")


def _print(number: int, status: str, report: Mapping[str, Any]) -> None:
    """Print what a training told, in a few lines."""
    trained = report["trained"]
    click.echo(f"model {number}: {status.replace('_', ' ')}")
    click.echo(f"closed leads: {trained['closed']:,}, {trained['won']:,} of them won")
    if report["refused"]:
        click.echo(f"no model: {report['refused']}")
    present = report["present"]
    if report["figures"]:
        _print_figures("on leads it has not seen", report["figures"])
    if present:
        _print_figures(f"{present['scorer']} on the same leads", present["figures"])
    for verdict in ("used", "doubtful", "left_out"):
        names = [c["name"] for c in report["columns"] if c["verdict"] == verdict]
        if names:
            click.echo(f"{verdict.replace('_', ' ')}: {', '.join(names)}")


def _print_figures(title: str, figures: Mapping[str, Any]) -> None:
    told = [
        f"{words} {figures[name]['value']:.3f}"
        f" ({figures[name]['low']:.3f} to {figures[name]['high']:.3f})"
        for name, words in _FIGURES.items()
        if figures.get(name)
    ]
    click.echo(f"{title}: {', '.join(told)}")


def _say_state() -> None:
    from leadapp.services.scoring_models import scorer_state

    state = scorer_state()
    note(f"{state.scorer} scores from now on; a handoff needs {state.threshold}.")
