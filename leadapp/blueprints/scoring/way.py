"""The way to a learned score, as a checklist with one next step."""

from typing import NamedTuple

from leadapp.permissions import Actor, Permission
from leadapp.queries.scoring_state import COUNTED, ScoringState

ENOUGH_CLOSED = 100
"""Under so many closed leads no training gives a model."""


class Step(NamedTuple):
    """One step. Where it is the next one: the button's label and where it leads."""

    title: str
    text: str
    state: str
    """done, next or later."""
    label: str
    url: str
    posts: bool
    may: bool


def way_of(state: ScoringState, actor: Actor) -> list[Step]:
    """The steps with their state; the first that is not done is the next one."""
    admin, bulk = actor.may(Permission.ADMINISTER), actor.may(Permission.BULK_LEADS)
    candidate = state.candidate_id or state.latest_id
    page = f"/scoring/models/{candidate}"
    used = state.model_id is not None
    trained = used or state.candidate_id is not None
    steps = [
        (
            state.imported > 0 or state.own >= ENOUGH_CLOSED or trained,
            Step(
                "Import closed leads",
                _closed_words(state),
                "", "Import a file", "/scoring/history", False, bulk,
            ),
        ),
        (
            trained,
            Step(
                "Train a model",
                "It learns which leads were won, and is tried on leads it has not seen.",
                "", "Train a model", "/scoring/models", True, admin,
            ),
        ),
        (
            used,
            Step(
                "Look at the candidate and promote it",
                "Beside the present scorer, on the same leads. You choose the threshold with it.",
                "", "Look at the candidate", page, False, True,
            ),
        ),
        (
            used and (not state.to_analyze),
            Step(
                "Analyze all open leads",
                _waiting_words(state) if used else "So that every open lead has its score.",
                "", "Analyze all open leads", "/scoring/analysis", True, bulk,
            ),
        ),
    ]  # fmt: skip
    following = next((i for i, (done, _) in enumerate(steps) if not done), len(steps))
    return [
        step._replace(state="done" if done else "next" if i == following else "later")
        for i, (done, step) in enumerate(steps)
    ]


def _closed_words(state: ScoringState) -> str:
    parts = []
    if state.imported:
        parts.append(f"{state.imported:,} imported")
    if state.own:
        parts.append(f"{_capped(state.own)} closed here")
    have = " and ".join(parts) or "None yet"
    return f"{have}. It takes {ENOUGH_CLOSED} at least, 20 of them won and 20 lost."


def _waiting_words(state: ScoringState) -> str:
    if not state.to_analyze:
        return "Every open lead has its score." if state.open else "There are no open leads yet."
    return f"{_capped(state.to_analyze)} without a score by the scorer in use."


def _capped(count: int) -> str:
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"
