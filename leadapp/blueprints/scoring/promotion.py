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
HARDLY = 0.25
"""Less than this part of what would suit is hardly any."""


class Outlook(NamedTuple):
    """A candidate's open leads at the present threshold and at the one to suggest."""

    threshold: Decimal
    suggestion: Suggestion
    at_present: Crossing
    at_suggested: Crossing
    table: list[Choice]

    @property
    def suggested(self) -> Decimal:
        """The threshold to suggest."""
        return self.suggestion.threshold

    @property
    def misfits(self) -> bool:
        """Whether the present threshold would let less than half or more than twice as many pass.

        Where none passes now there is nothing to keep to: it misfits only if hardly any would.
        """
        present, wanted = self.at_present, self.suggestion.part
        if self.suggested == self.threshold:
            return False
        if self.suggestion.why == "as_won":
            return present.passing < wanted * present.leads * HARDLY
        leads = (
            present.leads - present.unscored if self.suggestion.why == "as_now" else present.leads
        )
        return not wanted * leads / 2 <= present.passing <= wanted * leads * 2


def outlook(model: TrainedModel, threshold: Decimal) -> Outlook:
    """What becomes of the open leads if this model scores them."""
    cells, record = model.open_leads, model.report["record"]
    present = (model.report["present"] or {}).get("record", [])
    suggestion = suggest(cells, threshold, present=present, new=record)
    return Outlook(
        threshold=threshold,
        suggestion=suggestion,
        at_present=crossing(cells, threshold, threshold),
        at_suggested=crossing(cells, threshold, suggestion.threshold),
        table=choices(cells, record, [threshold, suggestion.threshold]),
    )


def promotion_form(seen: Outlook) -> PromotionForm:
    """The form that asks for the threshold; the suggested one where the present one misfits."""
    options = [(seen.threshold, seen.at_present.passing, "Keep")]
    if seen.suggested != seen.threshold:
        why = WHY[seen.suggestion.why]
        options.append((seen.suggested, seen.at_suggested.passing, f"{why} at"))
    return PromotionForm.of(options, seen.suggested if seen.misfits else seen.threshold)
