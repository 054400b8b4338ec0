"""Exact Shapley values of the inputs of an additive model, in points of probability.

The inputs play the game v(S) = σ(b + Σ t_i over S): the probability of a win where only the inputs
in S are known. The Shapley value of an input (Shapley, "A value for n-person games", 1953) is what
it adds on average over all orders in which the inputs may become known; it depends on no order, and
all together are σ(b + Σ t) - σ(b). By the multilinear extension (Owen, "Multilinear extensions of
games", 1972) it is, with every other input known independently with probability α,

    φ_i = ∫₀¹ E[v(S ∪ i) - v(S)] dα.

1. σ as a sum of sines. With H > |x| and w_k = (2k + 1) π / H,

       σ(x) = 1/2 + Σ_k c_k sin(w_k x) + Σ_r (-1)^(r+1) 2 sinh(r x) / (1 + e^(r H)),
       c_k = (2π / H) / sinh(π w_k),

   the sum over k being the Fourier series of σ - 1/2 repeated with alternating sign every H. The
   last sum alternates and falls. Its first term is kept, as a sine of the frequency i; the others
   are at most e^(2L - 2H) where |x| <= L. They and the small tail over k are left out, which
   changes no φ by more than ERROR.
2. The mean of a sine over coalitions is a product, as the inputs are independent. With u = 2α - 1,
   M = b + Σ t / 2, and f_j(u) = cos(w t_j / 2) + i u sin(w t_j / 2), for the sum X of a coalition

       E[sin(w (b + t_i + X)) - sin(w (b + X))] = 2 sin(w t_i / 2) Re[e^(i w M) Π_(j≠i) f_j(u)].

3. The product is a polynomial in u of degree n - 1: Gauss-Legendre with at least n / 2 nodes is
   exact. For real w, f_j(-u) is the conjugate of f_j(u), so that half of the nodes suffice. With an
   even number of them u = 0 is none, and f_i is never 0: the product without i is that of all
   divided by f_i.
"""

import cmath
import math
from collections.abc import Sequence
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from leadapp.scoring.document import SCALE

ERROR = 8e-7
"""How far a value may be from the exact one."""

REACHES = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
"""How far from 0 the log-odds of a lead's coalitions may be: the smallest one that holds is used,
so that common leads cost little."""

_MOST_KEPT = 400_000
"""How many factors are kept for other leads, 80 bytes each."""


class Sines(NamedTuple):
    """Frequencies, and the pairs of each of them with its nodes: w, u, and the weight of both.

    `repeats` says how many pairs each frequency has. The last frequency is imaginary.
    """

    frequencies: list[complex]
    repeats: list[int]
    pairs: list[tuple[complex, float, complex]]


class Factors(NamedTuple):
    """What a term contributes at each sine: its factor, and sin(w t / 2) divided by it."""

    factor: list[complex]
    share: list[complex]


class Shapley:
    """Shapley values for games of at most `players` inputs. What terms share is computed once.

    Base and terms are whole numbers, in units of SCALE.
    """

    def __init__(self, players: int) -> None:
        self._half = max(-(-players // 4), 1)
        self._known: dict[tuple[int, int], Factors] = {}
        self._kept = 0

    def values(self, base: int, terms: Sequence[int]) -> list[float]:
        """What each term adds to σ(base), in the order of the terms; 0 exactly for a term of 0.

        Raises ValueError where the log-odds reach farther than 128 from 0.
        """
        playing = [term for term in terms if term]
        twice_middle = 2 * base + sum(playing)
        reach = reach_of(abs(twice_middle) + sum(map(abs, playing)))
        middle = twice_middle / (2 * SCALE)
        sines = self.sines(reach)
        waves = {w: cmath.cos(w * middle) for w in sines.frequencies}
        product = [weight * waves[w] for w, _, weight in sines.pairs]
        found = [self.factors(reach, term) for term in playing]
        for factor, _ in found:
            product = list(map(mul, product, factor))
        values = iter([sum(map(mul, product, share)).real for _, share in found])
        return [next(values) if term else 0.0 for term in terms]

    def sines(self, reach: int) -> Sines:
        """The sines and nodes for log-odds up to `reach`."""
        return _sines(reach, self._half)

    def factors(self, reach: int, term: int) -> Factors:
        """What a term contributes at each of the sines."""
        found = self._known.get((reach, term))
        if found is None:
            found = _factors(self.sines(reach), term / SCALE)
            if self._kept < _MOST_KEPT:
                self._kept += len(found.factor)
                self._known[reach, term] = found
        return found


def reach_of(twice_farthest: int) -> int:
    """The least reach that holds what coalitions can make of the log-odds.

    They go from M - A/2 to M + A/2, where M is the middle and A the sum of absolute terms, so
    given is |2 M| + A, in units of SCALE. Raises ValueError beyond the last reach.
    """
    for reach in REACHES:
        if twice_farthest <= 2 * SCALE * reach:
            return reach
    raise ValueError("no model's log-odds reach so far")


@lru_cache(maxsize=64)
def _sines(reach: int, half: int) -> Sines:
    """The sines for log-odds up to `reach` and twice `half` nodes."""
    # Each of the two parts that are left out changes a value by half of ERROR at most.
    period = reach + math.log(4 / ERROR) / 2
    step = 2 * math.pi / period
    nodes = _gauss_legendre(2 * half)
    frequencies: list[complex] = []
    pairs: list[tuple[complex, float, complex]] = []
    w = step / 2
    while 4 * step * math.exp(-math.pi * w) > ERROR / 2 * -math.expm1(-math.pi * step):
        frequencies.append(w)
        weight = 2 * step / math.sinh(math.pi * w)
        pairs += [(w, u, weight * share) for u, share in nodes if u > 0]
        w += step
    repeats = [half] * len(frequencies) + [2 * half]
    frequencies.append(1j)
    # sinh(x) is -i sin(i x).
    pairs += [(1j, u, -2j / (1 + math.exp(period)) * share) for u, share in nodes]
    return Sines(frequencies, repeats, pairs)


def _factors(sines: Sines, term: float) -> Factors:
    factor, share = [], []
    for w, u, _ in sines.pairs:
        angle = w * term / 2
        sine = cmath.sin(angle)
        at_node = cmath.cos(angle) + 1j * u * sine
        factor.append(at_node)
        share.append(sine / at_node)
    return Factors(factor, share)


def _gauss_legendre(count: int) -> list[tuple[float, float]]:
    """Nodes and weights on -1..1, by Newton's method on the Legendre polynomial.

    From these starting points it converges for every count (Press et al., Numerical Recipes, 4.6).
    """
    found = []
    for index in range(count):
        x = math.cos(math.pi * (index + 0.75) / (count + 0.5))
        slope = 1.0
        for _ in range(20):
            before, value = 1.0, x
            for degree in range(2, count + 1):
                before, value = (
                    value,
                    ((2 * degree - 1) * x * value - (degree - 1) * before) / degree,
                )
            slope = count * (x * value - before) / (x * x - 1)
            step = value / slope
            x -= step
            if abs(step) < 1e-16:
                break
        found.append((x, 2 / ((1 - x * x) * slope * slope)))
    return found
