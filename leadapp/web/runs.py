"""What pages say of a run. The fragment that shows one is the macro `run` of runs/_run.html."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.runs import RunView
from leadapp.web.words import plural

TITLES = {
    "analyze": "Analyzing leads",
    "train": "Training a model",
    "import_history": "Importing history",
    "advise": "Asking the adviser",
}
# What consists of things that can be counted.
_COUNTED = {"analyze", "import_history"}
# A worker takes a run up within a moment; after so long there may be none.
_NOBODY_AFTER = timedelta(seconds=10)
_NOBODY = "No worker has taken it up yet. It waits until one runs; ask whoever operates leadapp."
_GOES_ON = "It goes on when you leave this page."
_MINUTE = 60
# So many rejected rows are named; whoever mends those has mended most.
_MOST_REJECTS = 10


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run as a page shows it; all texts are ready to show."""

    id: int
    title: str
    state: str
    """What it does, or what came of it, in one line."""
    hint: str | None
    kind: str
    """Of the line: "", "green", "amber" or "red"."""
    active: bool
    cancelling: bool
    percent: int | None
    """None where nobody knows how much there is to do."""
    figures: tuple[tuple[str, str], ...]
    """Labels and numbers; empty for what counts nothing."""
    details: tuple[str, ...]
    """What else its result has to say, a line each."""
    next_url: str | None
    next_label: str


def shown_run(run: RunView, now: datetime) -> ShownRun:
    """The run as a page shows it at this moment."""
    next_url, next_label = _next(run)
    waits_long = run.status == "queued" and now - run.created_at > _NOBODY_AFTER
    return ShownRun(
        id=run.id,
        title=TITLES[run.kind],
        state=_state(run),
        hint=None if not run.active else _NOBODY if waits_long else _GOES_ON,
        kind={"done": "green", "failed": "red", "cancelled": "amber"}.get(run.status, ""),
        active=run.active,
        cancelling=run.cancel_requested,
        percent=run.percent if run.total is not None or not run.active else None,
        figures=_figures(run),
        details=_details(run.result or {}),
        next_url=None if run.active else next_url,
        next_label=next_label,
    )


def _state(run: RunView) -> str:
    states = {
        "queued": "Waiting for a worker",
        "running": "Cancelling" if run.cancel_requested else "Under way",
        "failed": run.error or "It failed.",
        "cancelled": "Cancelled. Nothing was kept.",
    }
    if run.status == "cancelled" and run.kind == "analyze":
        return f"Cancelled. {plural(run.done, 'lead')} had been analyzed before."
    return _DONE[run.kind](run) if run.status == "done" else states[run.status]


def _analyzed(run: RunView) -> str:
    text = f"Analyzed {plural(run.done, 'lead')}."
    if run.failed:
        keeps = "keeps its" if run.failed == 1 else "keep their"
        text += f" {plural(run.failed, 'lead')} changed or closed meanwhile and {keeps} score."
    return text


def _trained(run: RunView) -> str:
    refused = (run.result or {}).get("status") == "refused"
    return (
        "There is no model to learn from this history yet; its page says why."
        if refused
        else "A candidate is trained. It is not in use until an admin promotes it."
    )


def _imported(run: RunView) -> str:
    result = run.result or {}
    parts = [f"{plural(int(result.get('added', run.done)), 'closed lead')} imported"]
    for name, word in (("unchanged", "unchanged"), ("rejected", "rejected")):
        if result.get(name):
            parts.append(f"{int(result[name]):,} {word}")
    return ", ".join(parts) + "."


def _advised(_run: RunView) -> str:
    return "The adviser was asked."


_DONE: dict[str, Callable[[RunView], str]] = {
    "analyze": _analyzed,
    "train": _trained,
    "import_history": _imported,
    "advise": _advised,
}


def _figures(run: RunView) -> tuple[tuple[str, str], ...]:
    """The numbers, always as many, so that nothing moves while they change."""
    if run.kind not in _COUNTED:
        return ()
    rest = "–" if run.rest is None else f"{run.rest if run.active else 0:,}"
    return (
        ("Done", f"{run.done:,}"),
        ("Failed", f"{run.failed:,}"),
        ("Rest", rest),
        ("Time left", time_left(run.seconds_left) if run.active else "–"),
    )


def _details(result: dict[str, Any]) -> tuple[str, ...]:
    """The notes of an import, and its first rejected rows with their reasons."""
    rejects = result.get("rejects") or []
    named = [f"Row {reject['row']:,}: {reject['reason']}" for reject in rejects[:_MOST_REJECTS]]
    return (*(result.get("notes") or []), *named)


def time_left(seconds: int | None) -> str:
    """A length of time as people guess it: "12 s", "3 min"."""
    if seconds is None:
        return "–"
    return f"{seconds} s" if seconds < 2 * _MINUTE else f"{round(seconds / _MINUTE)} min"


def _next(run: RunView) -> tuple[str | None, str]:
    """Where one goes from here, and what that is called."""
    result: dict[str, Any] = run.result or {}
    match run.kind:
        case "train" if "model_id" in result:
            return f"/scoring/models/{int(result['model_id'])}", "Look at the model"
        case "train":
            return "/scoring/models", "To the models"
        case "import_history" if result.get("added"):
            return "/scoring", "Next: train a model"
        case "import_history":
            return "/scoring/history", "To the history"
        case "advise" if "lead_id" in run.params:
            return f"/leads/{int(run.params['lead_id'])}", "To the lead"
        case _:
            query = BoardFilters.parse(run.params.get("filter") or {}).query()
            return f"/board?{query}" if query else "/board", "To the board"
