"""What would change a lead's score: found by assessing what the lead might become."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.scoring.assessment import Inputs, Recommendation
from leadapp.scoring.recommendation import recommend

ScoreOf = Callable[[Inputs], Decimal]

# Counts worth aiming for: each is easy to say and to reach.
_AIMS = (1, 3, 7)
_RANK = {
    Recommendation.DROP_LEAD: 0,
    Recommendation.CONTINUE_QUALIFICATION: 1,
    Recommendation.TRANSFER_TO_SALES: 2,
}


@dataclass(frozen=True, slots=True)
class Possibility:
    """What a lead might become: in words ("with 3 interactions") and as inputs.

    `steps` says how far business domain, activity count and stage would have to move.
    """

    words: str
    inputs: Inputs
    steps: tuple[int, int, int]

    @property
    def changed(self) -> tuple[bool, ...]:
        """Which of the three would have to change."""
        return tuple(step > 0 for step in self.steps)

    @property
    def effort(self) -> tuple[int, int]:
        """How many changes it takes, and how far they go in all."""
        return sum(self.changed), sum(self.steps)


def what_would_help(inputs: Inputs, score_of: ScoreOf) -> tuple[tuple[str, Decimal], ...]:
    """For each input the smallest change that raises the score, with that score, the best first."""
    present = score_of(inputs)
    helpful: dict[tuple[bool, ...], tuple[str, Decimal]] = {}
    for possibility in possibilities(inputs):
        score = score_of(possibility.inputs)
        if sum(possibility.changed) == 1 and score > present:
            helpful.setdefault(possibility.changed, (possibility.words, score))
    return tuple(sorted(helpful.values(), key=lambda pair: pair[1], reverse=True))


def is_better(then: Inputs, present: Recommendation, score_of: ScoreOf) -> bool:
    """Whether a lead with those inputs would be advised better than `present`."""
    return is_above(recommend(score_of(then), then.has_domain, then.threshold), present)


def is_above(advice: Recommendation, present: Recommendation) -> bool:
    """Whether an advice is better than the present one."""
    return _RANK[advice] > _RANK[present]


def turning_point(inputs: Inputs, present: Recommendation, score_of: ScoreOf) -> Possibility | None:
    """The fewest and smallest changes that bring better advice; None where nothing does."""
    return next((p for p in possibilities(inputs) if is_better(p.inputs, present, score_of)), None)


def best(inputs: Inputs, score_of: ScoreOf) -> Possibility | None:
    """The least effort to the highest score the lead can reach; None where it is there already."""
    present = score_of(inputs)
    higher = [p for p in possibilities(inputs) if score_of(p.inputs) > present]
    return max(higher, key=lambda p: score_of(p.inputs), default=None)


def possibilities(inputs: Inputs) -> list[Possibility]:
    """What the lead might become before a handoff, least effort first; nothing for a final lead.

    A domain becomes known, interactions are added, the stage goes forward, each alone and together;
    of equal efforts in this order.
    """
    if LEAD_PIPELINE.is_final(inputs.stage):
        return []
    steps = LEAD_PIPELINE.steps[:-1]
    aims = [aim for aim in _AIMS if aim > inputs.activity_count]
    return ways(inputs, "known", aims, steps[steps.index(inputs.stage) + 1 :])


def ways(
    inputs: Inputs, domain: str, aims: Sequence[int], stages: Sequence[LeadStage]
) -> list[Possibility]:
    """All that the lead becomes by that domain where none is known, these counts and stages."""
    domains = [inputs.business_domain] if inputs.has_domain else [None, domain]
    counts = [inputs.activity_count, *aims]
    all_stages = [inputs.stage, *stages]
    found = [
        Possibility(
            words=_words(d > 0, counts[c] if c else None, all_stages[s] if s else None),
            inputs=replace(
                inputs,
                business_domain=domains[d],
                activity_count=counts[c],
                activity_count_unknown=inputs.activity_count_unknown and not c,
                stage=all_stages[s],
            ),
            steps=(d, c, s),
        )
        for d, c, s in product(range(len(domains)), range(len(counts)), range(len(all_stages)))
        if d or c or s
    ]
    return sorted(found, key=lambda way: (way.effort, [-step for step in way.steps]))


def interactions(count: int) -> str:
    """The count in words: "no interactions yet", "1 interaction", "8 interactions"."""
    if count == 0:
        return "no interactions yet"
    return f"{count:,} interaction{'' if count == 1 else 's'}"


def _words(domain: bool, count: int | None, stage: LeadStage | None) -> str:
    """The changes in words: "with 3 interactions and a known business domain in qualified"."""
    given = [] if count is None else [interactions(count)]
    if domain:
        given.append("a known business domain")
    words = [f"with {' and '.join(given)}"] if given else []
    if stage is not None:
        words.append(f"in {stage}")
    return " ".join(words)
