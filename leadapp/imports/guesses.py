"""What the columns of a file of closed leads seem to be: suggestions for a person to correct."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Column = Mapping[str, Any]
"""A column of `leadapp.imports.summary`."""

# The words of a name that tell an outcome, those that tell it best first.
_OUTCOMES = (
    "converted", "won", "outcome", "sold", "purchased", "bought", "signed", "success", "conversion",
    "closed", "result", "customer", "target", "status", "stage",
)  # fmt: skip
_WON = (
    "won", "closed won", "1", "yes", "true", "converted", "success", "successful", "sold", "paid",
    "customer", "signed", "bought", "purchased", "y", "t", "1.0",
)  # fmt: skip
_FIELDS = {
    "source": ("source", "leadsource", "channel", "leadchannel"),
    "business_domain": ("businessdomain", "industry", "lineofbusiness", "sector", "businesssector"),
    "activity_count": ("activitycount", "interactioncount", "activities", "interactions",
        "touchpoints", "touches", "contactattempts", "calls", "callcount", "visits", "visitcount"),
    "closed_on": ("closedon", "closedate", "closeddate", "dateclosed", "closingdate", "closedat",
        "datedclosed", "decisiondate"),
    "external_id": ("externalid", "id", "leadid", "recordid", "prospectid", "dealid",
        "opportunityid", "contactid", "uuid"),
}  # fmt: skip
_COUNT_OF = re.compile("^(totalnumberof|numberof|total|noof|num|nr)")
_WHOLE = re.compile(r"[0-9]{1,9}(\.0+)?")
_PERSONAL = (
    "name", "fullname", "firstname", "lastname", "surname", "leadname", "contactname", "contact",
    "company", "companyname", "account", "accountname", "email", "emailaddress", "mail", "phone",
    "phonenumber", "telephone", "mobile", "mobilephone", "mobilenumber", "notes", "note",
    "comment", "comments", "street", "address", "owner", "leadowner",
)  # fmt: skip
# What forms and exports write where nothing was said. Of the second ones a person must know.
_NOTHING = ("select", "n/a", "#n/a", "null", "(blank)", "-", "--", "---", "nan")
_PERHAPS = ("na", "none", "unknown", "not specified", "not provided", "not available", "?", "nil")
# A text is worth asking about from this share of the rows on, in one column at least.
_FREQUENT = 0.01
MOST_OUTCOMES = 30
"""A column with more different values than this holds no outcome."""


def guess_outcome(columns: Sequence[Column]) -> str | None:
    """The column that seems to hold the outcome, or None."""
    best: tuple[int, int, str] | None = None
    for column in columns:
        words = set(re.split(r"[^a-z]+", _spaced(column["name"]).lower()))
        ranks = [rank for rank, word in enumerate(_OUTCOMES) if word in words]
        if not ranks or not can_be_outcome(column) or len(column["values"]) < 2:
            continue
        # Two values, of which one says won, speak louder than a name.
        rank = (0 if len(column["values"]) == 2 else 1, ranks[0], column["name"])
        best = rank if best is None or rank < best else best
    if best is not None:
        return best[2]
    pairs = [c["name"] for c in columns if len(c["values"]) == 2 and can_be_outcome(c)]
    return pairs[0] if len(pairs) == 1 else None


def can_be_outcome(column: Column) -> bool:
    """Whether the column has so few values that a person can say which of them mean won."""
    return not column["many"] and 1 <= len(column["values"]) <= MOST_OUTCOMES


def guess_won(column: Column) -> list[str]:
    """The value of the outcome column that seems to mean won, as a list; empty where none does."""
    by_key = {text.strip().casefold().replace("_", " ").replace("-", " "): text
        for text, _ in column["values"]}  # fmt: skip
    return next(([by_key[word]] for word in _WON if word in by_key), [])


def guess_fields(columns: Sequence[Column], *, rows: int) -> dict[str, str]:
    """The columns that seem to hold fields of a lead, by field; the names that say it best win."""
    found: dict[str, str] = {}
    for field, names in _FIELDS.items():
        ranked = [
            (rank, place, column["name"])
            for place, column in enumerate(columns)
            if (rank := _rank(column["name"], names)) is not None
            and _FITS.get(field, _any)(column, rows)
        ]
        if ranked:
            found[field] = min(ranked)[-1]
    return found


def _rank(name: str, names: Sequence[str]) -> int | None:
    """Where the name stands among these, "Total visits" like "Visits"; None where it does not."""
    letters = _letters(name)
    ranks = [names.index(word) for word in (letters, _COUNT_OF.sub("", letters)) if word in names]
    return min(ranks, default=None)


def _any(_column: Column, _rows: int) -> bool:
    return True


def _tells_each_apart(column: Column, rows: int) -> bool:
    return bool(column["unique"] and column["filled"] == rows)


def _counts(column: Column, _rows: int) -> bool:
    """Whether the most frequent values are whole numbers, as a spreadsheet may write them."""
    return all(_WHOLE.fullmatch(text) for text, _ in column["values"])


# What a field needs of a column beside its name.
_FITS = {"external_id": _tells_each_apart, "activity_count": _counts}


def guess_personal(columns: Sequence[Column]) -> list[str]:
    """The columns that seem to tell who a lead is, which no model needs."""
    return [
        column["name"]
        for column in columns
        if _letters(column["name"]) in _PERSONAL
        or any("@" in sample for sample in column["samples"])
    ]


def guess_blanks(columns: Sequence[Column], *, rows: int) -> dict[str, bool]:
    """Frequent texts that may mean nothing was said, and whether they surely do."""
    found: dict[str, bool] = {}
    for column in columns:
        for text, count in column["values"]:
            key = text.casefold()
            if count >= rows * _FREQUENT and key in (*_NOTHING, *_PERHAPS):
                found.setdefault(text, key in _NOTHING)
    by_key = {text.casefold(): (text, sure) for text, sure in found.items()}
    return dict(by_key.values())


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _spaced(name: str) -> str:
    """The name with blanks between words that only capitals divide."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
