"""Refusals: a stable code, one sentence, details that JSON can carry."""

import json
from datetime import UTC, datetime

import pytest

from leadapp import errors
from leadapp.errors import (
    AdviceBudgetSpent,
    AdviceNotFound,
    AdviserNotSetUp,
    EvidenceChanged,
    HandoffRefused,
    HistoryFileNotFound,
    InvalidInput,
    InvalidTransition,
    LastAdmin,
    LeadIsFinal,
    LeadNotFound,
    ListEntryNotFound,
    ModelDamaged,
    ModelNotFound,
    ModelNotPromotable,
    NotOwner,
    PermissionDenied,
    Refusal,
    RunNotFound,
    SaleNotFound,
    StageMoved,
    TokenNotFound,
    UploadNotFound,
    UserNotFound,
    VersionConflict,
)
from leadapp.rules.handoff import Unmet
from leadapp.rules.stages import LeadStage

WHEN = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
DOMAIN = Unmet("business_domain_missing", "none", "a business domain", "Fill it in.")
SCORE = Unmet("score_below_threshold", "0.54", "0.60", "Analyze it again.")
MOVED = StageMoved(who="Ann Lee", when=WHEN, from_=LeadStage.NEW, to=LeadStage.LOST)

EVERY: list[tuple[Refusal, str, dict[str, object]]] = [
    (LeadNotFound(7), "lead_not_found", {"id": 7}),
    (LeadNotFound(), "lead_not_found", {"id": None}),
    (SaleNotFound(7), "sale_not_found", {"id": 7}),
    (UserNotFound(7), "user_not_found", {"id": 7}),
    (ListEntryNotFound("source", 7), "list_entry_not_found", {"id": 7}),
    (TokenNotFound(7), "token_not_found", {"id": 7}),
    (HistoryFileNotFound(7), "history_file_not_found", {"id": 7}),
    (UploadNotFound(7), "upload_not_found", {"id": 7}),
    (RunNotFound(7), "run_not_found", {"id": 7}),
    (ModelNotFound(7), "model_not_found", {"id": 7}),
    (ModelNotPromotable("Model 7 is in use already"), "model_not_promotable", {}),
    (LastAdmin(), "last_admin", {}),
    (AdviserNotSetUp(), "adviser_not_set_up", {}),
    (AdviceBudgetSpent(200), "advice_budget_spent", {"daily": 200}),
    (AdviceNotFound(7), "advice_not_found", {"id": 7}),
    (
        InvalidTransition(LeadStage.NEW, LeadStage.NEW, [LeadStage.LOST]),
        "invalid_transition",
        {"from": "new", "to": "new", "allowed": ["lost"]},
    ),
    (
        LeadIsFinal(LeadStage.LOST, ["owner"]),
        "lead_is_final",
        {"stage": "lost", "fields": ["owner"]},
    ),
    (
        HandoffRefused([DOMAIN]),
        "handoff_refused",
        {
            "unmet": [
                {
                    "code": "business_domain_missing",
                    "have": "none",
                    "need": "a business domain",
                    "message": "Fill it in.",
                }
            ]
        },
    ),
    (EvidenceChanged(), "evidence_changed", {}),
    (NotOwner(), "not_owner", {}),
    (VersionConflict(3, 4), "version_conflict", {"expected": 3, "present": 4}),
    (
        MOVED,
        "stage_moved",
        {"from": "new", "to": "lost", "who": "Ann Lee", "when": "2026-03-12T09:30:00+00:00"},
    ),
    (
        StageMoved(who=None, when=None, from_="new", to="kyc", noun="sale"),
        "stage_moved",
        {"from": "new", "to": "kyc", "who": None, "when": None},
    ),
    (
        InvalidInput([("source", "unknown")]),
        "invalid_input",
        {"errors": [{"field": "source", "message": "unknown"}]},
    ),
    (
        ModelDamaged("its checksum does not match"),
        "model_damaged",
        {"problem": "its checksum does not match"},
    ),
    (PermissionDenied("hand_off"), "permission_denied", {"permission": "hand_off"}),
]


@pytest.mark.parametrize(("refusal", "code", "details"), EVERY, ids=lambda v: str(v)[:20])
def test_a_refusal_has_code_sentence_and_details(
    refusal: Refusal, code: str, details: dict[str, object]
) -> None:
    assert refusal.code == code
    assert refusal.details == details
    assert json.loads(json.dumps(refusal.details)) == details
    assert str(refusal) == refusal.message
    assert refusal.message[0].isupper()
    assert refusal.message.endswith(".")
    assert refusal.message.count(".") == 1
    assert ";" in refusal.message, "what happened; what to do"


def test_every_refusal_is_among_them_with_a_code_and_a_sentence_of_its_own() -> None:
    classes = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, Refusal) and value is not Refusal
    ]
    assert {type(refusal) for refusal, _, _ in EVERY} == set(classes)
    assert len({refusal_class.code for refusal_class in classes}) == len(classes)
    assert all(refusal_class.__doc__ for refusal_class in classes)


@pytest.mark.parametrize(
    ("refusal", "message"),
    [
        (HandoffRefused([DOMAIN]), "Not handed off: 1 condition is unmet; meet it first."),
        (
            HandoffRefused([SCORE, DOMAIN]),
            "Not handed off: 2 conditions are unmet; meet them first.",
        ),
        (HandoffRefused([]), "Not handed off: the lead changed meanwhile; try again."),
        (
            MOVED,
            "Ann Lee moved this lead from new to lost meanwhile; look at it as it is now before"
            " you move it.",
        ),
        (
            StageMoved(who=None, when=None, from_="new", to="kyc", noun="sale"),
            "Somebody moved this sale from new to kyc meanwhile; look at it as it is now before"
            " you move it.",
        ),
        (
            InvalidInput([("activity_count", "x"), ("source", "y"), ("source", "z")]),
            "Nothing was saved; correct activity count and source and try again.",
        ),
        (InvalidInput([]), "Nothing was saved; correct the values and try again."),
        (
            NotOwner("advance this sale"),
            "Only the owner may advance this sale; work on it first, which makes it yours, or ask"
            " a manager.",
        ),
        (
            LeadIsFinal("lost", []),
            "The lead is lost, so this can no longer change; contact fields, notes and activities"
            " stay open.",
        ),
        (
            InvalidTransition("paid", "new", [], noun="sale"),
            "The sale is in paid, which is final; nothing can be moved from here.",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_the_sentence_says_what_happened_and_what_to_do(refusal: Refusal, message: str) -> None:
    assert refusal.message == message


def test_the_order_of_unmet_conditions_and_errors_is_kept() -> None:
    assert HandoffRefused(iter([SCORE, DOMAIN])).unmet == (SCORE, DOMAIN)
    errors_ = [("b", "1"), ("a", "2")]
    assert InvalidInput(iter(errors_)).errors == tuple(errors_)
    assert (MOVED.who, MOVED.when, MOVED.from_, MOVED.to) == ("Ann Lee", WHEN, "new", "lost")
