"""The tables.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "business_domains",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["business_domains.id"],
            name=op.f("fk_business_domains_merged_into_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_domains")),
        sa.UniqueConstraint("key", name=op.f("uq_business_domains_key")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "handoff_threshold",
            sa.Numeric(precision=3, scale=2),
            server_default=sa.text("0.60"),
            nullable=False,
        ),
        sa.Column(
            "require_fresh_score", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("domains_closed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "handoff_threshold >= 0.01 and handoff_threshold <= 1",
            name=op.f("ck_company_handoff_threshold"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_company_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_table(
        "lead_count_deltas",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("leads", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_count_deltas")),
    )
    op.create_table(
        "lead_counts",
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leads", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stage", "owner_id", name=op.f("pk_lead_counts")),
    )
    op.create_table(
        "lead_search",
        sa.Column("lead_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lead_search")),
    )
    with op.batch_alter_table("lead_search", schema=None) as batch_op:
        batch_op.create_index(
            "ix_lead_search_text",
            ["text"],
            unique=False,
            postgresql_using="gin",
            postgresql_ops={"text": "gin_trgm_ops"},
        )

    op.create_table(
        "sources",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("rule_key", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["sources.id"], name=op.f("fk_sources_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("key", name=op.f("uq_sources_key")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="viewer", nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("fs_uniquifier", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_users_name")),
        sa.CheckConstraint(
            "role in ('viewer', 'rep', 'manager', 'admin')", name=op.f("ck_users_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_users_fs_uniquifier")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index("uq_users_email", [sa.literal_column("lower(email)")], unique=True)

    op.create_table(
        "api_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_user_id"), ["user_id"], unique=False)

    op.create_table(
        "leads",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stage", sa.Text(), server_default="new", nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("business_domain_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("activity_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "activity_count_unknown", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("ai_score", sa.Numeric(precision=5, scale=4), nullable=True),
        sa.Column("ai_recommendation", sa.Text(), nullable=True),
        sa.Column("ai_reason", sa.Text(), nullable=True),
        sa.Column("assessment_id", sa.BigInteger(), nullable=True),
        sa.Column("ai_inputs_key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("lost_reason", sa.Text(), nullable=True),
        sa.Column("lost_note", sa.Text(), nullable=True),
        sa.Column("started_from_id", sa.BigInteger(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "stage_changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "ai_recommendation in ('transfer_to_sales', 'continue_qualification', 'drop_lead')",
            name=op.f("ck_leads_ai_recommendation"),
        ),
        sa.CheckConstraint(
            "lost_reason in ('no_answer', 'no_budget', 'no_need', 'competitor', 'not_a_fit', 'duplicate', 'other') and (lost_reason is null or stage = 'lost')",
            name=op.f("ck_leads_lost_reason"),
        ),
        sa.CheckConstraint(
            "stage in ('new', 'contacted', 'qualified', 'transferred', 'lost')",
            name=op.f("ck_leads_stage"),
        ),
        sa.CheckConstraint("activity_count >= 0", name=op.f("ck_leads_activity_count")),
        sa.CheckConstraint("ai_score >= 0 and ai_score <= 1", name=op.f("ck_leads_ai_score")),
        sa.ForeignKeyConstraint(
            ["business_domain_id"],
            ["business_domains.id"],
            name=op.f("fk_leads_business_domain_id"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_leads_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_leads_source_id")),
        sa.ForeignKeyConstraint(
            ["started_from_id"], ["leads.id"], name=op.f("fk_leads_started_from_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("external_id", name=op.f("uq_leads_external_id")),
    )
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.create_index(
            "ix_leads_board_activity", ["stage", "activity_count", "id"], unique=False
        )
        batch_op.create_index("ix_leads_board_created", ["stage", "created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_leads_board_owner_score",
            [
                "stage",
                sa.literal_column("COALESCE(owner_id, 0::bigint)"),
                sa.literal_column("COALESCE(ai_score, '-1'::numeric) DESC"),
                sa.literal_column("id DESC"),
            ],
            unique=False,
        )
        batch_op.create_index(
            "ix_leads_board_owner_stage_changed",
            ["stage", sa.literal_column("COALESCE(owner_id, 0::bigint)"), "stage_changed_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_leads_board_score",
            [
                "stage",
                sa.literal_column("COALESCE(ai_score, '-1'::numeric) DESC"),
                sa.literal_column("id DESC"),
            ],
            unique=False,
        )
        batch_op.create_index(
            "ix_leads_board_stage_changed", ["stage", "stage_changed_at", "id"], unique=False
        )

    op.create_table(
        "activities",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind in ('call', 'email', 'meeting', 'demo', 'note')", name=op.f("ck_activities_kind")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_activities_actor_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_activities_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.create_index("ix_activities_lead", ["lead_id", "id"], unique=False)

    op.create_table(
        "assessments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("scorer", sa.Text(), nullable=False),
        sa.Column("scorer_version", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Numeric(precision=3, scale=2), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=4), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("contributions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("inputs_hash", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "recommendation in ('transfer_to_sales', 'continue_qualification', 'drop_lead')",
            name=op.f("ck_assessments_recommendation"),
        ),
        sa.CheckConstraint("score >= 0 and score <= 1", name=op.f("ck_assessments_score")),
        sa.CheckConstraint(
            "threshold >= 0.01 and threshold <= 1", name=op.f("ck_assessments_threshold")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_assessments_lead_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["users.id"], name=op.f("fk_assessments_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.create_index("ix_assessments_lead", ["lead_id", "id"], unique=False)

    op.create_table(
        "sales",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), server_default="new", nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("lost_reason", sa.Text(), nullable=True),
        sa.Column("lost_note", sa.Text(), nullable=True),
        sa.Column(
            "stage_changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=4), nullable=False),
        sa.Column("threshold", sa.Numeric(precision=3, scale=2), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("business_domain", sa.Text(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("handed_off_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("btrim(business_domain) <> ''", name=op.f("ck_sales_business_domain")),
        sa.CheckConstraint(
            "lost_reason in ('no_answer', 'no_budget', 'no_need', 'competitor', 'not_a_fit', 'duplicate', 'not_qualified', 'other') and (lost_reason is null or stage = 'lost')",
            name=op.f("ck_sales_lost_reason"),
        ),
        sa.CheckConstraint(
            "stage in ('new', 'kyc', 'agreement', 'paid', 'lost')", name=op.f("ck_sales_stage")
        ),
        sa.CheckConstraint(
            "score >= threshold and score <= 1", name=op.f("ck_sales_score_meets_threshold")
        ),
        sa.CheckConstraint("threshold >= 0.01 and threshold <= 1", name=op.f("ck_sales_threshold")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessments.id"], name=op.f("fk_sales_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["handed_off_by_id"], ["users.id"], name=op.f("fk_sales_handed_off_by_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_sales_lead_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_sales_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales")),
        sa.UniqueConstraint("lead_id", name=op.f("uq_sales_lead_id")),
    )
    with op.batch_alter_table("sales", schema=None) as batch_op:
        batch_op.create_index("ix_sales_board", ["stage", "stage_changed_at", "id"], unique=False)
        batch_op.create_index("ix_sales_owner", ["owner_id"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("sale_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_events_actor_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_events_lead_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sales.id"], name=op.f("fk_events_sale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_lead", ["lead_id", "id"], unique=False)
        batch_op.create_index(
            "ix_events_sale",
            ["sale_id", "id"],
            unique=False,
            postgresql_where=sa.text("sale_id is not null"),
        )


def downgrade() -> None:
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_sale", postgresql_where=sa.text("sale_id is not null"))
        batch_op.drop_index("ix_events_lead")

    op.drop_table("events")
    with op.batch_alter_table("sales", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_owner")
        batch_op.drop_index("ix_sales_board")

    op.drop_table("sales")
    with op.batch_alter_table("assessments", schema=None) as batch_op:
        batch_op.drop_index("ix_assessments_lead")

    op.drop_table("assessments")
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_index("ix_activities_lead")

    op.drop_table("activities")
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.drop_index("ix_leads_board_stage_changed")
        batch_op.drop_index("ix_leads_board_score")
        batch_op.drop_index("ix_leads_board_owner_stage_changed")
        batch_op.drop_index("ix_leads_board_owner_score")
        batch_op.drop_index("ix_leads_board_created")
        batch_op.drop_index("ix_leads_board_activity")

    op.drop_table("leads")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_user_id"))

    op.drop_table("api_tokens")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index("uq_users_email")

    op.drop_table("users")
    op.drop_table("sources")
    with op.batch_alter_table("lead_search", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_lead_search_text", postgresql_using="gin", postgresql_ops={"text": "gin_trgm_ops"}
        )

    op.drop_table("lead_search")
    op.drop_table("lead_counts")
    op.drop_table("lead_count_deltas")
    op.drop_table("company")
    op.drop_table("business_domains")
