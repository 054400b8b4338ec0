"""Learned scores: history to learn from, models, runs in the background, advice.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

RULES = """
-- The attributes that the scorer in use reads, as one comparable text. That a count was blank when
-- it was imported is an input too.
CREATE FUNCTION scorer_inputs(attributes jsonb, count_unknown boolean, columns text[])
RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    name text;
    inputs text := count_unknown;
BEGIN
    -- By a loop, which takes a third of the time of a query over the columns.
    FOREACH name IN ARRAY columns LOOP
        inputs := inputs || '|' || coalesce((attributes -> name)::text, '');
    END LOOP;
    RETURN md5(inputs);
END $$;

-- What a model is and what its record was never changes; only its status does.
CREATE FUNCTION check_model_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.document, NEW.report, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.document, OLD.report, OLD.created_at)
        OR (OLD.status = 'refused') <> (NEW.status = 'refused') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
            MESSAGE = 'a model and its record never change';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER scoring_models_kept AFTER UPDATE ON scoring_models FOR EACH ROW
    EXECUTE FUNCTION check_model_change();
CREATE TRIGGER scoring_models_not_deleted BEFORE DELETE ON scoring_models FOR EACH ROW
    EXECUTE FUNCTION refuse('models are never deleted');
CREATE TRIGGER scoring_models_not_truncated BEFORE TRUNCATE ON scoring_models FOR EACH STATEMENT
    EXECUTE FUNCTION refuse('models are never deleted');

-- Compressing the contributions of a learned score takes longer than all else that storing it takes.
ALTER TABLE assessments SET (toast_tuple_target = 8160);

-- A learned score's contributions tell values of a lead, so they are blanked with the inputs.
CREATE FUNCTION without_values(contributions jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_agg(
        CASE WHEN c->>'input' IN ('base_rate', 'source', 'activity_count', 'stage',
            'business_domain', 'cap', 'limit') THEN c ELSE c || '{"value": ""}' END
        ORDER BY at), '[]')
    FROM jsonb_array_elements(contributions) WITH ORDINALITY AS e (c, at)
$$;
CREATE OR REPLACE FUNCTION check_assessment_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    blanked assessments := OLD;
BEGIN
    blanked.inputs := '{}';
    blanked.inputs_hash := hash_of_inputs(OLD.inputs);
    blanked.contributions := without_values(OLD.contributions);
    IF NEW IS DISTINCT FROM blanked OR OLD.inputs_hash IS NOT NULL OR NOT EXISTS (
        SELECT FROM leads WHERE id = OLD.lead_id AND erased_at IS NOT NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
            MESSAGE = 'assessments are only ever added';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION erase_lead(target bigint, actor bigint, entry text, moment timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE leads SET name = NULL, company = NULL, email = NULL, phone = NULL, notes = NULL,
        attributes = '{}', external_id = NULL, lost_note = NULL, follow_up_on = NULL,
        erased_at = moment, version = version + 1
        WHERE id = target AND erased_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE activities SET note = NULL WHERE lead_id = target;
    UPDATE sales SET lost_note = NULL, against_advice = NULL WHERE lead_id = target;
    DELETE FROM advice WHERE lead_id = target;
    UPDATE assessments SET inputs = '{}', inputs_hash = hash_of_inputs(inputs),
        contributions = without_values(contributions)
        WHERE lead_id = target AND inputs_hash IS NULL;
    INSERT INTO events (kind, lead_id, actor_id, via, at)
        VALUES ('lead_erased', target, actor, entry, moment);
    RETURN true;
END $$;

-- Search text of added leads, for all of a statement at once: row by row it took a third of an
-- import.
CREATE FUNCTION index_added_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lead_search (lead_id, owner_id, text)
        SELECT id, coalesce(owner_id, 0), search_text(name, company, email, phone) FROM added
        WHERE coalesce(name, company, email, phone) IS NOT NULL;
    RETURN NULL;
END $$;
DROP TRIGGER leads_search_added ON leads;
CREATE TRIGGER leads_search_added AFTER INSERT ON leads REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION index_added_leads();
"""

RULES_BEFORE = """
DROP TRIGGER leads_search_added ON leads;
DROP FUNCTION index_added_leads();
CREATE TRIGGER leads_search_added AFTER INSERT ON leads FOR EACH ROW
    WHEN (coalesce(NEW.name, NEW.company, NEW.email, NEW.phone) IS NOT NULL)
    EXECUTE FUNCTION index_lead_text();
CREATE OR REPLACE FUNCTION check_assessment_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    blanked assessments := OLD;
BEGIN
    blanked.inputs := '{}';
    blanked.inputs_hash := hash_of_inputs(OLD.inputs);
    IF NEW IS DISTINCT FROM blanked OR OLD.inputs_hash IS NOT NULL OR NOT EXISTS (
        SELECT FROM leads WHERE id = OLD.lead_id AND erased_at IS NOT NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
            MESSAGE = 'assessments are only ever added';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION erase_lead(target bigint, actor bigint, entry text, moment timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE leads SET name = NULL, company = NULL, email = NULL, phone = NULL, notes = NULL,
        attributes = '{}', external_id = NULL, lost_note = NULL, follow_up_on = NULL,
        erased_at = moment, version = version + 1
        WHERE id = target AND erased_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE activities SET note = NULL WHERE lead_id = target;
    UPDATE sales SET lost_note = NULL WHERE lead_id = target;
    UPDATE assessments SET inputs = '{}', inputs_hash = hash_of_inputs(inputs)
        WHERE lead_id = target AND inputs_hash IS NULL;
    INSERT INTO events (kind, lead_id, actor_id, via, at)
        VALUES ('lead_erased', target, actor, entry, moment);
    RETURN true;
END $$;
ALTER TABLE assessments RESET (toast_tuple_target);
DROP TRIGGER scoring_models_not_truncated ON scoring_models;
DROP TRIGGER scoring_models_not_deleted ON scoring_models;
DROP TRIGGER scoring_models_kept ON scoring_models;
DROP FUNCTION check_model_change();
DROP FUNCTION without_values(jsonb);
DROP FUNCTION scorer_inputs(jsonb, boolean, text[]);
"""


def upgrade() -> None:
    op.create_table(
        "column_choices",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("chosen_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "chosen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("choice in ('use', 'leave_out')", name="ck_column_choices_choice"),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["users.id"], name="fk_column_choices_chosen_by_id"
        ),
        sa.PrimaryKeyConstraint("name", name="pk_column_choices"),
    )
    op.create_table(
        "history_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("mapping", JSONB(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("won", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("imported_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["users.id"], name="fk_history_files_imported_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_history_files"),
        sa.UniqueConstraint("digest", name="uq_history_files_digest"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        sa.Column("params", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "cancel_requested", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("result", JSONB(), nullable=True),
        sa.Column("started_by_id", sa.BigInteger(), nullable=True),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(finished_at is not null) = (status in ('done', 'failed', 'cancelled'))",
            name="ck_runs_finished_at",
        ),
        sa.CheckConstraint(
            "kind in ('analyze', 'train', 'import_history', 'advise')", name="ck_runs_kind"
        ),
        sa.CheckConstraint(
            "status in ('queued', 'running', 'done', 'failed', 'cancelled')", name="ck_runs_status"
        ),
        sa.ForeignKeyConstraint(["started_by_id"], ["users.id"], name="fk_runs_started_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_kind", "runs", ["kind", "id"])
    op.create_index(
        "ix_runs_active",
        "runs",
        ["id"],
        postgresql_where=sa.text("status in ('queued', 'running')"),
    )
    op.create_table(
        "scoring_models",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("status", sa.Text(), server_default="candidate", nullable=False),
        sa.Column("document", JSONB(), nullable=True),
        sa.Column("report", JSONB(), nullable=False),
        sa.Column("open_leads", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("trained_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(document is null) = (status = 'refused')", name="ck_scoring_models_document"
        ),
        sa.CheckConstraint(
            "status in ('candidate', 'in_use', 'retired', 'refused')",
            name="ck_scoring_models_status",
        ),
        sa.ForeignKeyConstraint(
            ["trained_by_id"], ["users.id"], name="fk_scoring_models_trained_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_scoring_models"),
    )
    op.create_index(
        "uq_scoring_models_in_use",
        "scoring_models",
        ["status"],
        unique=True,
        postgresql_where=sa.text("status = 'in_use'"),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("summary", JSONB(), nullable=True),
        sa.Column("uploaded_by_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["users.id"], name="fk_uploads_uploaded_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_table(
        "advice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("answer", JSONB(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_advice_lead_id"),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["users.id"], name="fk_advice_requested_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_advice"),
    )
    op.create_index("ix_advice_created_at", "advice", ["created_at"])
    op.create_index("ix_advice_lead_id", "advice", ["lead_id", "id"])
    op.create_table(
        "history_leads",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("won", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("business_domain", sa.Text(), nullable=True),
        sa.Column("activity_count", sa.Integer(), nullable=True),
        sa.Column("attributes", JSONB(), nullable=False),
        sa.CheckConstraint("activity_count >= 0", name="ck_history_leads_activity_count"),
        sa.ForeignKeyConstraint(
            ["file_id"], ["history_files.id"], name="fk_history_leads_file_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_history_leads"),
        sa.UniqueConstraint("external_id", name="uq_history_leads_external_id"),
    )
    op.create_index("ix_history_leads_file_id", "history_leads", ["file_id"])
    op.create_table(
        "upload_chunks",
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name="fk_upload_chunks_upload_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "number", name="pk_upload_chunks"),
    )
    op.add_column(
        "assessments",
        sa.Column("missing", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
    op.add_column(
        "assessments",
        sa.Column("ignored", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
    op.add_column("assessments", sa.Column("run_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "uq_assessments_run",
        "assessments",
        ["run_id", "lead_id"],
        unique=True,
        postgresql_where=sa.text("run_id is not null"),
    )
    op.add_column(
        "company",
        sa.Column(
            "analyze_on_change", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
    )
    op.add_column("company", sa.Column("scoring_model_id", sa.BigInteger(), nullable=True))
    op.add_column("company", sa.Column("learned_scorer", sa.Text(), nullable=True))
    op.add_column(
        "company",
        sa.Column(
            "scorer_columns",
            ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
    )
    op.create_foreign_key(
        "fk_company_scoring_model_id", "company", "scoring_models", ["scoring_model_id"], ["id"]
    )
    op.create_index(
        "ix_sales_against_advice",
        "sales",
        ["created_at", "id"],
        postgresql_where=sa.text("recommendation <> 'transfer_to_sales'"),
    )
    op.create_index(
        "ix_leads_lost_against_advice",
        "leads",
        ["stage_changed_at", "id"],
        postgresql_where=sa.text("stage = 'lost' and ai_recommendation = 'transfer_to_sales'"),
    )
    op.add_column("sales", sa.Column("against_advice", sa.Text(), nullable=True))
    op.get_bind().exec_driver_sql(RULES)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(RULES_BEFORE)
    op.drop_index("ix_leads_lost_against_advice", "leads")
    op.drop_index("ix_sales_against_advice", "sales")
    op.drop_column("sales", "against_advice")
    op.drop_constraint("fk_company_scoring_model_id", "company", type_="foreignkey")
    op.drop_column("company", "scorer_columns")
    op.drop_column("company", "learned_scorer")
    op.drop_column("company", "scoring_model_id")
    op.drop_column("company", "analyze_on_change")
    op.drop_index("uq_assessments_run", "assessments")
    op.drop_column("assessments", "run_id")
    op.drop_column("assessments", "ignored")
    op.drop_column("assessments", "missing")
    op.drop_table("upload_chunks")
    op.drop_table("history_leads")
    op.drop_table("advice")
    op.drop_table("uploads")
    op.drop_table("scoring_models")
    op.drop_table("runs")
    op.drop_table("history_files")
    op.drop_table("column_choices")
