"""Leads, and the text they are searched by."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from leadapp.models.base import Base, BigInt, CreatedAt, Id

# An unscored lead sorts below every score, an unowned one has a place of its own; as expressions of
# an index, both let one range scan serve a column of the board.
_SCORE = text("COALESCE(ai_score, '-1'::numeric) DESC")
_OWNER = text("COALESCE(owner_id, 0::bigint)")

# Attributes take part only where a learned model reads them: `concat_ws` leaves out what is null.
ATTRIBUTES_KEY = (
    "CASE WHEN c.scorer_columns <> '{{}}' THEN"
    " scorer_inputs({t}attributes, {t}activity_count_unknown, c.scorer_columns) END"
)
INPUTS_KEY = (
    "concat_ws('|', {t}source_id, {t}stage, {t}activity_count, coalesce({t}business_domain_id, 0),"
    " cast({threshold} as numeric(3, 2)), cast({scorer} as text), " + ATTRIBUTES_KEY + ")"
)


def inputs_key_sql(*, alias: str, threshold: str, scorer: str) -> str:
    """The SQL expression of a lead's scoring inputs as one comparable text.

    `alias` is the table's alias, `threshold` and `scorer` are SQL expressions; the statement joins
    `company c`, which knows the columns that the scorer reads. The one place that says which inputs
    make a score stale; `leadapp.rules.staleness` names the differences.
    """
    return INPUTS_KEY.format(t=f"{alias}.", threshold=threshold, scorer=scorer)


def learned_key_sql(*, alias: str) -> str:
    """The SQL expression of that text's end, as a learned model makes it; null with none."""
    attributes = ATTRIBUTES_KEY.format(t=f"{alias}.")
    key = f"concat_ws('|', c.learned_scorer, {attributes})"
    return f"CASE WHEN c.learned_scorer IS NOT NULL THEN {key} END"


class Lead(Base):
    """A possible customer on its way through the lead pipeline.

    The triggers that go with it (steps, final leads, counts, search text) stand in the migrations.
    """

    __tablename__ = "leads"

    id: Mapped[Id]
    stage: Mapped[str] = mapped_column(server_default="new")
    source_id: Mapped[BigInt] = mapped_column(ForeignKey("sources.id"))
    business_domain_id: Mapped[BigInt | None] = mapped_column(ForeignKey("business_domains.id"))
    owner_id: Mapped[BigInt | None] = mapped_column(ForeignKey("users.id"))
    activity_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    # An import's blank count is 0 to the rules, but that it was blank says something to a model.
    activity_count_unknown: Mapped[bool] = mapped_column(server_default=text("false"))
    ai_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 4))
    ai_recommendation: Mapped[str | None]
    ai_reason: Mapped[str | None]
    # The latest assessment, and the inputs it was computed from as one comparable text: a score is
    # stale when the same text made from the present values differs (see inputs_key_sql).
    assessment_id: Mapped[BigInt | None]
    ai_inputs_key: Mapped[str | None]
    name: Mapped[str | None]
    company: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    notes: Mapped[str | None]
    follow_up_on: Mapped[date | None]
    external_id: Mapped[str | None] = mapped_column(unique=True)
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    lost_reason: Mapped[str | None]
    lost_note: Mapped[str | None]
    started_from_id: Mapped[BigInt | None] = mapped_column(ForeignKey("leads.id"))
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    erased_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    stage_changed_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))

    __table_args__ = (
        CheckConstraint(
            "stage in ('new', 'contacted', 'qualified', 'transferred', 'lost')", name="stage"
        ),
        CheckConstraint("activity_count >= 0", name="activity_count"),
        # PostgreSQL takes NaN for the largest number, so only the upper bound refuses it.
        CheckConstraint("ai_score >= 0 and ai_score <= 1", name="ai_score"),
        CheckConstraint(
            "ai_recommendation in ('transfer_to_sales', 'continue_qualification', 'drop_lead')",
            name="ai_recommendation",
        ),
        CheckConstraint(
            "lost_reason in ('no_answer', 'no_budget', 'no_need', 'competitor', 'not_a_fit',"
            " 'duplicate', 'other') and (lost_reason is null or stage = 'lost')",
            name="lost_reason",
        ),
        # The board's sorts, each usable as a keyset; the owner's variants serve reps.
        Index("ix_leads_board_score", "stage", _SCORE, text("id DESC")),
        Index("ix_leads_board_owner_score", "stage", _OWNER, _SCORE, text("id DESC")),
        Index("ix_leads_board_stage_changed", "stage", "stage_changed_at", "id"),
        Index("ix_leads_board_owner_stage_changed", "stage", _OWNER, "stage_changed_at", "id"),
        Index("ix_leads_board_created", "stage", "created_at", "id"),
        Index("ix_leads_board_activity", "stage", "activity_count", "id"),
        # Lost against the advice: for the ledger of disagreements.
        Index(
            "ix_leads_lost_against_advice",
            "stage_changed_at",
            "id",
            postgresql_where=text("stage = 'lost' and ai_recommendation = 'transfer_to_sales'"),
        ),
        # Few leads are started from another one, so this costs the others nothing.
        Index(
            "ix_leads_started_from",
            "started_from_id",
            postgresql_where=text("started_from_id is not null"),
        ),
    )


class LeadSearch(Base):
    """What free text finds a lead by: name, company, e-mail and phone in lower case.

    A table of its own, kept by a trigger: a trigram index on `leads` would slow every move.
    """

    __tablename__ = "lead_search"

    lead_id: Mapped[BigInt] = mapped_column(primary_key=True, autoincrement=False)
    # Whose lead it is (0: nobody's), so that a rep's search need not ask `leads` for each match.
    owner_id: Mapped[BigInt] = mapped_column(server_default=text("0"))
    text: Mapped[str]

    __table_args__ = (
        Index(
            "ix_lead_search_text",
            "text",
            postgresql_using="gin",
            postgresql_ops={"text": "gin_trgm_ops"},
        ),
    )
