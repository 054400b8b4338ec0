"""Whether open leads have the columns that a model reads, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from leadapp.queries.open_columns import LOOKED_AT, coverage
from leadapp.queries.scoring_state import FIELDS
from leadapp.web.words import plural


def read_by(report: Mapping[str, Any]) -> list[str]:
    """The columns of a training that its model reads of attributes."""
    return [
        column["name"]
        for column in report["columns"]
        if column["verdict"] == "used" and column["name"] not in FIELDS
    ]


def lacking(columns: Sequence[str], cells: Sequence[Sequence[Any]] = ()) -> str | None:
    """What to say where most open leads have none or few of these columns; None where they do.

    `cells` are open leads by their new score, as `leadapp.scoring.crossing` has them. One
    statement, or none where the model reads no such column.
    """
    if not columns:
        return None
    found = coverage(columns)
    of_these = f"the {plural(len(columns), 'further column')} that this model reads"
    if found.without * 2 > found.leads:
        lack, what = found.without, f"none of {of_these}"
    elif found.few * 2 > found.leads:
        lack, what = found.few, f"less than a quarter of {of_these}"
    else:
        return None
    scores = _scores(cells) if lack == found.leads else ""
    what += scores or f", so {'its score says' if lack == 1 else 'their scores say'} little"
    which = "the latest " if found.leads == LOOKED_AT else ""
    return (
        f"{lack:,} of {which}{plural(found.leads, 'open lead')} {'has' if lack == 1 else 'have'}"
        f" {what}. Import open leads with the same columns."
    )


def _scores(cells: Sequence[Sequence[Any]]) -> str:
    new = [cell[1] / 100 for cell in cells]
    if not new:
        return ""
    low, high = min(new), max(new)
    span = f"about {low:.2f}" if low == high else f"{low:.2f} to {high:.2f}"
    who = "it will" if sum(cell[2] for cell in cells) == 1 else "they will all"
    return f"; {who} score {span}"
