"""Words for values: how stages, recommendations, reasons, times and numbers read on a page."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from leadapp.rules.values import score_band, shown_score

STAGE_LABELS = {
    "new": "New",
    "contacted": "Contacted",
    "qualified": "Qualified",
    "transferred": "Transferred",
    "lost": "Lost",
    "kyc": "KYC",
    "agreement": "Agreement",
    "paid": "Paid",
}
RECOMMENDATION_LABELS = {
    "transfer_to_sales": "Transfer to sales",
    "continue_qualification": "Continue qualification",
    "drop_lead": "Drop lead",
}
LOST_REASON_LABELS = {
    "no_answer": "No answer",
    "no_budget": "No budget",
    "no_need": "No need",
    "competitor": "Chose a competitor",
    "not_a_fit": "Not a fit",
    "duplicate": "Duplicate",
    "not_qualified": "Not qualified",
    "other": "Other",
}
ACTIVITY_LABELS = {
    "call": "Call",
    "email": "E-mail",
    "meeting": "Meeting",
    "demo": "Demo",
    "note": "Note",
}
ROLE_LABELS = {"viewer": "Viewer", "rep": "Rep", "manager": "Manager", "admin": "Admin"}

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def score_text(score: Decimal | None) -> str | None:
    """A score in two decimals, rounded down; None stays None."""
    return None if score is None else shown_score(score)


def scorer_words(scorer: str | None) -> str:
    """A scorer's id in words: "the rule table", which None is too, or "model 7"."""
    name, _, version = (scorer or "").partition("/")
    return f"model {version}" if name == "learned" else "the rule table"


def score_bar(score: Decimal | None) -> int:
    """How far a score's bar reaches, in steps of 5 %, 0 to 20."""
    return 0 if score is None else int(score * 20)


def score_word(score: Decimal | None) -> str | None:
    """low, medium or high."""
    return None if score is None else score_band(score)


def initials(name: str | None) -> str | None:
    """The first letters of the first and the last name."""
    words = (name or "").split()
    if not words:
        return None
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def ago(moment: datetime, now: datetime) -> str:
    """A time as people say it: "now", "5 min ago", "2 h ago", "3 d ago", "12 Mar 2024"."""
    seconds = (now - moment).total_seconds()
    if seconds < _MINUTE:
        return "now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min ago"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    if seconds < 7 * _DAY:
        return f"{int(seconds // _DAY)} d ago"
    return day(moment, now)


def day(moment: date | datetime, now: datetime) -> str:
    """A day as people say it, with its year unless it is this one."""
    text = f"{moment.day} {_MONTHS[moment.month - 1]}"
    return text if moment.year == now.year else f"{text} {moment.year}"


def exact(moment: datetime) -> str:
    """The exact time in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 lead", "1,204 leads"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def in_words(items: Sequence[str]) -> str:
    """A few things as one says them: "name, phone and notes"."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
