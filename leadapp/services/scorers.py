"""Which scorer is in use, and scorers by their model.

A model never changes once it is stored, so each process reads and checks it once.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from leadapp.errors import ModelNotFound
from leadapp.extensions import db
from leadapp.scoring.bulk_telling import Teller
from leadapp.scoring.document import ModelDocument, parse
from leadapp.scoring.learned import LearnedScorer
from leadapp.scoring.scorer import RULE_TABLE, Scorer

if TYPE_CHECKING:
    from leadapp.scoring.bulk import BulkScorer

# So many models are remembered: the one in use, and what is looked at beside it.
REMEMBERED = 4

_IN_USE = text("SELECT scoring_model_id FROM company")
_DOCUMENT = text("SELECT document FROM scoring_models WHERE id = :id AND document IS NOT NULL")


def scorer_in_use() -> Scorer:
    """The learned model that the company promoted, else the rule table.

    One statement, one more where this process has not used the model yet. Raises ModelDamaged.
    """
    return scorer_of(db.session.scalar(_IN_USE))


def scorer_of(model_id: int | None) -> Scorer:
    """The scorer of a model, or the rule table for None.

    No statement, or one where this process has not used the model yet. Raises ModelNotFound and
    ModelDamaged.
    """
    return RULE_TABLE if model_id is None else learned_of(model_id)


# What raises is not remembered.
@lru_cache(maxsize=REMEMBERED)
def learned_of(model_id: int) -> LearnedScorer:
    """The scorer of a model. Raises as `scorer_of`."""
    return LearnedScorer(document_of(model_id), str(model_id))


@lru_cache(maxsize=REMEMBERED)
def bulk_scorer_of(model_id: int) -> "BulkScorer":
    """A model's scorer for many leads at once. Raises as `scorer_of`."""
    # It needs numpy, which web processes do without.
    from leadapp.scoring.bulk import BulkScorer  # noqa: PLC0415

    return BulkScorer(document_of(model_id))


@lru_cache(maxsize=REMEMBERED)
def teller_of(model_id: int) -> Teller:
    """What puts the scores of that one into words. Raises as `scorer_of`."""
    return Teller(learned_of(model_id), document_of(model_id))


@lru_cache(maxsize=REMEMBERED)
def document_of(model_id: int) -> ModelDocument:
    """A model's document, checked. Raises as `scorer_of`."""
    stored: Any = db.session.scalar(_DOCUMENT, {"id": model_id})
    if stored is None:
        raise ModelNotFound(model_id)
    return parse(stored)


def forget() -> None:
    """Forget all models: for a process whose database becomes another one."""
    for remembering in (learned_of, bulk_scorer_of, teller_of, document_of):
        remembering.cache_clear()
