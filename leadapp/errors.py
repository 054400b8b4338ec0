# ruff: noqa: N818 -- a refusal is named for what was refused; it is an answer, not a fault
"""What can be refused: one class a refusal, with code, message and details.

Nothing here knows HTTP: an entry point renders a refusal as page, fragment or problem+json.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar, Protocol


class Refusal(Exception):
    """A request that is answered with no.

    `code` is stable: callers may compare it. `message` is one sentence that says what happened and
    what to do. `details` holds what JSON can carry.
    """

    code: ClassVar[str]

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class UnmetCondition(Protocol):
    """A condition that was not met: what there is, what is needed, what to do."""

    @property
    def code(self) -> str: ...
    @property
    def have(self) -> str: ...
    @property
    def need(self) -> str: ...
    @property
    def message(self) -> str: ...


class LeadNotFound(Refusal):
    """There is no such lead, or none that this person may see."""

    code = "lead_not_found"

    def __init__(self, lead_id: int | None = None) -> None:
        super().__init__("There is no such lead; look for it on the board.", id=lead_id)


class SaleNotFound(Refusal):
    """There is no such sale, or none that this person may see."""

    code = "sale_not_found"

    def __init__(self, sale_id: int | None = None) -> None:
        super().__init__("There is no such sale; look for it among the sales.", id=sale_id)


class UserNotFound(Refusal):
    """There is no such user, or the user may not sign in any more."""

    code = "user_not_found"

    def __init__(self, user_id: int | None = None) -> None:
        super().__init__("There is no such user; choose another one.", id=user_id)


class ListEntryNotFound(Refusal):
    """There is no such entry of a managed list."""

    code = "list_entry_not_found"

    def __init__(self, noun: str, entry_id: int | None = None) -> None:
        super().__init__(f"There is no such {noun}; choose another one.", id=entry_id)


class TokenNotFound(Refusal):
    """There is no such API token, or it belongs to somebody else."""

    code = "token_not_found"

    def __init__(self, token_id: int | None = None) -> None:
        super().__init__("There is no such API token; look for it in your account.", id=token_id)


class HistoryFileNotFound(Refusal):
    """There is no such imported file of closed leads, or it was removed."""

    code = "history_file_not_found"

    def __init__(self, file_id: int | None = None) -> None:
        super().__init__(
            "There is no such imported file; look for it among the closed leads.", id=file_id
        )


class UploadNotFound(Refusal):
    """There is no such uploaded file: it was imported, or removed after two days."""

    code = "upload_not_found"

    def __init__(self, upload_id: int | None = None) -> None:
        super().__init__("The uploaded file is no longer here; upload it again.", id=upload_id)


class RunNotFound(Refusal):
    """There is no such run, or it is somebody else's and the person may not see those."""

    code = "run_not_found"

    def __init__(self, run_id: int | None = None) -> None:
        super().__init__("There is no such run; start it again where you started it.", id=run_id)


class LastAdmin(Refusal):
    """Without this user nobody could administer leadapp any more."""

    code = "last_admin"

    def __init__(self) -> None:
        super().__init__("This is the only active admin; make somebody else an admin first.")


class InvalidTransition(Refusal):
    """The pipeline has no step from the present stage to the one asked for.

    `allowed` are the stages that may follow, empty when the present stage is final; `advice` is
    what to do then.
    """

    code = "invalid_transition"

    def __init__(
        self,
        from_: str,
        to: str,
        allowed: Sequence[str],
        *,
        noun: str = "lead",
        advice: str = "nothing can be moved from here",
    ) -> None:
        self.from_ = from_
        self.to = to
        self.allowed = tuple(allowed)
        where = f"already in {from_}" if from_ == to else f"in {from_}"
        if self.allowed:
            follow = f"it may move to {' or '.join(self.allowed)}"
            end = f"; {follow}." if from_ == to else f" and cannot move to {to}; {follow}."
        else:
            end = f", which is final; {advice}."
        super().__init__(
            f"The {noun} is {where}{end}",
            **{"from": str(from_), "to": str(to)},
            allowed=[str(stage) for stage in self.allowed],
        )


class LeadIsFinal(Refusal):
    """The lead is transferred or lost, and what was to be changed is frozen with that."""

    code = "lead_is_final"

    def __init__(self, stage: str, fields: Iterable[str]) -> None:
        self.stage = stage
        self.fields = tuple(fields)
        names = " and ".join(field.replace("_", " ") for field in self.fields)
        super().__init__(
            f"The lead is {stage}, so {names or 'this'} can no longer change; contact fields, "
            "notes and activities stay open.",
            stage=str(stage),
            fields=list(self.fields),
        )


class HandoffRefused(Refusal):
    """The lead lacks something that a handoff needs; `unmet` is everything it lacks."""

    code = "handoff_refused"

    def __init__(self, unmet: Iterable[UnmetCondition]) -> None:
        self.unmet = tuple(unmet)
        count = len(self.unmet)
        # Nothing is unmet where the lead was mended between the attempt and the explanation.
        why = {0: "the lead changed meanwhile; try again", 1: "1 condition is unmet; meet it first"}
        message = (
            f"Not handed off: {why.get(count, f'{count} conditions are unmet; meet them first')}."
        )
        super().__init__(
            message,
            unmet=[
                {"code": str(u.code), "have": u.have, "need": u.need, "message": u.message}
                for u in self.unmet
            ],
        )


class EvidenceChanged(Refusal):
    """The score or the threshold is no longer what the person who hands off was shown."""

    code = "evidence_changed"

    def __init__(self) -> None:
        super().__init__(
            "The score or the threshold changed after it was shown to you; look at it as it is now "
            "and confirm again."
        )


class NotOwner(Refusal):
    """Only the owner may do this, and the person is not the owner."""

    code = "not_owner"

    def __init__(self, action: str = "hand this lead off") -> None:
        super().__init__(
            f"Only the owner may {action}; work on it first, which makes it yours, or ask a "
            "manager."
        )


class VersionConflict(Refusal):
    """The record has changed since the version that the request was made for."""

    code = "version_conflict"

    def __init__(self, expected: int | None, present: int | None) -> None:
        super().__init__(
            "This was changed meanwhile; read the present version and repeat your change on it.",
            expected=expected,
            present=present,
        )


class StageMoved(Refusal):
    """Somebody else moved the lead or sale from the stage that the request had seen."""

    code = "stage_moved"

    def __init__(
        self, *, who: str | None, when: datetime | None, from_: str, to: str, noun: str = "lead"
    ) -> None:
        self.who = who
        self.when = when
        self.from_ = from_
        self.to = to
        super().__init__(
            f"{who or 'Somebody'} moved this {noun} from {from_} to {to} meanwhile; look at it as "
            "it is now before you move it.",
            **{"from": str(from_), "to": str(to)},
            who=who,
            when=when.isoformat() if when else None,
        )


class InvalidInput(Refusal):
    """Some values were not accepted: `errors` are pairs of field and message."""

    code = "invalid_input"

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        fields = " and ".join(dict.fromkeys(field.replace("_", " ") for field, _ in self.errors))
        super().__init__(
            f"Nothing was saved; correct {fields or 'the values'} and try again.",
            errors=[{"field": field, "message": message} for field, message in self.errors],
        )


class AdviserNotSetUp(Refusal):
    """No language model was named in the settings, so there is nobody to ask."""

    code = "adviser_not_set_up"

    def __init__(self) -> None:
        super().__init__("No adviser is set up; set LEADAPP_ADVISER_URL and its companions.")


class AdviceBudgetSpent(Refusal):
    """As many answers as the settings allow were asked for today."""

    code = "advice_budget_spent"

    def __init__(self, daily: int) -> None:
        super().__init__(
            f"The adviser was asked {daily:,} times today, which is the limit of a day (UTC); ask "
            "again tomorrow.",
            daily=daily,
        )


class AdviceNotFound(Refusal):
    """Nobody has asked the adviser about this lead yet."""

    code = "advice_not_found"

    def __init__(self, lead_id: int) -> None:
        super().__init__("There is no advice on this lead yet; ask for it.", id=lead_id)


class PermissionDenied(Refusal):
    """The person's role does not allow this."""

    code = "permission_denied"

    def __init__(self, permission: str) -> None:
        super().__init__(
            "Your role does not allow this; ask an admin for a role that does.",
            permission=str(permission),
        )


class ModelNotFound(Refusal):
    """No training has this id."""

    code = "model_not_found"

    def __init__(self, model_id: int) -> None:
        super().__init__(f"There is no model {model_id}; look at the list of models.", id=model_id)


class ModelNotPromotable(Refusal):
    """The scorer in use cannot change as asked: nothing to promote, or somebody was faster.

    `why` says what is, as the beginning of a sentence.
    """

    code = "model_not_promotable"

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; look at the list of models.")


class ModelDamaged(Refusal):
    """A stored model is not what was stored: it was tampered with, so nothing is scored by it.

    `problem` says what is odd about it, in words without a full stop.
    """

    code = "model_damaged"

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"The scoring model is damaged ({problem}), so nothing was scored; promote another "
            "model or go back to the rule table.",
            problem=problem,
        )
