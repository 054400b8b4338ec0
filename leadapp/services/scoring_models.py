"""Models: training one, promoting it, and going back. Promotion is a person's decision.

`company` names the model in use, so whoever changes that holds its row; statuses and events follow
in the same transaction.
"""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from leadapp.errors import InvalidInput, ModelNotFound, ModelNotPromotable
from leadapp.extensions import db
from leadapp.models import ColumnChoice, Company, Event, ScoringModel
from leadapp.permissions import Actor
from leadapp.queries.company import get_company
from leadapp.queries.trainings import column_choices
from leadapp.rules.values import check_text, parse_threshold
from leadapp.services import events
from leadapp.services.scorers import scorer_in_use, scorer_of

if TYPE_CHECKING:
    from leadapp.training.survey import Choice

CHOICES = ("use", "leave_out")
NAME_LIMIT = 1000
"""How long a column's name may be."""
_PROMOTED = "model_promoted"

# While it learns, the transaction that holds what it learns from does nothing.
_TAKE_YOUR_TIME = text("SET LOCAL idle_in_transaction_session_timeout = 0")


class ScorerState(NamedTuple):
    """The scorer in use, such as `rule_table/1`, its model where it is a learned one, and the
    threshold of a handoff."""

    scorer: str
    model_id: int | None
    threshold: Decimal


def scorer_state() -> ScorerState:
    """What scores, and against which threshold. One statement at most."""
    company = get_company()
    return ScorerState(
        scorer_id(company.learned_scorer), company.scoring_model_id, company.handoff_threshold
    )


def train_model(*, actor: Actor, now: datetime) -> ScoringModel:
    """Learn from all closed leads, and keep what came of it: a candidate, or why there is none.

    Takes seconds to a minute, and numpy: for a job or a command.
    """
    from leadapp.queries.closed_leads import closed_leads  # noqa: PLC0415
    from leadapp.services.trained_scores import open_leads_by, scores_of  # noqa: PLC0415
    from leadapp.training.train import train  # noqa: PLC0415

    db.session.execute(_TAKE_YOUR_TIME)
    scorer = scorer_in_use()
    outcome = train(
        closed_leads(),
        {name: cast("Choice", row.choice) for name, row in column_choices().items()},
        trained_on=now.date(),
        present=scores_of(scorer),
        present_id=scorer.id,
    )
    found = outcome.document
    model = ScoringModel(
        status="refused" if found is None else "candidate",
        document=found,
        report=outcome.report,
        open_leads=[] if found is None else open_leads_by(found),
        trained_by_id=actor.id,
        created_at=now,
    )
    db.session.add(model)
    db.session.flush()
    events.record("model_trained", actor=actor, now=now, model_id=model.id, status=model.status)
    return model


def promote(
    model_id: int, *, threshold: str | Decimal, actor: Actor, now: datetime, seen: str | None = None
) -> ScoringModel:
    """Make a model the scorer in use, with the threshold that suits it.

    What was scored before is stale from now on. `seen` is the scorer that the person saw in use,
    such as `rule_table/1`. Of two who promote at once one wins, and the other learns it.

    Raises InvalidInput, ModelNotFound, ModelNotPromotable and ModelDamaged.
    """
    set_to = parse_threshold(threshold)
    before = seen or scorer_id(db.session.scalar(select(Company.learned_scorer)))
    company = _locked()
    model = db.session.get(ScoringModel, model_id, populate_existing=True)
    if model is None:
        raise ModelNotFound(model_id)
    if company.scoring_model_id == model_id:
        raise ModelNotPromotable(f"Model {model_id} is in use already")
    if scorer_id(company.learned_scorer) != before:
        raise ModelNotPromotable("Somebody changed the scorer in use meanwhile")
    if model.document is None:
        raise ModelNotPromotable(f"The training {model_id} gave no model")
    data = {
        "model_id": model_id,
        "from": company.scoring_model_id,
        "threshold_from": str(company.handoff_threshold),
        "threshold_to": str(set_to),
    }
    _use(company, model, set_to)
    model.promoted_at = now
    events.record(_PROMOTED, actor=actor, now=now, **data)
    db.session.flush()
    return model


def take_back(*, actor: Actor, now: datetime) -> ScoringModel | None:
    """Take the promotion of the model in use back: the scorer before it and its threshold hold.

    Returns the model that is in use then, None for the rule table. Raises ModelNotPromotable where
    no model is in use, and ModelDamaged.
    """
    company = _locked()
    taken = company.scoring_model_id
    promotion = None if taken is None else _promotion_of(taken)
    if promotion is None:
        raise ModelNotPromotable("No promotion is left to take back")
    model = _model(promotion["from"])
    data = {
        "model_id": taken,
        "to": promotion["from"],
        "threshold_from": str(company.handoff_threshold),
        "threshold_to": promotion["threshold_from"],
    }
    _use(company, model, Decimal(promotion["threshold_from"]))
    events.record("promotion_taken_back", actor=actor, now=now, **data)
    db.session.flush()
    return model


def retire(*, actor: Actor, now: datetime) -> None:
    """Use the rule table again; the threshold stays. Raises ModelNotPromotable where it is used."""
    company = _locked()
    if company.scoring_model_id is None:
        raise ModelNotPromotable("The rule table is in use already")
    events.record("model_retired", actor=actor, now=now, model_id=company.scoring_model_id)
    _use(company, None, company.handoff_threshold)
    db.session.flush()


def choose_column(name: str, choice: str | None, *, actor: Actor, now: datetime) -> None:
    """Say of a column that models may learn from it ("use") or must not ("leave_out").

    None leaves it to the training. It counts from the next training on. Raises InvalidInput.
    """
    if choice is not None and choice not in CHOICES:
        raise InvalidInput([("choice", f"must be one of {', '.join(CHOICES)}")])
    if check_text(name, field="name", limit=NAME_LIMIT) is None:
        raise InvalidInput([("name", "name the column")])
    if choice is None:
        db.session.execute(delete(ColumnChoice).where(ColumnChoice.name == name))
    else:
        values: dict[str, Any] = {"choice": choice, "chosen_by_id": actor.id, "chosen_at": now}
        statement = insert(ColumnChoice).values(name=name, **values)
        db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
    events.record("column_chosen", actor=actor, now=now, name=name, choice=choice)
    db.session.flush()


def scorer_id(learned: str | None) -> str:
    """The scorer in use as one text, from what the company has of a learned one."""
    return learned or scorer_of(None).id


def _use(company: Company, model: ScoringModel | None, threshold: Decimal) -> None:
    """Make this the model in use, or none. Raises ModelDamaged."""
    # Before anything changes; and a document that cannot be read never comes into use.
    columns = scorer_of(None if model is None else model.id).columns
    before = _model(company.scoring_model_id)
    if before is not None:
        before.status = "retired"
        # At most one model is in use, at each moment.
        db.session.flush()
    if model is not None:
        model.status = "in_use"
    company.scoring_model_id = None if model is None else model.id
    company.learned_scorer = None if model is None else f"learned/{model.id}"
    company.scorer_columns = list(columns)
    company.handoff_threshold = threshold


def _model(model_id: int | None) -> ScoringModel | None:
    if model_id is None:
        return None
    return db.session.get_one(ScoringModel, model_id, populate_existing=True)


def _promotion_of(model_id: int) -> dict[str, Any] | None:
    """The latest promotion of this model, as its event tells it."""
    statement = (
        select(Event.data)
        .where(Event.kind == _PROMOTED, Event.data["model_id"].as_integer() == model_id)
        .order_by(Event.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def _locked() -> Company:
    """The company, locked, so that scorer and threshold change one after the other."""
    statement = select(Company).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).one()
