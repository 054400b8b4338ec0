"""Why a lead or a sale was lost: the reasons of each pipeline, and what `other` needs."""

from enum import StrEnum
from typing import TypeVar

from leadapp.errors import InvalidInput
from leadapp.rules.values import check_text, clean_text

NOTE_LIMIT = 2_000


class LeadLostReason(StrEnum):
    """Why a lead was lost."""

    NO_ANSWER = "no_answer"
    NO_BUDGET = "no_budget"
    NO_NEED = "no_need"
    COMPETITOR = "competitor"
    NOT_A_FIT = "not_a_fit"
    DUPLICATE = "duplicate"
    OTHER = "other"


class SaleLostReason(StrEnum):
    """Why a sale was lost; `not_qualified` sends it back as badly qualified."""

    NOT_QUALIFIED = "not_qualified"
    NO_ANSWER = "no_answer"
    NO_BUDGET = "no_budget"
    NO_NEED = "no_need"
    COMPETITOR = "competitor"
    NOT_A_FIT = "not_a_fit"
    DUPLICATE = "duplicate"
    OTHER = "other"


ReasonT = TypeVar("ReasonT", bound=StrEnum)


def parse_lost_reason(
    kind: type[ReasonT], reason: str | None, note: str | None, *, required: bool
) -> tuple[ReasonT | None, str | None]:
    """The reason and its words, cleaned, as a pipeline's `kind` of reasons allows them.

    `required` is the caller's: pages ask for a reason, the API takes it as optional. Raises
    InvalidInput for an unknown reason (`lost_reason`), for none where one is required, for `other`
    without words, and for words that are too long or no text (`lost_note`).
    """
    name, words = clean_text(reason), check_text(note, field="lost_note", limit=NOTE_LIMIT)
    if name is None:
        if required:
            raise InvalidInput([("lost_reason", "choose why it was lost")])
        return None, words
    if name not in {known.value for known in kind}:
        raise InvalidInput([("lost_reason", f"must be one of {', '.join(kind)}")])
    if name == "other" and words is None:
        raise InvalidInput([("lost_note", "say in words why it was lost")])
    return kind(name), words
