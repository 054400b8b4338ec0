"""Which term of a feature a lead's text has."""

from bisect import bisect_left

from leadapp.scoring.document import Category, Feature, Number
from leadapp.scoring.texts import fold, read_number

_KEPT = 10_000
_KEPT_LENGTH = 100


class Bins(dict[str | None, int]):
    """The place in `terms_of(feature)` for each text; None is blank.

    Found once for each text and kept, as long as there are not too many.
    """

    def __init__(self, feature: Feature) -> None:
        super().__init__()
        self._feature = feature
        self._places: dict[str, int] = {}
        if isinstance(feature, Category):
            self._places = {text: place for place, text in enumerate(sorted(feature.values))}
            self._places[""] = len(self._places)

    def __missing__(self, text: str | None) -> int:
        place = self.find(text or "")
        if len(self) < _KEPT and len(text or "") <= _KEPT_LENGTH:
            self[text] = place
        return place

    def find(self, text: str) -> int:
        """The place for a text, without keeping it."""
        feature = self._feature
        if isinstance(feature, Category):
            return self._places.get(fold(text), len(feature.values) + 1)
        number = read_number(text)
        if number is not None:
            return bisect_left(feature.edges, number)
        return len(feature.edges) + (2 if fold(text) else 1)


def terms_of(feature: Feature, all_terms: tuple[int, ...] | None = None) -> tuple[int, ...]:
    """The terms in the order of places, of the model or of a fold: those that are neutral last."""
    terms = feature.all_terms if all_terms is None else all_terms
    return terms if isinstance(feature, Number) else (*terms, 0)


def blank_place(feature: Feature) -> int:
    """The place of a blank."""
    return len(feature.edges) + 1 if isinstance(feature, Number) else len(feature.values)
