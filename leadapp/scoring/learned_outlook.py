"""What would change a learned score: a business domain that becomes known, further interactions.

Only log-odds are added here, so that thousands of leads a second can be told.
"""

import math
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.rules.values import MAX_ACTIVITY_COUNT, shown_score
from leadapp.scoring import outlook
from leadapp.scoring.assessment import Inputs, Recommendation
from leadapp.scoring.bins import Bins, terms_of
from leadapp.scoring.document import Feature, ModelDocument, Number
from leadapp.scoring.points import decimal, score_at
from leadapp.scoring.recommendation import recommend

_MOST_AIMS = 12


class Way(NamedTuple):
    """What a lead might become: in words, whether its domain is then known, and how far the
    log-odds move. `changed` says which inputs differ."""

    words: str
    has_domain: bool
    shift: int
    changed: tuple[bool, ...]


class Outlook:
    """What could become of the leads that a model scores."""

    def __init__(self, document: ModelDocument) -> None:
        features = {feature.name: feature for feature in document.features}
        self._activity = _Terms(features.get("activity_count"))
        self._domain = _Terms(features.get("business_domain"))
        self.ways = lru_cache(maxsize=2048)(self._ways)

    def remedy(self, inputs: Inputs, log_odds: int, present: Recommendation) -> str | None:
        """The smallest change that brings better advice, or how far the lead can come without one.

        None where the advice is the best or nothing helps.
        """
        if present is Recommendation.TRANSFER_TO_SALES:
            return None
        ways = self._ways_of(inputs)
        scores = [score_at(log_odds + way.shift) for way in ways]
        for way, score in zip(ways, scores, strict=True):
            if outlook.is_above(advice(score, way.has_domain, inputs.threshold), present):
                if score == score_at(log_odds):
                    # The score is enough, and advice to transfer takes a domain besides.
                    return f"{way.words} the advice would be to transfer to sales"
                return f"{way.words} it would be {_shown(score)}"
        best = max(range(len(ways)), key=scores.__getitem__, default=None)
        if best is None or scores[best] <= score_at(log_odds):
            return None
        return f"even {ways[best].words} it would only be {_shown(scores[best])}"

    def helpful(self, inputs: Inputs, log_odds: int) -> list[tuple[str, int]]:
        """For each input the smallest change that raises the score, with that score, the best
        first."""
        if LEAD_PIPELINE.is_final(inputs.stage):
            return []
        present = score_at(log_odds)
        found: dict[tuple[bool, ...], tuple[str, int]] = {}
        for way in self._ways_of(inputs):
            score = score_at(log_odds + way.shift)
            if sum(way.changed) == 1 and score > present:
                found.setdefault(way.changed, (way.words, score))
        return sorted(found.values(), key=lambda pair: -pair[1])

    def _ways_of(self, inputs: Inputs) -> tuple[Way, ...]:
        return self.ways(inputs.activity_count, inputs.activity_count_unknown, inputs.has_domain)

    def _ways(self, count: int, unknown: bool, has_domain: bool) -> tuple[Way, ...]:
        """All that such a lead might become, least effort first."""
        now = Inputs(
            source="",
            source_name="",
            stage=LEAD_PIPELINE.steps[0],
            activity_count=count,
            activity_count_unknown=unknown,
            business_domain="known" if has_domain else None,
            threshold=Decimal(1),
        )
        ways = outlook.ways(now, "known", self._aims(count), ())
        before = self._activity.of(None if unknown else str(count))
        shifts = {
            False: 0,
            True: self._domain.plausible - self._domain.of(None),
        }
        return tuple(
            Way(
                words=way.words,
                has_domain=way.inputs.has_domain,
                shift=shifts[way.changed[0]]
                + (
                    self._activity.of(str(way.inputs.activity_count)) - before
                    if way.changed[1]
                    else 0
                ),
                changed=way.changed,
            )
            for way in ways
        )

    def _aims(self, count: int) -> list[int]:
        """The counts with which the next terms begin."""
        aims = {aim for aim in self._activity.first_counts if count < aim <= MAX_ACTIVITY_COUNT}
        return sorted(aims)[:_MOST_AIMS]


class _Terms:
    """One feature's terms by text; no feature has none."""

    def __init__(self, feature: Feature | None) -> None:
        self._feature = feature
        self._bins = Bins(feature) if feature else None

    def of(self, text: str | None) -> int:
        if self._feature is None or self._bins is None:
            return 0
        return terms_of(self._feature)[self._bins[text]]

    @property
    def plausible(self) -> int:
        """The term of a value that is known, whichever it is.

        The model does not say how common values are, so this is the lower median of their different
        terms: half of them or more bring as much. Rare values share one, which counts once.
        """
        feature = self._feature
        if feature is None:
            return 0
        terms = feature.terms if isinstance(feature, Number) else feature.values.values()
        different = sorted(set(terms))
        return different[(len(different) - 1) // 2] if different else 0

    @property
    def first_counts(self) -> list[int]:
        """The whole numbers with which the bins above the first begin, or that have a term."""
        if isinstance(self._feature, Number):
            return [math.floor(edge) + 1 for edge in self._feature.edges]
        if self._feature is None:
            return []
        return [int(text) for text in self._feature.values if text.isascii() and text.isdigit()]


# Many leads share these.
@lru_cache(maxsize=65_536)
def advice(score: int, has_domain: bool, threshold: Decimal) -> Recommendation:
    """What a score in ten-thousandths advises."""
    return recommend(decimal(score), has_domain, threshold)


def _shown(score: int) -> str:
    return shown_score(decimal(score))
