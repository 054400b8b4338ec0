"""A lead's events in plain words."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from leadapp.queries.lead_page import TimelineRow
from leadapp.queries.lists import Lists
from leadapp.web.words import (
    ACTIVITY_LABELS,
    LOST_REASON_LABELS,
    RECOMMENDATION_LABELS,
    STAGE_LABELS,
    in_words,
)

_VIA = {"page": None, "api": "by the API", "command": "by a command"}
_FIELDS = {
    "email": "e-mail",
    "external": "external id",
    "follow_up_on": "follow-up date",
    "attributes": "further columns",
}
# Told with what they were and became; the others only by name.
_TOLD = {"owner", "source", "business_domain"}
_LOGGED = {
    "call": "logged a call",
    "email": "logged an e-mail",
    "meeting": "logged a meeting",
    "demo": "logged a demo",
    "note": "left a note",
}


class Entry(NamedTuple):
    """One line of the timeline, its texts ready to show."""

    icon: str
    who: str
    words: str
    note: str | None
    via: str | None
    when: datetime


def entries(rows: Iterable[TimelineRow], lists: Lists) -> list[Entry]:
    """The events as lines of the timeline."""
    return [_entry(row, lists) for row in rows]


def _entry(row: TimelineRow, lists: Lists) -> Entry:
    icon, tell = _KINDS.get(row.kind, ("info", None))
    words = tell(row.data, lists) if tell else row.kind.replace("_", " ")
    if row.kind == "activity_logged":
        icon = row.data["activity"]
    if row.kind == "stage_changed" and row.data["to"] == "lost":
        icon = "lost"
    who = "Somebody on the server" if row.actor_id is None else lists.users[row.actor_id]
    return Entry(icon, who, words, row.note, _VIA.get(row.via, row.via), row.at)


def _created(data: dict[str, Any], _lists: Lists) -> str:
    origin = data.get("started_from_id")
    return f"started this lead from lead {origin}" if origin else "added this lead"


def _changed(data: dict[str, Any], lists: Lists) -> str:
    parts = []
    if "owner_id" in data:
        before, after = (lists.users.get(i) if i else None for i in data["owner_id"])
        parts.append(f"assigned it to {after}" if after else f"took it from {before or 'nobody'}")
    if "source_id" in data:
        before, after = (lists.sources.get(i, ("another",))[0] for i in data["source_id"])
        parts.append(f"changed the source from {before} to {after}")
    if "business_domain_id" in data:
        before, after = (lists.domains.get(i) if i else None for i in data["business_domain_id"])
        parts.append(_domain_changed(before, after))
    others = [_FIELDS.get(f, f) for f in data.get("fields", []) if f not in _TOLD]
    if others:
        parts.append(f"changed {in_words(others)}")
    return ", ".join(parts) or "changed it"


def _domain_changed(before: str | None, after: str | None) -> str:
    if after is None:
        return f"removed the business domain {before or ''}".rstrip()
    if before is None:
        return f"set the business domain to {after}"
    return f"changed the business domain from {before} to {after}"


def _moved(data: dict[str, Any], lists: Lists) -> str:
    if data["to"] == "lost":
        reason = data.get("lost_reason")
        why = f": {LOST_REASON_LABELS[reason].lower()}" if reason else ""
        return f"marked it as lost from {STAGE_LABELS[data['from']]}{why}"
    if data["to"] == "transferred":
        person = lists.users.get(data.get("salesperson_id") or 0)
        return "handed it off to sales" + (f", to {person}" if person else "")
    claimed = " and took it on" if data.get("claimed") else ""
    return f"moved it from {STAGE_LABELS[data['from']]} to {STAGE_LABELS[data['to']]}{claimed}"


def _analyzed(data: dict[str, Any], _lists: Lists) -> str:
    # JSON numbers have lost their trailing zeros; a score is told in two decimals, rounded down.
    hundredths = int(round(float(data["score"]) * 10_000) // 100)
    advice = RECOMMENDATION_LABELS[data["recommendation"]].lower()
    return f"analyzed it: {hundredths / 100:.2f}, {advice}"


def _advice_asked(_data: dict[str, Any], _lists: Lists) -> str:
    return "asked the adviser"


def _logged(data: dict[str, Any], _lists: Lists) -> str:
    kind = data["activity"]
    return _LOGGED.get(kind, f"logged: {ACTIVITY_LABELS.get(kind, kind)}")


def _erased(_data: dict[str, Any], _lists: Lists) -> str:
    return "erased the person's data"


def _sale_moved(data: dict[str, Any], _lists: Lists) -> str:
    if data["to"] == "lost":
        reason = data.get("lost_reason")
        return "marked the sale as lost" + (
            f": {LOST_REASON_LABELS[reason].lower()}" if reason else ""
        )
    return f"moved the sale from {STAGE_LABELS[data['from']]} to {STAGE_LABELS[data['to']]}"


_KINDS: dict[str, tuple[str, Callable[[dict[str, Any], Lists], str]]] = {
    "lead_created": ("add", _created),
    "lead_changed": ("edit", _changed),
    "stage_changed": ("move", _moved),
    "analyzed": ("analyze", _analyzed),
    "activity_logged": ("activity", _logged),
    "advice_asked": ("note", _advice_asked),
    "lead_erased": ("delete", _erased),
    "sale_stage_changed": ("sales", _sale_moved),
}
