"""What a promotion would do: who passes the threshold before and after, and which one to take."""

from decimal import Decimal
from typing import NamedTuple

from leadapp.blueprints.scoring.forms import PromotionForm
from leadapp.queries.trainings import TrainedModel
from leadapp.scoring.crossing import Choice, Crossing, Suggestion, choices, crossing, suggest

WHY = {
    "as_now": "As many as now",
    "as_scored": "As high a share as by the present scorer",
    "as_won": "As high a share as is won",
}
"""What speaks for a suggested threshold, as the form says it."""
LEAST = 0.5
"""No threshold under this part of the share that is won is suggested."""


class Outlook(NamedTuple):
    """A candidate's open leads at the present threshold and at the one to suggest."""

    threshold: Decimal
    suggestion: Suggestion
    at_present: Crossing
    at_suggested: Crossing
    base_rate: float
    table: list[Choice]

    @property
    def suggested(self) -> Decimal | None:
        """The threshold to suggest beside the present one, if there is any."""
        found = self.suggestion.threshold
        return None if found == self.threshold or self.too_low else found

    @property
    def too_low(self) -> bool:
        """Whether what would suit the open leads is too low to tell good ones from bad ones."""
        found = self.suggestion.threshold
        return found != self.threshold and float(found) < self.base_rate * LEAST


def outlook(model: TrainedModel, threshold: Decimal) -> Outlook:
    """What becomes of the open leads if this model scores them."""
    cells, record = model.open_leads, model.report["record"]
    present = (model.report["present"] or {}).get("record", [])
    suggestion = suggest(cells, threshold, present=present, new=record)
    found = Outlook(
        threshold=threshold,
        suggestion=suggestion,
        at_present=crossing(cells, threshold, threshold),
        at_suggested=crossing(cells, threshold, suggestion.threshold),
        base_rate=model.report["trained"]["base_rate"] or 0.0,
        table=[],
    )
    shown = [threshold] if found.suggested is None else [threshold, found.suggested]
    return found._replace(table=choices(cells, record, shown))


def promotion_form(seen: Outlook) -> PromotionForm:
    """The form that asks for the threshold. None is chosen before: that is for a person to do."""
    options = [(seen.threshold, seen.at_present.passing, "Keep")]
    if seen.suggested is not None:
        why = WHY[seen.suggestion.why]
        options.append((seen.suggested, seen.at_suggested.passing, f"{why} at"))
    return PromotionForm.of(options)
