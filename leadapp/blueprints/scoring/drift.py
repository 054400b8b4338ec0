"""This month's leads beside those of the training, in words."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from leadapp.blueprints.scoring.figures import FIELD_NAMES, input_name
from leadapp.errors import ModelDamaged, ModelNotFound
from leadapp.queries.scoring_state import Shown, inputs_since
from leadapp.scoring.document import Feature
from leadapp.scoring.drift import Drift, measure
from leadapp.scoring.labels import BLANK, OTHER, label_of
from leadapp.scoring.record import wilson
from leadapp.scoring.texts import spoken
from leadapp.services.scorers import document_of
from leadapp.web.words import in_words

VERDICTS = {
    "stable": "Unchanged",
    "moving": "Moving",
    "shifted": "Shifted",
    "too_few": "Too few to say",
}
# From so many inputs on that no lead has any more one sentence tells them all, and names some.
_SEVERAL = 3
_NAMED = 3


class InputDrift(NamedTuple):
    """One input, ready to show."""

    shown_name: str
    drift: Drift
    verdict: str
    words: str

    @property
    def gone(self) -> bool:
        """Whether no lead has it any more."""
        largest = self.drift.largest
        return largest.label == BLANK and largest.now == 1.0


class BaseRate(NamedTuple):
    """How many of this month's closed leads were won, beside the training's rate."""

    then: float
    won: int
    closed: int
    low: float
    high: float

    @property
    def off(self) -> bool:
        """Whether the training's rate is not within what this month allows."""
        return not self.low <= self.then <= self.high


class DriftReport(NamedTuple):
    """All inputs, those that moved furthest first, and the base rate."""

    leads: int
    inputs: list[InputDrift]
    base_rate: BaseRate | None

    @property
    def warnings(self) -> list[str]:
        """What a person should know, as sentences."""
        moved = [i for i in self.inputs if i.drift.verdict in {"moving", "shifted"}]
        gone = [i.shown_name for i in moved if i.gone]
        if len(gone) < _SEVERAL:
            return [i.words for i in moved]
        further = len(gone) - _NAMED
        names = in_words([*gone[:_NAMED], *([f"{further} more"] if further > 0 else [])])
        together = f"None of this month's leads has {names}, which the model learned from."
        return [together, *(i.words for i in moved if not i.gone)]


def drift_of(shown: Shown, closed: tuple[int, int], now: datetime) -> DriftReport | None:
    """How far this month's leads are from the training's. One or two statements.

    `closed` is how many leads closed here this month and how many of these were won. None where
    there is no model whose inputs could be compared.
    """
    try:
        features = document_of(shown.training_id).features
    except (ModelDamaged, ModelNotFound):
        return None
    since = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    known = {feature.name: feature for feature in features if feature.name in shown.inputs}
    values = inputs_since(since, list(known))
    drifts = [
        _input_drift(feature, shown.inputs[name], values[name], shown.trained["closed"])
        for name, feature in known.items()
    ]
    drifts.sort(key=lambda found: -found.drift.index)
    return DriftReport(
        leads=max((sum(counts.values()) for counts in values.values()), default=0),
        inputs=drifts,
        base_rate=_base_rate(shown.trained["base_rate"], *closed),
    )


def _input_drift(
    feature: Feature, then: Mapping[str, Any], values: Counter[str | None], learned_from: int
) -> InputDrift:
    now: Counter[str] = Counter()
    for value, count in values.items():
        now[label_of(feature, value)] += count
    drift = measure(feature.name, then["labels"], then["shares"], now, learned_from=learned_from)
    return InputDrift(input_name(feature.name), drift, VERDICTS[drift.verdict], _words(drift))


def _words(drift: Drift) -> str:
    """Such as: this month 34 % of leads come from partner; when the model learned it was 12 %."""
    share = drift.largest
    field = FIELD_NAMES.get(drift.name)
    name = field.lower() if field else spoken(drift.name)
    was = f" when the model learned it was {share.then * 100:.0f} %."
    now = f"This month {share.now * 100:.0f} % of leads"
    if drift.name == "source" and share.label not in {BLANK, OTHER}:
        return f"{now} come from {share.label};{was}"
    what = "no" if share.label == BLANK else "another" if share.label == OTHER else "the"
    value = "" if what != "the" else f" “{share.label}”"
    return f"{now} have {what} {name}{value};{was}"


def _base_rate(then: float | None, closed: int, won: int) -> BaseRate | None:
    return None if then is None else BaseRate(then, won, closed, *wilson(won, closed))
