"""What a board shows of all leads: filters and sort, as they stand in an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from leadapp.rules.values import clean_text
from leadapp.scoring.assessment import Recommendation

# A trigram index needs three letters to be of use.
SHORTEST_SEARCH = 3
SORTS = ("score", "age", "activity", "days")
NOBODY = "none"
"""The value of the owner filter that means: leads without an owner."""


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """The filters in force. Ids are those of users, sources and business domains."""

    owner: str | None = None
    source: int | None = None
    domain: str | None = None
    score_min: Decimal | None = None
    score_max: Decimal | None = None
    recommendation: str | None = None
    stale: bool = False
    q: str | None = None
    sort: str = "score"

    @classmethod
    def parse(cls, arguments: Mapping[str, str]) -> "BoardFilters":
        """The filters of an address. What makes no sense is left out, as a link may be old."""
        recommendation = arguments.get("recommendation")
        sort = arguments.get("sort", "score")
        return cls(
            owner=id_or_nobody(arguments.get("owner")),
            source=id_or_none(arguments.get("source")),
            domain=id_or_nobody(arguments.get("domain")),
            score_min=_score(arguments.get("score_min")),
            score_max=_score(arguments.get("score_max")),
            recommendation=recommendation if recommendation in set(Recommendation) else None,
            stale=arguments.get("stale") == "1",
            q=(clean_text(arguments.get("q", "").replace("\x00", "")) or "")[:100] or None,
            sort=sort if sort in SORTS else "score",
        )

    @property
    def search(self) -> str | None:
        """The text to look for in lower case, or None when it is too short to look for."""
        if self.q is None or len(self.q) < SHORTEST_SEARCH:
            return None
        digits = self.q.translate({ord(c): None for c in " +-()/."})
        return digits if digits.isdigit() and len(digits) >= SHORTEST_SEARCH else _lower(self.q)

    @property
    def narrow(self) -> bool:
        """Whether anything but the owner narrows the board, so that counts must be counted."""
        return replace(self, owner=None, sort="score", q=self.search) != BoardFilters()

    @property
    def any(self) -> bool:
        """Whether any filter is in force."""
        return replace(self, sort="score") != BoardFilters()

    def query(self, **changes: Any) -> str:
        """These filters, with changes, as the query of an address; empty for none."""
        return urlencode(replace(self, **changes).pairs())

    def pairs(self) -> dict[str, str]:
        """These filters as the arguments of an address, which `parse` reads again."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "sort"}
        # By identity: a score of 0 is a filter, though it equals False.
        pairs = {
            name: "1" if value is True else str(value)
            for name, value in values.items()
            if value is not None and value is not False
        }
        if self.sort != "score":
            pairs["sort"] = self.sort
        return pairs


def id_or_none(text: str | None) -> int | None:
    """The id of an address, or None where it is none."""
    if text and text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    return None


def id_or_nobody(text: str | None) -> str | None:
    """The id of an address as text, or NOBODY, or None where it is neither."""
    if text == NOBODY:
        return NOBODY
    number = id_or_none(text)
    return None if number is None else str(number)


def _lower(text: str) -> str:
    """In lower case as PostgreSQL has it: each character by itself, always to one character.

    Python alone writes a sigma at the end of a word otherwise, and a dotted I as two characters.
    """
    return "".join(character.lower()[0] for character in text)


# Without exponents, which make numbers that PostgreSQL does not know.
_SCORE_TEXT = re.compile(r"[01]?\.?[0-9]{0,9}")


def _score(text: str | None) -> Decimal | None:
    if not text or not _SCORE_TEXT.fullmatch(text) or text == ".":
        return None
    value = Decimal(text)
    return value if value <= 1 else None
