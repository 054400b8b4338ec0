"""Models: training one, looking at what came of it, promoting it, and going back."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response

from leadapp.blueprints.api_v1.answers import run_answer
from leadapp.blueprints.api_v1.blueprint import PREFIX, api
from leadapp.blueprints.api_v1.description import LOCATION_HEADER, MODELS, answers
from leadapp.blueprints.api_v1.guard import api_requires
from leadapp.blueprints.api_v1.records import (
    ColumnChoiceList,
    ModelList,
    ModelReport,
    Run,
    ScorerInUse,
)
from leadapp.blueprints.api_v1.schemas import ColumnDecision, ModelPromotion, Nothing
from leadapp.extensions import db
from leadapp.permissions import Actor, Permission
from leadapp.queries.runs import get_run
from leadapp.queries.trainings import column_choices, get_training, list_trainings
from leadapp.services import runs, scoring_models
from leadapp.services.scoring_models import ScorerState, scorer_state
from leadapp.web.clock import utc_now


@api.get("/scoring/models/", tags=[MODELS], responses=answers(ModelList))
@api_requires(Permission.SEE_SCORING, one_statement=True)
def show_models(actor: Actor) -> Response:  # noqa: ARG001
    """List the trainings

    The latest hundred, the latest first, with how their models did on leads they had not seen.
    """
    return _answer({"items": [training._asdict() for training in list_trainings()]})


@api.post(
    "/scoring/models/",
    tags=[MODELS],
    responses=answers(Run, "invalid_input", status=202, body=True, headers=LOCATION_HEADER),
)
@api_requires(Permission.ADMINISTER)
def train_model(body: Nothing, actor: Actor) -> Response:  # noqa: ARG001
    """Train a model

    From all closed leads there are. A worker does it; poll the run at `Location`, whose result
    names the model. Where a training is under way already, this answers with that one.
    """
    now = utc_now()
    run_id = runs.start_once("train", {}, actor=actor, now=now)
    db.session.commit()
    view = get_run(run_id, actor=actor, now=now)
    return run_answer(view, 202, location=f"{PREFIX}/analyses/{run_id}")


@api.get(
    "/scoring/models/<record_id:model_id>",
    tags=[MODELS],
    responses=answers(ModelReport, "model_not_found"),
)
@api_requires(Permission.SEE_SCORING, one_statement=True)
def show_model(model_id: int, actor: Actor) -> Response:  # noqa: ARG001
    """Show what a training told

    Its columns with what speaks against them, its record beside that of the scorer then in use, and
    which scores open leads would get.
    """
    return _answer(get_training(model_id)._asdict())


@api.post(
    "/scoring/models/<record_id:model_id>/promote",
    tags=[MODELS],
    responses=answers(
        ScorerInUse,
        "model_not_found",
        "model_not_promotable",
        "model_damaged",
        "invalid_input",
        body=True,
    ),
)
@api_requires(Permission.ADMINISTER)
def promote_model(model_id: int, body: ModelPromotion, actor: Actor) -> Response:
    """Promote a model

    It scores from now on, and the threshold is the one given. What was scored before is stale.
    """
    scoring_models.promote(
        model_id, threshold=str(body.threshold), seen=body.seen, actor=actor, now=utc_now()
    )
    db.session.commit()
    return _state(scorer_state())


@api.post(
    "/scoring/take-back",
    tags=[MODELS],
    responses=answers(
        ScorerInUse, "model_not_promotable", "model_damaged", "invalid_input", body=True
    ),
)
@api_requires(Permission.ADMINISTER)
def take_back_model(body: Nothing, actor: Actor) -> Response:  # noqa: ARG001
    """Take the last promotion back

    The scorer before it scores again, with its threshold.
    """
    scoring_models.take_back(actor=actor, now=utc_now())
    db.session.commit()
    return _state(scorer_state())


@api.post(
    "/scoring/retire",
    tags=[MODELS],
    responses=answers(ScorerInUse, "model_not_promotable", "invalid_input", body=True),
)
@api_requires(Permission.ADMINISTER)
def retire_model(body: Nothing, actor: Actor) -> Response:  # noqa: ARG001
    """Use the rule table again

    The threshold stays.
    """
    scoring_models.retire(actor=actor, now=utc_now())
    db.session.commit()
    return _state(scorer_state())


@api.get("/scoring/columns/", tags=[MODELS], responses=answers(ColumnChoiceList))
@api_requires(Permission.SEE_SCORING, one_statement=True)
def show_columns(actor: Actor) -> Response:  # noqa: ARG001
    """List what admins said of columns

    What a training found about a column by itself stands in its report.
    """
    return _columns()


@api.post(
    "/scoring/columns/",
    tags=[MODELS],
    responses=answers(ColumnChoiceList, "invalid_input", body=True),
)
@api_requires(Permission.ADMINISTER)
def choose_column(body: ColumnDecision, actor: Actor) -> Response:
    """Strike a column, or put it back

    From the next training on. Answers with all that was said of columns.
    """
    scoring_models.choose_column(body.name, body.choice, actor=actor, now=utc_now())
    db.session.commit()
    return _columns()


def _columns() -> Response:
    return _answer(
        {"items": [{"name": name, **row._asdict()} for name, row in column_choices().items()]}
    )


def _state(state: ScorerState) -> Response:
    return _answer({**state._asdict(), "threshold": float(state.threshold)})


def _answer(data: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(data), content_type="application/json")
