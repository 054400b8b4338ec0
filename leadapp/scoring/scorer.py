"""What every scorer can do, whichever it is: the rule table or a learned model."""

from decimal import Decimal
from typing import Protocol

from leadapp.scoring import rule_table
from leadapp.scoring.assessment import Assessment, Inputs


class Scorer(Protocol):
    """Scores leads. The same inputs always give the same assessment."""

    @property
    def name(self) -> str:
        """`rule_table` or `learned`."""

    @property
    def version(self) -> str:
        """Which version of it: "1", or the id of the model."""

    @property
    def id(self) -> str:
        """Name and version as one text: `rule_table/1`, `learned/7`."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The attributes that it reads, by their names."""

    def assess(self, inputs: Inputs) -> Assessment:
        """Score, advice, reason and contributions for one lead."""

    def score_of(self, inputs: Inputs) -> Decimal:
        """The score alone, in four decimals at most."""

    def what_would_help(self, inputs: Inputs) -> tuple[tuple[str, Decimal], ...]:
        """What raises the score, each with the score it would bring, the most helpful first."""


class RuleTable:
    """The rule table as a scorer."""

    name = rule_table.SCORER
    version = rule_table.VERSION
    id = rule_table.SCORER_ID
    columns: tuple[str, ...] = ()

    def assess(self, inputs: Inputs) -> Assessment:
        """Score, advice, reason and contributions by `rule_table.assess`."""
        return rule_table.assess(inputs)

    def score_of(self, inputs: Inputs) -> Decimal:
        """The score alone, 0.00 to 1.00."""
        return rule_table.score_of(inputs)

    def what_would_help(self, inputs: Inputs) -> tuple[tuple[str, Decimal], ...]:
        """What raises the score, by `rule_table.what_would_help`."""
        return rule_table.what_would_help(inputs)


RULE_TABLE: Scorer = RuleTable()
