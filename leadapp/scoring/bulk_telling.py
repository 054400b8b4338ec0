"""What learned scores say in words, for many leads: the same as `LearnedScorer.tell`, as JSON.

A contribution's text is put together from parts that are kept, since most leads share their values.
"""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.scoring import learned_reason
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.document import ModelDocument
from leadapp.scoring.learned import BASE_RATE, LearnedScorer
from leadapp.scoring.learned_outlook import Outlook, advice
from leadapp.scoring.points import decimal

if TYPE_CHECKING:
    from leadapp.scoring.bulk import BulkScores

_MOST_POINTS = 10_000
_KEPT = 10_000
_KEPT_LENGTH = 100


class Told(NamedTuple):
    """An assessment as it is stored; `contributions` is JSON."""

    score: str
    recommendation: str
    reason: str
    contributions: str
    missing: list[str]
    ignored: Sequence[str]


class Teller:
    """Puts what a BulkScorer found into words."""

    def __init__(self, scorer: LearnedScorer, document: ModelDocument) -> None:
        self._scorer = scorer
        self._document = document
        self._outlook = Outlook(document)
        self._base = decimal(scorer.base_points)
        self._first = _Openings(BASE_RATE)[None] + _ends()[scorer.base_points + _MOST_POINTS]
        self._openings = [_Openings(name) for name in scorer.features]
        self._missing: dict[bytes, list[str]] = {}

    def tell(
        self, leads: Sequence[Inputs], texts: Sequence[Sequence[str | None]], found: "BulkScores"
    ) -> Iterator[Told]:
        """The assessments of leads, whose texts are in the order of the scorer's features."""
        weights = (abs(found.contributions) + 1) * (found.terms != 0)
        order = (-weights).argsort(axis=1, kind="stable").tolist()
        counts = (found.terms != 0).sum(axis=1).tolist()
        log_odds = (found.terms.sum(axis=1) + self._document.base).tolist()
        told = zip(
            leads,
            texts,
            found.scores.tolist(),
            found.contributions.tolist(),
            (places[:count] for places, count in zip(order, counts, strict=True)),
            found.blank,
            log_odds,
            strict=True,
        )
        ends, openings = _ends(), self._openings
        for inputs, values, score, points, listed, blank, odds in told:
            parts = [openings[i][values[i]] + ends[points[i] + _MOST_POINTS] for i in listed]
            advised = advice(score, inputs.has_domain, inputs.threshold)
            final = LEAD_PIPELINE.is_final(inputs.stage)
            yield Told(
                score=str(decimal(score)),
                recommendation=str(advised),
                reason=learned_reason.reason(
                    self._base,
                    [
                        (self._scorer.features[i], points[i], bool(blank[i]))
                        for i in listed[: learned_reason.MOST]
                    ],
                    inputs,
                    None if final else self._outlook.remedy(inputs, odds, advised),
                ),
                contributions=f"[{','.join([self._first, *parts])}]",
                missing=self._names(blank.tobytes()),
                ignored=self._scorer.ignored(inputs),
            )

    def _names(self, blank: bytes) -> list[str]:
        """The features that are blank, by a byte each."""
        if blank not in self._missing:
            if len(self._missing) >= _KEPT:
                self._missing.clear()
            names = zip(self._scorer.features, blank, strict=True)
            self._missing[blank] = [name for name, is_blank in names if is_blank]
        return self._missing[blank]


class _Openings(dict[str | None, str]):
    """The begin of a contribution's JSON, up to its points, by the value."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = json.dumps(name, ensure_ascii=False)

    def __missing__(self, text: str | None) -> str:
        value = json.dumps((text or "").strip(), ensure_ascii=False)
        opening = f'{{"input":{self._name},"value":{value},"points":"'
        if len(self) < _KEPT and len(opening) <= _KEPT_LENGTH:
            self[text] = opening
        return opening


@lru_cache(maxsize=1)
def _ends() -> list[str]:
    """The points of a contribution and the end of its JSON, from -1.0000 to 1.0000."""
    return [f'{decimal(n)}"}}' for n in range(-_MOST_POINTS, _MOST_POINTS + 1)]
