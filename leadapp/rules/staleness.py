"""Whether a score is stale: which of the inputs it was computed from are others now."""

from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation

from leadapp.rules.stages import LeadStage


@dataclass(frozen=True, slots=True)
class ScoredInputs:
    """Everything an assessment depends on, `scorer` naming scorer and version.

    Sources and business domains stand by id, so that renaming or merging them makes nothing stale.
    `attributes` is a digest of those that the scorer reads, None where it reads none. The passing
    of time is no input.
    """

    source_id: int
    stage: LeadStage
    activity_count: int
    business_domain_id: int | None
    threshold: Decimal
    scorer: str
    attributes: str | None = None

    def to_key(self) -> str:
        """The inputs as one comparable text, as `leadapp.models.lead` writes it in SQL."""
        attributes = "" if self.attributes is None else f"|{self.attributes}"
        return (
            f"{self.source_id}|{self.stage}|{self.activity_count}|{self.business_domain_id or 0}"
            f"|{self.threshold:.2f}|{self.scorer}{attributes}"
        )

    @classmethod
    def from_key(cls, key: str) -> "ScoredInputs":
        """The inputs that `to_key` wrote. Raises ValueError for any other text."""
        try:
            source_id, stage, count, domain_id, threshold, scorer = key.split("|", 5)
            name, attributes = split_scorer(scorer)
            return cls(
                source_id=int(source_id),
                stage=LeadStage(stage),
                activity_count=int(count),
                business_domain_id=int(domain_id) or None,
                threshold=Decimal(threshold),
                scorer=name,
                attributes=attributes,
            )
        except (ValueError, InvalidOperation):
            raise ValueError(f"no inputs of a score: {key!r}") from None


def split_scorer(end: str) -> tuple[str, str | None]:
    """The end of a key as scorer and attributes. Raises ValueError for what is none."""
    scorer, divider, attributes = end.partition("|")
    if not scorer or "|" in attributes or (divider and not attributes):
        raise ValueError(f"no scorer and attributes: {end!r}")
    return scorer, attributes or None


@dataclass(frozen=True, slots=True)
class Change:
    """One input that differs: its name, what it was at the assessment and what it is now."""

    input: str
    then: int | str | Decimal | None
    now: int | str | Decimal | None


# What people call the inputs; ids are turned into names by whoever shows them.
_NAMES = {"source_id": "source", "business_domain_id": "business_domain"}


def changed_inputs(then: ScoredInputs | None, now: ScoredInputs, final: bool) -> tuple[Change, ...]:
    """What changed since the assessment; empty means that the score is fresh.

    `then` is None before the first analysis: no score can be stale. A final lead is never stale.
    Digests of attributes compare only within one scorer, since another one reads others.
    """
    if final or then is None or then == now:
        return ()
    comparable = [f.name for f in fields(ScoredInputs)]
    if then.scorer != now.scorer:
        comparable.remove("attributes")
    return tuple(
        Change(_NAMES.get(name, name), getattr(then, name), getattr(now, name))
        for name in comparable
        if getattr(then, name) != getattr(now, name)
    )


def is_stale(then: ScoredInputs | None, now: ScoredInputs, final: bool) -> bool:
    """Whether anything that the score was computed from is otherwise now."""
    return bool(changed_inputs(then, now, final))
