"""The learned scorer for many leads at once: the same scores and contributions, in arrays.

What `Shapley.values` does for one lead is done here for a block of leads: each group of features
has a table with the products of their factors, so that a lead's product is one multiplication a
group; a value is then that product times the shares of the lead's term. No matrix product would be
faster, and none makes other threads busy, which web processes on the same machine need.
Sums in another order differ in the last digits. Where that could decide a rounding, the lead is
computed once more by `Shapley`, so that both ways always agree.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leadapp.scoring.bins import Bins, blank_place, terms_of
from leadapp.scoring.document import SCALE, ModelDocument
from leadapp.scoring.points import BOUNDARIES, QUANTUM, score_at, share_out
from leadapp.scoring.shapley import REACHES, Shapley

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Places = list[NDArray[np.intp]]

_BLOCK = 1024
_MOST_NUMBERS = 200_000
"""How many complex numbers an array of a common block may hold, which keeps memory flat."""
_MOST_FACTORS = 4_000_000
"""How many factors the tables of a reach may hold; beyond, leads are computed one by one."""
_GROUP_ROWS = 1024

_DOUBT = 5e-6
"""How near to a half, in steps of rounding, another sum might be rounded to the other side. A step
is 1e-7, and both ways sum products of at most 1 whose weights add up to about 2: with 256 features
they differ by less than 3e-13."""

_BOUNDARIES = np.array(BOUNDARIES)
_REACHES = np.array(REACHES) * 2 * SCALE


class BulkScores(NamedTuple):
    """Scores and contributions in ten-thousandths.

    `contributions` has a row for each lead and a column for each feature; with `base` they add up
    to the score. `terms` are the terms they come from, in units of SCALE, and `blank` says which
    inputs were blank; both have the same shape.
    """

    scores: Ints
    contributions: Ints
    base: int
    terms: Ints
    blank: NDArray[np.bool_]


class _Group(NamedTuple):
    """Some features, and how their places make one row number of their table."""

    features: list[int]
    strides: list[int]


class _Tables(NamedTuple):
    """What a reach needs: frequencies and how many pairs each has, for each group the products of
    factors, and for each distinct term its weighted shares, real and imaginary parts in turn."""

    frequencies: Floats
    repeats: list[int]
    products: list[NDArray[np.complex128]]
    shares: Floats


class BulkScorer:
    """A model's document as a scorer of many leads."""

    def __init__(self, document: ModelDocument) -> None:
        self.features = tuple(feature.name for feature in document.features)
        self.base = score_at(document.base)
        self._document = document
        self._bins = [Bins(feature) for feature in document.features]
        self._terms = [_array(terms_of(feature)) for feature in document.features]
        self._blanks = [blank_place(feature) for feature in document.features]
        self._shapley = Shapley(len(document.features))
        self._distinct = np.unique(np.concatenate([[0], *self._terms]))
        # Where each term stands among the distinct ones.
        self._columns = [np.searchsorted(self._distinct, terms) for terms in self._terms]
        self._groups = _make_groups([len(terms) for terms in self._terms])
        self._tables: dict[int, _Tables | None] = {}

    def score(self, columns: Mapping[str, Sequence[str | None]], n: int) -> BulkScores:
        """Scores and contributions of n leads. A column that is not given is blank."""
        scores = np.full(n, self.base, dtype=np.int64)
        contributions = np.zeros((n, len(self.features)), dtype=np.int64)
        found = np.zeros_like(contributions)
        blank = np.zeros(contributions.shape, dtype=np.bool_)
        if not self.features:
            return BulkScores(scores, contributions, self.base, found, blank)
        block = min(_BLOCK, max(_MOST_NUMBERS // len(self._shapley.sines(REACHES[2]).pairs), 1))
        for start in range(0, n, block):
            stop = min(start + block, n)
            places = self._places(columns, start, stop)
            for i, place in enumerate(places):
                found[start:stop, i] = self._terms[i][place]
                blank[start:stop, i] = place == self._blanks[i]
            scores[start:stop], contributions[start:stop] = self._block(places, found[start:stop])
        return BulkScores(scores, contributions, self.base, found, blank)

    def scores(
        self, columns: Mapping[str, Sequence[str | None]], n: int, fold: int | None = None
    ) -> Ints:
        """The scores alone, in ten-thousandths: of the model, or of the one fitted without `fold`.

        For leads of that fold the latter are honest: it has never seen how they ended.
        """
        base, all_terms = self._document.base, self._terms
        if fold is not None:
            without = self._document.folds[fold]
            base = without.base
            all_terms = [
                _array(terms_of(feature, terms))
                for feature, terms in zip(self._document.features, without.terms, strict=True)
            ]
        log_odds = np.full(n, base, dtype=np.int64)
        for terms, places in zip(all_terms, self._places(columns, 0, n), strict=True):
            log_odds += terms[places]
        return _scores_at(log_odds)

    def _places(self, columns: Mapping[str, Sequence[str | None]], start: int, stop: int) -> Places:
        """The places of the leads from start to stop, feature by feature."""
        found = []
        for name, bins in zip(self.features, self._bins, strict=True):
            texts = columns.get(name)
            if texts is None:
                found.append(np.full(stop - start, bins[None], dtype=np.intp))
            else:
                part = map(bins.__getitem__, texts[start:stop])
                found.append(np.fromiter(part, np.intp, stop - start))
        return found

    def _block(self, places: Places, terms: Ints) -> tuple[Ints, Ints]:
        """Scores and contributions of a block."""
        sums = terms.sum(axis=1)
        scores = _scores_at(self._document.base + sums)
        twice_middle = 2 * self._document.base + sums
        # As `shapley.reach_of` does it.
        classes = np.searchsorted(_REACHES, np.abs(twice_middle) + np.abs(terms).sum(axis=1))
        values = np.empty(terms.shape)
        for one in np.unique(classes):
            rows = np.flatnonzero(classes == one)
            tables = self._tables_of(REACHES[one])
            if tables is None:
                for row in rows:
                    values[row] = self._shapley.values(self._document.base, terms[row].tolist())
            elif len(rows) == len(terms):
                values = self._values(tables, places, twice_middle)
            else:
                part = [found[rows] for found in places]
                values[rows] = self._values(tables, part, twice_middle[rows])
        return scores, self._share_out(scores - self.base, values, terms)

    def _values(self, tables: _Tables, places: Places, twice_middle: Ints) -> Floats:
        """The Shapley values of leads, as `Shapley.values` finds them for one."""
        count = len(twice_middle)
        middle = twice_middle / (2 * SCALE)
        # The last frequency is imaginary.
        waves = np.cos(np.outer(middle, tables.frequencies))
        waves[:, -1] = np.cosh(middle)
        product = np.repeat(waves, tables.repeats, axis=1).astype(np.complex128)
        factor = np.empty_like(product)
        for group, table in zip(self._groups, tables.products, strict=True):
            row = np.zeros(count, dtype=np.intp)
            for feature, stride in zip(group.features, group.strides, strict=True):
                row += places[feature] * stride
            # Rows are always there; the check that mode="raise" makes costs a copy.
            table.take(row, axis=0, out=factor, mode="clip")
            np.multiply(product, factor, out=product)
        shares = factor.view(np.float64)
        values = np.empty((len(places), count))
        for i, found in enumerate(places):
            tables.shares.take(self._columns[i][found], axis=0, out=shares, mode="clip")
            np.vecdot(product.view(np.float64), shares, out=values[i])
        return values.T

    def _tables_of(self, reach: int) -> _Tables | None:
        """The tables of a reach, made when first needed; None where they would be too large."""
        if reach not in self._tables:
            self._tables[reach] = self._make_tables(reach)
        return self._tables[reach]

    def _make_tables(self, reach: int) -> _Tables | None:
        sines = self._shapley.sines(reach)
        rows = [np.prod([len(self._terms[i]) for i in g.features]) for g in self._groups]
        if (sum(rows) + len(self._distinct)) * len(sines.pairs) > _MOST_FACTORS:
            return None
        found = [self._shapley.factors(reach, int(term)) for term in self._distinct]
        factors = np.array([one.factor for one in found])
        weights = np.array([weight for _, _, weight in sines.pairs])
        shares = np.array([one.share for one in found]) * weights
        products = []
        for group in self._groups:
            table = np.ones((1, len(sines.pairs)), dtype=np.complex128)
            for feature in group.features:
                table = table[:, None, :] * factors[self._columns[feature]][None, :, :]
                table = table.reshape(-1, len(sines.pairs))
            products.append(table)
        return _Tables(
            frequencies=np.array(sines.frequencies).real,
            repeats=sines.repeats,
            products=products,
            # The real part of a product of complex numbers: conjugate, then component by component.
            shares=shares.conj().view(np.float64),
        )

    def _share_out(self, totals: Ints, values: Floats, terms: Ints) -> Ints:
        """Contributions that add up to the totals, as `points.share_out` does it for one lead."""
        steps = values * (1e4 * QUANTUM)
        whole = np.rint(steps)
        doubtful = (np.abs(np.abs(steps - whole) - 0.5) < _DOUBT).any(axis=1)
        points, remainders = np.divmod(whole.astype(np.int64), QUANTUM)
        playing = terms != 0
        missing = totals - points.sum(axis=1)
        each, rest = np.divmod(missing, np.maximum(playing.sum(axis=1), 1))
        if each.any():
            points += each[:, None] * playing
        # No two are equal: the larger remainder first, of equal ones the first feature.
        width = values.shape[1]
        ranks = np.where(playing, remainders * width + np.arange(width - 1, -1, -1), -1)
        ordered = np.sort(ranks, axis=1)
        last = ordered[np.arange(len(ordered)), np.minimum(width - rest, width - 1)]
        points += (ranks >= last[:, None]) & (rest > 0)[:, None]
        for row in np.flatnonzero(doubtful):
            own = terms[row].tolist()
            exact = self._shapley.values(self._document.base, own)
            points[row] = share_out(int(totals[row]), exact, [term != 0 for term in own])
        return points


def _array(terms: Sequence[int]) -> Ints:
    return np.array(terms, dtype=np.int64)


def _scores_at(log_odds: Ints) -> Ints:
    """As `points.score_at`."""
    return 1 + np.searchsorted(_BOUNDARIES, log_odds, side="right").astype(np.int64)


def _make_groups(sizes: Sequence[int]) -> list[_Group]:
    """Features in groups whose combinations of places still make a small table."""
    groups: list[list[int]] = []
    rows = _GROUP_ROWS + 1
    for feature in sorted(range(len(sizes)), key=sizes.__getitem__):
        if rows * sizes[feature] > _GROUP_ROWS:
            groups.append([])
            rows = 1
        groups[-1].append(feature)
        rows *= sizes[feature]
    return [_Group(group, _strides([sizes[feature] for feature in group])) for group in groups]


def _strides(sizes: Sequence[int]) -> list[int]:
    """What a step of each place moves the row number by; the last place moves it by 1."""
    strides = [1]
    for size in reversed(sizes[1:]):
        strides.insert(0, strides[0] * size)
    return strides
