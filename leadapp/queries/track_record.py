"""How leads with such a score ended, as the lead page says of each score.

Kept for a minute by each process: what a thousand closed leads say does not change while somebody
goes through their leads.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from leadapp.queries.own_record import own_record
from leadapp.queries.scoring_state import Shown, load_shown
from leadapp.scoring.record import Band, Cell, band_record, bands, merge

_SECONDS = 60
# Scorers of which somebody may look at a lead within the minute.
_REMEMBERED = 8


def track_record(
    score: Decimal, *, scorer: str, model_id: int | None, latest_training: int | None, now: datetime
) -> Band:
    """How closed leads ended whose score, by this scorer, lies in the same tenth.

    `model_id` is the scorer's, None for the rule table. No statement, or two once a minute and
    whenever there is a new training.
    """
    minute = int(now.timestamp()) // _SECONDS
    nothing = band_record([], score)
    found = _bands(scorer, model_id, latest_training, minute)
    return next((band for band in found if band.from_ == nothing.from_), nothing)


def forget() -> None:
    """Forget all: for a process whose database becomes another one."""
    _bands.cache_clear()


@lru_cache(maxsize=_REMEMBERED)
def _bands(
    scorer: str,
    model_id: int | None,
    latest_training: int | None,  # noqa: ARG001 -- with another one, what is remembered is over
    minute: int,  # noqa: ARG001 -- so is it with another minute
) -> tuple[Band, ...]:
    return tuple(bands(_cells(scorer, model_id)))


def _cells(scorer: str, model_id: int | None) -> list[list[object]]:
    return record_of(load_shown(model_id), scorer=scorer, model_id=model_id)


def record_of(shown: Shown | None, *, scorer: str, model_id: int | None) -> list[list[object]]:
    """The closed leads of the training, and those that closed here since. One statement.

    A training saw the scores that a model gives to leads it was not fitted on, and those that the
    rule table, in use then, gives to the same leads.
    """
    own: Iterable[Cell] = own_record(scorer)
    if shown is None or not shown.record:
        return merge(own)
    if model_id is None:
        # Their last score may be the rule table's and the training have seen them too.
        trained = f"{shown.created_at:%Y-%m}"
        own = [cell for cell in own if cell[0] is not None and cell[0] > trained]
    return merge(shown.record, own)
