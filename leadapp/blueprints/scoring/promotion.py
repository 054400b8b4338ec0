"""What a promotion would do: who passes the threshold before and after, and which one to take."""

from decimal import Decimal
from typing import NamedTuple

from leadapp.blueprints.scoring.forms import PromotionForm
from leadapp.queries.trainings import TrainedModel
from leadapp.scoring.crossing import Choice, Crossing, choices, crossing, suggest


class Outlook(NamedTuple):
    """A candidate's open leads at the present threshold and at the one to suggest."""

    threshold: Decimal
    suggested: Decimal
    at_present: Crossing
    at_suggested: Crossing
    table: list[Choice]

    @property
    def seldom(self) -> bool:
        """Whether the present threshold would let far fewer pass than now, or far more."""
        now, then = self.at_present.passed, self.at_present.passing
        return self.suggested != self.threshold and not now / 2 <= then <= max(now * 2, 1)


def outlook(model: TrainedModel, threshold: Decimal) -> Outlook:
    """What becomes of the open leads if this model scores them."""
    cells, record = model.open_leads, model.report["record"]
    present = (model.report["present"] or {}).get("record", [])
    suggested = suggest(cells, threshold, present=present, new=record)
    return Outlook(
        threshold=threshold,
        suggested=suggested,
        at_present=crossing(cells, threshold, threshold),
        at_suggested=crossing(cells, threshold, suggested),
        table=choices(cells, record, [threshold, suggested]),
    )


def promotion_form(seen: Outlook) -> PromotionForm:
    """The form that asks for the threshold; the suggested one where the present one misfits."""
    options = [(seen.threshold, seen.at_present.passing, "Keep")]
    if seen.suggested != seen.threshold:
        why = "As many as now at" if seen.at_suggested.passed else "As high a share as now at"
        options.append((seen.suggested, seen.at_suggested.passing, why))
    return PromotionForm.of(options, seen.suggested if seen.seldom else seen.threshold)
