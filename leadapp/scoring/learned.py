"""The scorer that was learned from the company's own closed leads.

The log-odds of a win are a base and one term for each input, whole numbers that add up exactly; the
score is their probability in four decimals, and its contributions are Shapley values.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.rules.values import clean_text
from leadapp.scoring import learned_reason
from leadapp.scoring.assessment import Assessment, Contribution, Inputs
from leadapp.scoring.bins import Bins, blank_place, terms_of
from leadapp.scoring.document import ModelDocument
from leadapp.scoring.learned_outlook import Outlook
from leadapp.scoring.points import decimal, score_at, share_out
from leadapp.scoring.recommendation import recommend
from leadapp.scoring.shapley import Shapley

SCORER = "learned"
BASE_RATE = "base_rate"
"""The contribution that comes first: the score of a lead of which nothing is known."""

FIELDS = ("source", "activity_count", "business_domain")
"""Inputs that are fields of a lead; all others are attributes."""
UNKNOWN_SOURCE = "unknown"
"""The key of the source that stands for a blank one."""
_NEVER = frozenset({*FIELDS, "stage", "threshold"})


class LearnedScorer:
    """A model's document as a scorer. `version` is the model's id."""

    name = SCORER

    def __init__(self, document: ModelDocument, version: str) -> None:
        self.version = version
        self.id = f"{SCORER}/{version}"
        self.features = tuple(feature.name for feature in document.features)
        self.columns = tuple(name for name in self.features if name not in FIELDS)
        self._used = frozenset(self.features)
        self.base_points = score_at(document.base)
        self._document = document
        self._bins = [Bins(feature) for feature in document.features]
        self._terms = [terms_of(feature) for feature in document.features]
        self._blanks = [blank_place(feature) for feature in document.features]
        self._shapley = Shapley(len(document.features))
        self._outlook = Outlook(document)

    def assess(self, inputs: Inputs) -> Assessment:
        """Score, advice, reason and contributions for one lead."""
        score, points = self.points_of(self.texts(inputs))
        return self.tell(inputs, score, points)

    def points_of(self, texts: Iterable[str | None]) -> tuple[int, list[int]]:
        """Score and contributions in ten-thousandths, as a `BulkScorer` gives them.

        `texts` and contributions are in the order of `features`.
        """
        places = self._places(texts)
        terms = [terms[place] for terms, place in zip(self._terms, places, strict=True)]
        score = score_at(self._document.base + sum(terms))
        values = self._shapley.values(self._document.base, terms)
        return score, share_out(score - self.base_points, values, [term != 0 for term in terms])

    def tell(self, inputs: Inputs, score: int, points: Sequence[int]) -> Assessment:
        """The assessment of a lead whose score and contributions a `BulkScorer` has found.

        Both are in ten-thousandths, the contributions in the order of `features`.
        """
        texts = self.texts(inputs)
        places = self._places(texts)
        terms = [terms[place] for terms, place in zip(self._terms, places, strict=True)]
        blank = [place == blank for place, blank in zip(places, self._blanks, strict=True)]
        order = [i for i, term in enumerate(terms) if term]
        order.sort(key=lambda i: -abs(points[i]))
        recommendation = recommend(decimal(score), inputs.has_domain, inputs.threshold)
        remedy = None
        if not LEAD_PIPELINE.is_final(inputs.stage):
            log_odds = self._document.base + sum(terms)
            remedy = self._outlook.remedy(inputs, log_odds, recommendation)
        return Assessment(
            scorer=SCORER,
            version=self.version,
            score=decimal(score),
            recommendation=recommendation,
            reason=learned_reason.reason(
                decimal(self.base_points),
                [(self.features[i], points[i], blank[i]) for i in order[: learned_reason.MOST]],
                inputs,
                remedy,
            ),
            contributions=(
                Contribution(BASE_RATE, "", decimal(self.base_points)),
                *(
                    Contribution(self.features[i], (texts[i] or "").strip(), decimal(points[i]))
                    for i in order
                ),
            ),
            missing=tuple(n for n, is_blank in zip(self.features, blank, strict=True) if is_blank),
            ignored=self.ignored(inputs),
        )

    def score_of(self, inputs: Inputs) -> Decimal:
        """The score alone, 0.0001 to 0.9999."""
        return decimal(score_at(self._log_odds(self._places(self.texts(inputs)))))

    def what_would_help(self, inputs: Inputs) -> tuple[tuple[str, Decimal], ...]:
        """What raises the score, each with the score it would bring, the most helpful first.

        Empty for a final lead, whose score is frozen.
        """
        log_odds = self._log_odds(self._places(self.texts(inputs)))
        return tuple(
            (words, decimal(score)) for words, score in self._outlook.helpful(inputs, log_odds)
        )

    def texts(self, inputs: Inputs) -> list[str | None]:
        """What the lead has for each feature."""
        fields = _fields(inputs)
        attributes = inputs.attributes
        return [fields[n] if n in fields else attributes.get(n) for n in self.features]

    def _places(self, texts: Iterable[str | None]) -> list[int]:
        return [bins[text] for bins, text in zip(self._bins, texts, strict=True)]

    def _log_odds(self, places: Sequence[int]) -> int:
        terms = (terms[place] for terms, place in zip(self._terms, places, strict=True))
        return self._document.base + sum(terms)

    def ignored(self, inputs: Inputs) -> tuple[str, ...]:
        """The inputs that are known and that the model does not use, fields first."""
        known = {**_fields(inputs), "stage": str(inputs.stage)}
        fields = [n for n, text in known.items() if n not in self._used and clean_text(text)]
        unused = inputs.attributes.keys() - self._used - _NEVER
        return (*fields, *sorted(n for n in unused if clean_text(inputs.attributes[n])))


def _fields(inputs: Inputs) -> dict[str, str | None]:
    """The fields of the lead as texts; what is not known is None."""
    known_source = inputs.source != UNKNOWN_SOURCE
    return {
        "source": (inputs.source_name or inputs.source) if known_source else None,
        "activity_count": None if inputs.activity_count_unknown else str(inputs.activity_count),
        "business_domain": inputs.business_domain,
    }
