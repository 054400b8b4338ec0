"""Single values: how they are cleaned, checked and shown."""

import re
import unicodedata
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from leadapp.errors import InvalidInput

DEFAULT_THRESHOLD = Decimal("0.60")
MIN_THRESHOLD = Decimal("0.01")
MAX_THRESHOLD = Decimal("1.00")
MAX_ACTIVITY_COUNT = 2_147_483_647
"""What PostgreSQL's integer holds."""

ScoreBand = Literal["low", "medium", "high"]

_MEDIUM_FROM = Decimal("0.30")
_HIGH_FROM = Decimal("0.70")
_CENT = Decimal("0.01")
_SCORE_STEP = Decimal("0.0001")

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
# [0-9] and not \d, which takes other scripts' digits too.
_DECIMAL_TEXT = re.compile(r"[0-9]{0,9}\.?[0-9]{0,9}")
_WHOLE_TEXT = re.compile(r"([0-9]{1,20})(?:\.0{1,9})?")


def clean_text(text: str | None) -> str | None:
    """The text without surrounding blanks and invisible characters, or None if nothing is left."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isprintable():
        return text or None
    start, end = 0, len(text)
    while start < end and _is_blank(text[start]):
        start += 1
    while end > start and _is_blank(text[end - 1]):
        end -= 1
    return text[start:end] or None


def _is_blank(character: str) -> bool:
    """Whether a character shows nothing: a blank, a control or a format character."""
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}


def check_text(text: str | None, *, field: str, limit: int) -> str | None:
    """The cleaned text, or None when blank.

    Raises InvalidInput where it is longer than `limit` characters or holds what PostgreSQL cannot
    store as text (NUL, lone surrogates).
    """
    cleaned = clean_text(text)
    if cleaned is None:
        return None
    if len(cleaned) > limit:
        raise InvalidInput([(field, f"must be at most {limit} characters long")])
    if not is_text(cleaned):
        raise InvalidInput([(field, "holds characters that are not text")])
    return cleaned


def is_text(text: str) -> bool:
    """Whether PostgreSQL can store this as text: it has no NUL and no lone surrogate."""
    return _NOT_TEXT.search(text) is None


def normalize_list_key(name: str) -> str:
    """What an entry of a managed list is compared by: case and blanks do not matter.

    Empty for a blank name. Caseless matching as in the Unicode standard, section 3.13, D145.
    """
    folded = unicodedata.normalize("NFD", name).casefold()
    return " ".join((clean_text(unicodedata.normalize("NFC", folded)) or "").split())


def is_score(value: Decimal) -> bool:
    """Whether the value can be a score: a number from 0 to 1. NaN and infinity are not."""
    return value.is_finite() and 0 <= value <= 1


def check_score(value: Decimal) -> Decimal:
    """The score with exactly four decimals.

    Raises ValueError unless it is a number from 0 to 1 that four decimals hold exactly: a scorer
    that gives anything else is broken, and rounding in silence could lift a score over a threshold.
    """
    if not is_score(value):
        raise ValueError(f"a score lies between 0 and 1, not at {value}")
    score = value.quantize(_SCORE_STEP, rounding=ROUND_DOWN)
    if score != value:
        raise ValueError(f"a score has at most four decimals, unlike {value}")
    return score


def shown_score(score: Decimal) -> str:
    """The score in two decimals, rounded down, so that 0.596 never looks like 0.60."""
    return str(score.quantize(_CENT, rounding=ROUND_DOWN))


def score_band(score: Decimal) -> ScoreBand:
    """The word for those who do not see the color: medium from 0.30, high from 0.70."""
    if score >= _HIGH_FROM:
        return "high"
    return "medium" if score >= _MEDIUM_FROM else "low"


def is_threshold(value: Decimal) -> bool:
    """Whether the value can be a threshold: 0.01 to 1.00 in whole hundredths."""
    if not (value.is_finite() and MIN_THRESHOLD <= value <= MAX_THRESHOLD):
        return False
    return value == value.quantize(_CENT, rounding=ROUND_DOWN)


def parse_threshold(value: str | int | float | Decimal, *, field: str = "threshold") -> Decimal:
    """The threshold in two decimals. Raises InvalidInput unless 0.01 to 1.00 in hundredths."""
    text = (clean_text(str(value)) or "").removeprefix("+")
    refusal = InvalidInput([(field, "must be a number from 0.01 to 1.00 with two decimals")])
    if isinstance(value, bool) or not _DECIMAL_TEXT.fullmatch(text) or text in {"", "."}:
        raise refusal
    threshold = Decimal(text)
    if not is_threshold(threshold):
        raise refusal
    return threshold.quantize(_CENT)


def parse_activity_count(value: str | int, *, field: str = "activity_count") -> int:
    """The count as a whole number. Raises InvalidInput unless it is 0 to 2,147,483,647.

    "3.0" is 3: spreadsheets write whole numbers so.
    """
    match = _WHOLE_TEXT.fullmatch(clean_text(str(value)) or "")
    if isinstance(value, bool) or match is None or int(match[1]) > MAX_ACTIVITY_COUNT:
        raise InvalidInput([(field, f"must be a whole number from 0 to {MAX_ACTIVITY_COUNT}")])
    return int(match[1])
