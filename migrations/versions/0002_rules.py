"""The rules that the database holds by itself, and the rows it cannot be without.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RULES = r"""
-- Refuses whatever fires it; the message is the trigger's argument, the constraint its name.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0],
        CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$;

-- Steps. The conditions stand in WHEN, so that an allowed change calls no function at all.
CREATE TRIGGER leads_start_in_new BEFORE INSERT ON leads FOR EACH ROW
    WHEN (NEW.stage <> 'new')
    EXECUTE FUNCTION refuse('a lead starts in new');
CREATE TRIGGER leads_step BEFORE UPDATE OF stage ON leads FOR EACH ROW
    WHEN (NEW.stage <> OLD.stage AND OLD.stage || '>' || NEW.stage NOT IN (
        'new>contacted', 'contacted>qualified', 'qualified>transferred',
        'new>lost', 'contacted>lost', 'qualified>lost'))
    EXECUTE FUNCTION refuse('a lead moves one step forward at a time, or to lost');
CREATE TRIGGER leads_final BEFORE UPDATE ON leads FOR EACH ROW
    WHEN (OLD.stage IN ('transferred', 'lost') AND
        (NEW.stage, NEW.owner_id, NEW.business_domain_id, NEW.source_id, NEW.ai_score,
         NEW.activity_count) IS DISTINCT FROM
        (OLD.stage, OLD.owner_id, OLD.business_domain_id, OLD.source_id, OLD.ai_score,
         OLD.activity_count))
    EXECUTE FUNCTION refuse(
        'stage, owner, domain, source, score and activity count of a final lead are frozen');
CREATE TRIGGER sales_start_in_new BEFORE INSERT ON sales FOR EACH ROW
    WHEN (NEW.stage <> 'new')
    EXECUTE FUNCTION refuse('a sale starts in new');
CREATE TRIGGER sales_step BEFORE UPDATE OF stage ON sales FOR EACH ROW
    WHEN (NEW.stage <> OLD.stage AND OLD.stage || '>' || NEW.stage NOT IN (
        'new>kyc', 'kyc>agreement', 'agreement>paid',
        'new>lost', 'kyc>lost', 'agreement>lost'))
    EXECUTE FUNCTION refuse('a sale moves one step forward at a time, or to lost');

-- Evidence never changes, and a sale never disappears.
CREATE TRIGGER sales_evidence BEFORE UPDATE ON sales FOR EACH ROW
    WHEN ((NEW.id, NEW.lead_id, NEW.score, NEW.threshold, NEW.recommendation, NEW.reason,
           NEW.business_domain, NEW.assessment_id, NEW.handed_off_by_id, NEW.created_at)
        IS DISTINCT FROM
          (OLD.id, OLD.lead_id, OLD.score, OLD.threshold, OLD.recommendation, OLD.reason,
           OLD.business_domain, OLD.assessment_id, OLD.handed_off_by_id, OLD.created_at))
    EXECUTE FUNCTION refuse('the evidence of a sale never changes');
CREATE TRIGGER sales_kept BEFORE DELETE ON sales FOR EACH ROW
    EXECUTE FUNCTION refuse('sales are never deleted');
CREATE TRIGGER sales_not_truncated BEFORE TRUNCATE ON sales FOR EACH STATEMENT
    EXECUTE FUNCTION refuse('sales are never deleted');

-- Transferred if and only if there is a sale.
CREATE FUNCTION check_lead_has_sale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM sales WHERE lead_id = NEW.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
            MESSAGE = 'a transferred lead has a sale';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER leads_transferred_has_sale AFTER UPDATE OF stage ON leads
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW
    WHEN (NEW.stage = 'transferred')
    EXECUTE FUNCTION check_lead_has_sale();
CREATE FUNCTION check_sale_has_transferred_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND stage = 'transferred') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
            MESSAGE = 'the lead of a sale is transferred';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sales_lead_is_transferred AFTER INSERT ON sales
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW
    EXECUTE FUNCTION check_sale_has_transferred_lead();

-- Append-only tables.
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW
    EXECUTE FUNCTION refuse('events are only ever added');
CREATE TRIGGER events_not_truncated BEFORE TRUNCATE ON events FOR EACH STATEMENT
    EXECUTE FUNCTION refuse('events are only ever added');
CREATE TRIGGER assessments_kept BEFORE DELETE ON assessments FOR EACH ROW
    EXECUTE FUNCTION refuse('assessments are only ever added');
CREATE TRIGGER assessments_not_truncated BEFORE TRUNCATE ON assessments FOR EACH STATEMENT
    EXECUTE FUNCTION refuse('assessments are only ever added');

-- The one change an assessment knows: its inputs make place for their hash once the lead is erased.
CREATE FUNCTION hash_of_inputs(inputs jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(inputs::text, 'UTF8')), 'hex')
$$;
CREATE FUNCTION check_assessment_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER assessments_append_only BEFORE UPDATE ON assessments FOR EACH ROW
    EXECUTE FUNCTION check_assessment_change();

-- Forgetting a person. Returns false where there is no such lead or it was erased before.
CREATE FUNCTION erase_lead(target bigint, actor bigint, entry text, moment timestamptz)
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

-- Counts. Statement by statement for inserts (an import adds thousands), row by row for moves.
CREATE FUNCTION count_added_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lead_count_deltas (stage, owner_id, leads)
        SELECT stage, coalesce(owner_id, 0), count(*) FROM added GROUP BY 1, 2;
    RETURN NULL;
END $$;
CREATE TRIGGER leads_count_added AFTER INSERT ON leads REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION count_added_leads();
CREATE FUNCTION count_moved_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lead_count_deltas (stage, owner_id, leads) VALUES
        (OLD.stage, coalesce(OLD.owner_id, 0), -1), (NEW.stage, coalesce(NEW.owner_id, 0), 1);
    RETURN NULL;
END $$;
CREATE TRIGGER leads_count_moved AFTER UPDATE OF stage, owner_id ON leads FOR EACH ROW
    WHEN (NEW.stage <> OLD.stage OR NEW.owner_id IS DISTINCT FROM OLD.owner_id)
    EXECUTE FUNCTION count_moved_lead();

-- Search text.
CREATE FUNCTION search_text(name text, company text, email text, phone text)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lower(concat_ws(' ', name, company, email, phone, regexp_replace(phone, '\D', '', 'g')))
$$;
CREATE FUNCTION index_lead_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lead_search (lead_id, text)
        VALUES (NEW.id, search_text(NEW.name, NEW.company, NEW.email, NEW.phone))
        ON CONFLICT (lead_id) DO UPDATE SET text = excluded.text;
    RETURN NULL;
END $$;
CREATE TRIGGER leads_search_added AFTER INSERT ON leads FOR EACH ROW
    WHEN (coalesce(NEW.name, NEW.company, NEW.email, NEW.phone) IS NOT NULL)
    EXECUTE FUNCTION index_lead_text();
CREATE TRIGGER leads_search_changed AFTER UPDATE OF name, company, email, phone ON leads
    FOR EACH ROW
    WHEN ((NEW.name, NEW.company, NEW.email, NEW.phone)
        IS DISTINCT FROM (OLD.name, OLD.company, OLD.email, OLD.phone))
    EXECUTE FUNCTION index_lead_text();
"""

ROWS = """
INSERT INTO company (id) VALUES (1);
INSERT INTO sources (name, key, rule_key) VALUES
    ('scanner', 'scanner', 'scanner'), ('partner', 'partner', 'partner'),
    ('manual', 'manual', 'manual'), ('unknown', 'unknown', 'unknown');
"""

TRIGGERS = {
    "leads": [
        "leads_start_in_new",
        "leads_step",
        "leads_final",
        "leads_transferred_has_sale",
        "leads_count_added",
        "leads_count_moved",
        "leads_search_added",
        "leads_search_changed",
    ],
    "sales": [
        "sales_start_in_new",
        "sales_step",
        "sales_evidence",
        "sales_kept",
        "sales_not_truncated",
        "sales_lead_is_transferred",
    ],
    "events": ["events_append_only", "events_not_truncated"],
    "assessments": ["assessments_kept", "assessments_not_truncated", "assessments_append_only"],
}
FUNCTIONS = [
    "refuse()",
    "check_lead_has_sale()",
    "check_sale_has_transferred_lead()",
    "check_assessment_change()",
    "erase_lead(bigint, bigint, text, timestamptz)",
    "hash_of_inputs(jsonb)",
    "count_added_leads()",
    "count_moved_lead()",
    "index_lead_text()",
    "search_text(text, text, text, text)",
]


def upgrade() -> None:
    # Past SQLAlchemy, which would take the colons of a cast for parameters.
    op.get_bind().exec_driver_sql(RULES)
    op.get_bind().exec_driver_sql(ROWS)


def downgrade() -> None:
    for table, triggers in TRIGGERS.items():
        for trigger in triggers:
            op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
