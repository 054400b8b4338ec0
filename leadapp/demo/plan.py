"""What happened to the demo's leads, and when, as far as chance decides it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from leadapp.demo import people
from leadapp.demo.contacts import Contacts

SEED = 20_260_301
LEADS = 300
# How many leads end in each stage, and how many sales; the sales are the transferred leads.
LEAD_ENDS = {"new": 74, "contacted": 76, "qualified": 58, "transferred": 46, "lost": 46}
SALE_ENDS = {"new": 10, "kyc": 9, "agreement": 8, "paid": 14, "lost": 5}
MONTHS = 6
_STEPS = ("new", "contacted", "qualified", "transferred")
_SALE_STEPS = ("new", "kyc", "agreement", "paid")
_FINAL = {"transferred", "lost"}
_KINDS = ("call", "call", "call", "email", "email", "email", "meeting", "demo", "note")
_LOST = ("no_answer", "no_answer", "no_budget", "no_need", "competitor", "not_a_fit", "duplicate")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody did with a lead: `who` is an e-mail address."""

    at: datetime
    who: str
    kind: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeadPlan:
    """A lead's own story, in order: it begins with `create` and ends by `now`."""

    end: str
    sale_end: str | None
    steps: tuple[Step, ...]


def lead_plans(now: datetime) -> list[LeadPlan]:
    """The stories of all leads, ending at `now`; the same for the same `now`."""
    chance = random.Random(SEED)  # noqa: S311 (a demo, no secret)
    contacts = Contacts(chance)
    ends = [end for end, count in LEAD_ENDS.items() for _ in range(count)]
    sale_ends = [end for end, count in SALE_ENDS.items() for _ in range(count)]
    chance.shuffle(ends)
    chance.shuffle(sale_ends)
    return [
        _Story(chance, contacts, now, end, sale_ends.pop() if end == "transferred" else None).plan()
        for end in ends
    ]


class _Story:
    """Makes up one lead's story: first what was done, then when."""

    def __init__(
        self,
        chance: random.Random,
        contacts: Contacts,
        now: datetime,
        end: str,
        sale_end: str | None,
    ) -> None:
        self.chance = chance
        self.contacts = contacts
        self.now = now
        self.end = end
        self.sale_end = sale_end
        self.owner: str | None = chance.choice(people.REPS)
        if end == "new" and chance.random() < 0.4:
            self.owner = None
        self.done: list[tuple[str, str, dict[str, Any]]] = []

    def plan(self) -> LeadPlan:
        """The story, with a time for each step."""
        self._create()
        self._work()
        if self.end == "transferred":
            self._sell()
        return LeadPlan(self.end, self.sale_end, tuple(self._timed()))

    def _do(self, kind: str, who: str | None = None, **values: Any) -> None:
        self.done.append((kind, who or self.owner or people.MANAGER, values))

    def _create(self) -> None:
        # Some qualified leads still lack a domain, so that a refused handoff can be seen.
        likely = {"transferred": 1.0, "qualified": 0.85}.get(self.end, 0.72)
        known = self.chance.random() < likely
        contact = self.contacts.make()
        values: dict[str, Any] = {
            **contact.values,
            "source": self._source(),
            "business_domain": contact.domain if known else None,
            "notes": self.chance.choice(people.NOTES) if self.chance.random() < 0.2 else None,
        }
        by_rep = self.owner is not None and self.chance.random() < 0.5
        self._do("create", self.owner if by_rep else people.MANAGER, values=values)
        if self.owner and not by_rep:
            self._do("assign", people.MANAGER, owner=self.owner)

    def _work(self) -> None:
        """Through the stages to the lead's end, with activities and analyses on the way."""
        if self.end != "new" or self.chance.random() < 0.65:
            self._do("analyze", people.MANAGER)
        reached = self._stages_reached()
        if self.end == "new" and self.owner and self.chance.random() < 0.4:
            self._log(1)
        for stage in reached:
            self._log(self.chance.randint(1, 3))
            self._do("move", to=stage)
            if self.chance.random() < 0.85 or stage == "qualified":
                self._do("analyze")
        if self.end == "qualified":
            self._log(self.chance.randint(0, 2))
            if self.chance.random() < 0.75:
                self._do("analyze")
        if self.end == "lost":
            reason = "other" if self.chance.random() < 0.06 else self.chance.choice(_LOST)
            note = people.LOST_WORDS if reason == "other" else None
            self._do("move", to="lost", lost_reason=reason, lost_note=note)
        elif self.end != "transferred" and self.owner and self.chance.random() < 0.45:
            day = self.now + timedelta(days=self.chance.randint(-4, 21))
            self._do("follow_up", on=day.date())

    def _stages_reached(self) -> tuple[str, ...]:
        if self.end == "lost":
            return _STEPS[1 : self.chance.randint(1, 3)]
        return tuple(s for s in _STEPS[1 : _STEPS.index(self.end) + 1] if s != "transferred")

    def _log(self, count: int) -> None:
        for _ in range(count):
            kind = self.chance.choice(_KINDS)
            self._do("log", activity=kind, note=self.chance.choice(people.WORDS[kind]))

    def _sell(self) -> None:
        # What counts is said last and then analyzed, so that the handoff rests on all of it.
        self._do("log", activity="meeting", note=self.chance.choice(people.WORDS["meeting"]))
        self._do("analyze")
        self._do("hand_off", people.MANAGER if self.chance.random() < 0.3 else None)
        stages: tuple[str, ...] = _SALE_STEPS[1:]
        if self.sale_end == "lost":
            stages = stages[: self.chance.randint(0, 2)]
        elif self.sale_end is not None:
            stages = stages[: _SALE_STEPS.index(self.sale_end)]
        for stage in stages:
            self._do("move_sale", to=stage)
        if self.sale_end == "lost":
            reason = self.chance.choice(("not_qualified", "competitor", "no_budget"))
            self._do("move_sale", to="lost", lost_reason=reason)

    def _source(self) -> str:
        return self.chance.choices(list(people.SOURCES), list(people.SOURCES.values()))[0]

    def _timed(self) -> Iterator[Step]:
        """Times in office hours, from some day of the past months until shortly before now."""
        oldest = {"new": 24, "contacted": 60, "qualified": 90}.get(self.end, 30 * MONTHS)
        begin = self.chance.uniform(0.35 * oldest, oldest)
        # Most open leads were worked lately; what is final may have been so for long.
        share = self.chance.uniform(0, 0.7) if self.end in _FINAL else self.chance.random() ** 3
        finish = 0.1 + 0.9 * share * begin
        days = sorted(self.chance.uniform(finish, begin) for _ in self.done)[::-1]
        moments = sorted(self._office_hour(self.now - timedelta(days=ago)) for ago in days)
        for at, (kind, who, values) in zip(moments, self.done, strict=True):
            yield Step(at, who, kind, values)

    def _office_hour(self, at: datetime) -> datetime:
        """The same day between 8 and 17 o'clock, or the Friday before a weekend."""
        at -= timedelta(days=max(0, at.weekday() - 4))
        office = at.replace(
            hour=self.chance.randint(8, 16),
            minute=self.chance.randint(0, 59),
            second=self.chance.randint(0, 59),
        )
        return min(office, self.now - timedelta(minutes=5))
