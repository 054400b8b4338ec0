"""A company of N leads, made by the database itself in bulk.

The rules' triggers are off while it is made (that takes a superuser), since a lead would have to be
moved step by step; what comes out keeps the rules all the same, and `check` proves it.
"""

from sqlalchemy import Connection, text

USERS = 20
STAGES = (
    "ARRAY['new','new','new','contacted','contacted','qualified','qualified','transferred',"
    "'lost','lost']"
)

_MAKE = f"""
    INSERT INTO users (email, name, role, active, fs_uniquifier)
    SELECT 'user' || i || '@example.com', 'Person ' || i, 'rep', true, 'u' || i
    FROM generate_series(1, {USERS}) AS i;

    INSERT INTO business_domains (name, key)
    SELECT 'Domain ' || i, 'domain ' || i FROM generate_series(1, 40) AS i;

    CREATE TEMP TABLE made AS
    SELECT i AS id, ({STAGES})[1 + (hashint4(i) & 1023) % 10] AS stage,
        1 + (hashint4(i + 1) & 1023) % 4 AS source_id,
        CASE WHEN (hashint4(i + 2) & 1023) % 10 < 7 OR (hashint4(i) & 1023) % 10 = 7
            THEN 1 + (hashint4(i + 3) & 1023) % 40 END AS business_domain_id,
        CASE WHEN (hashint4(i + 4) & 1023) % 10 < 9 THEN 1 + (hashint4(i + 5) & 1023) % {USERS} END
            AS owner_id,
        (hashint4(i + 6) & 1023) % 12 AS activity_count,
        CASE WHEN (hashint4(i) & 1023) % 10 IN (5, 6, 7)
                THEN 0.60 + (hashint4(i + 7) & 1023) % 41 * 0.01
            WHEN (hashint4(i + 8) & 1023) % 10 < 9 THEN (hashint4(i + 7) & 1023) % 101 * 0.01 END
            AS ai_score
    FROM generate_series(1, CAST(:n AS integer)) AS i;

    INSERT INTO leads (id, stage, source_id, business_domain_id, owner_id, activity_count, ai_score,
        ai_recommendation, ai_reason, assessment_id, ai_inputs_key, name, company, email, phone,
        created_at, stage_changed_at)
    SELECT id, stage, source_id, business_domain_id, owner_id, activity_count, ai_score,
        CASE WHEN ai_score IS NOT NULL THEN 'continue_qualification' END,
        CASE WHEN ai_score IS NOT NULL THEN 'Partner lead with 4 interactions.' END,
        CASE WHEN ai_score IS NOT NULL THEN id END,
        CASE WHEN ai_score IS NOT NULL THEN concat_ws('|', source_id, stage, activity_count,
            coalesce(business_domain_id, 0), '0.60', 'rule_table/1') END,
        (ARRAY['Anna','Boris','Carla','Deniz','Emil','Fatima','Grete','Hugo'])[1 + id % 8] || ' '
            || initcap(substr(md5(id::text), 1, 7)),
        initcap(translate(substr(md5((id / 3)::text), 1, 9), '0123456789', 'abcdefghij')) || ' Ltd',
        'p' || id || '@' || translate(substr(md5((id / 3)::text), 1, 9), '0123456789', 'abcdefghij')
            || '.example',
        '+4930' || lpad(id::text, 8, '0'),
        now() - make_interval(mins => id % 400000), now() - make_interval(mins => id % 40000)
    FROM made;

    INSERT INTO assessments (id, lead_id, scorer, scorer_version, threshold, inputs, score,
        recommendation, reason, contributions)
    SELECT id, id, 'rule_table', '1', 0.60, '{{}}', ai_score, 'continue_qualification',
        'Partner lead with 4 interactions.', '[]' FROM made WHERE ai_score IS NOT NULL;

    INSERT INTO sales (lead_id, owner_id, score, threshold, recommendation, reason, business_domain,
        assessment_id, created_at)
    SELECT m.id, coalesce(owner_id, 1), ai_score, 0.60, 'transfer_to_sales',
        'Made for a benchmark.', d.name, m.id, now()
    FROM made m JOIN business_domains d ON d.id = m.business_domain_id WHERE stage = 'transferred';

    INSERT INTO events (kind, lead_id, via, at)
    SELECT 'lead_created', id, 'command', now() FROM made;
    INSERT INTO lead_search (lead_id, owner_id, text)
    SELECT id, coalesce(owner_id, 0), search_text(name, company, email, phone) FROM leads;
    INSERT INTO lead_counts (stage, owner_id, leads)
    SELECT stage, coalesce(owner_id, 0), count(*) FROM leads GROUP BY 1, 2;
    DROP TABLE made;
"""
_SEQUENCES = ("leads", "assessments", "users", "business_domains")


def make(connection: Connection, leads: int) -> None:
    """Fill a migrated, empty database with this many leads. Needs a superuser's connection."""
    connection.execute(text("SET session_replication_role = replica"))
    for statement in _MAKE.split(";\n"):
        if statement.strip():
            connection.execute(text(statement), {"n": leads} if ":n" in statement else {})
    for table in _SEQUENCES:
        connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
    connection.execute(text("SET session_replication_role = origin"))
    check(connection)
    connection.commit()
    connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))


def check(connection: Connection) -> None:
    """Raise AssertionError where the leads made break a rule."""
    broken = connection.scalar(
        text("""
        SELECT count(*) FROM leads l LEFT JOIN sales s ON s.lead_id = l.id
        WHERE (l.stage = 'transferred') <> (s.id IS NOT NULL)
    """)
    )
    assert broken == 0, f"{broken} leads and sales disagree"
