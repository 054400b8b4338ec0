"""What the tests of models in use share: a small model, stored and promoted."""

from typing import Any

from leadapp.extensions import db
from leadapp.models import ScoringModel
from leadapp.permissions import Actor, command_actor
from leadapp.services import scoring_models
from tests.factories import NOW
from tests.scoring.models import category, document, number

MACHINE = command_actor()
BUDGET = category("Budget", {"high": 900_000, "low": -700_000}, blank=-200_000)


def small_document(*features: dict[str, Any], base: int = -400_000) -> dict[str, Any]:
    """A model of source, activity count and the attributes Budget and Visits."""
    given = features or (
        category("source", {"partner": 500_000, "manual": -300_000}, blank=-100_000),
        number("activity_count", [0.0, 3.0], [-600_000, 200_000, 800_000], blank=100_000),
        BUDGET,
        number("Visits", [10.0], [-100_000, 400_000], unreadable=-50_000),
    )
    return document(base, *given)


def make_model(
    stored: dict[str, Any] | None = None, *, status: str = "candidate", **values: Any
) -> ScoringModel:
    """A model as a training stores it; the small one unless its document is given."""
    found = None if status == "refused" else stored or small_document()
    model = ScoringModel(status=status, document=found, report=values.pop("report", {}), **values)
    db.session.add(model)
    db.session.commit()
    return model


def use_model(
    stored: dict[str, Any] | None = None, *, threshold: str = "0.60", actor: Actor = MACHINE
) -> ScoringModel:
    """A model that is in use."""
    model = make_model(stored)
    scoring_models.promote(model.id, threshold=threshold, actor=actor, now=NOW)
    db.session.commit()
    return model
