"""Values of leads as texts: how a learned model reads, compares and counts them."""

import json
import math
import re

from leadapp.rules.values import clean_text, normalize_list_key

# [0-9] and not \d, which takes other scripts' digits too.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_LONGEST = 60


def text_of(value: object) -> str | None:
    """An attribute's JSON value as text: a text as it is, a number or bool as JSON writes it.

    None for null, lists and objects, which no model reads.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return None


def fold(text: str | None) -> str:
    """What a category is compared by: case and surrounding blanks do not matter. "" is blank."""
    return normalize_list_key(text) if text else ""


def read_number(text: str) -> float | None:
    """The number that a text is, or None: "1532", "-.5", "1e3", but not "1,532", "nan", "1e999"."""
    cleaned = clean_text(text) or ""
    if not _NUMBER.fullmatch(cleaned):
        return None
    number = float(cleaned)
    return number if math.isfinite(number) else None


def spoken(name: str) -> str:
    """The name of a column as a sentence can carry it: one line, no end mark, not too long."""
    words = " ".join(name.replace("_", " ").split()).strip(" .?!:;,")
    return f"{words[: _LONGEST - 1].rstrip()}…" if len(words) > _LONGEST else words
