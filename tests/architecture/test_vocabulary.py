"""One word a thing: what the database allows is what the rules name."""

import re
from collections.abc import Iterable

import pytest
from sqlalchemy import CheckConstraint

from leadapp.models import Activity, Base, Lead, LeadAssessment, Sale, User
from leadapp.permissions import Role
from leadapp.rules.activities import ActivityKind
from leadapp.rules.lost import LeadLostReason, SaleLostReason
from leadapp.rules.stages import LeadStage, SaleStage
from leadapp.scoring.assessment import Recommendation


@pytest.mark.parametrize(
    ("model", "column", "words"),
    [
        (Lead, "stage", LeadStage),
        (Lead, "lost_reason", LeadLostReason),
        (Lead, "ai_recommendation", Recommendation),
        (Sale, "stage", SaleStage),
        (Sale, "lost_reason", SaleLostReason),
        (LeadAssessment, "recommendation", Recommendation),
        (Activity, "kind", ActivityKind),
        (User, "role", Role),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_column_allows_the_words_of_the_rules(
    model: type[Base], column: str, words: Iterable[str]
) -> None:
    checks = [
        str(constraint.sqltext)
        for constraint in Base.metadata.tables[model.__tablename__].constraints
        if isinstance(constraint, CheckConstraint)
    ]
    listed = [
        match[1] for check in checks if (match := re.search(rf"{column} in \((.*?)\)", check))
    ]
    assert len(listed) == 1
    assert set(re.findall(r"'(\w+)'", listed[0])) == {str(word) for word in words}
