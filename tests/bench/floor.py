"""The floor: the least that could send the same data, as fast as we can make it.

Flask and SQLAlchemy Core on autocommit connections, one statement a request (two to analyze),
orjson straight to the response; our session's short way to the columns serves it too. No schema,
no sign-in, no permission, no problem handling, no rules.
"""

import gc
import os
from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy import TextualSelect, create_engine, text

from leadapp.queries.lead_view import LEAD_COLUMNS, LEAD_JOINS, lead_statement
from leadapp.session import LeadCursor
from leadapp.web.json_provider import to_json_value

app = Flask(__name__, static_folder=None)
engine = create_engine(
    os.environ["DATABASE_URL"],
    isolation_level="AUTOCOMMIT",
    skip_autocommit_rollback=True,
    pool_size=4,
    max_overflow=2,
    connect_args={
        "cursor_factory": LeadCursor,
        "options": "-c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0",
    },
)


def view(rows: str) -> str:
    """All that a lead's answer tells, of the rows of this name."""
    return f"{LEAD_COLUMNS} FROM {rows} l {LEAD_JOINS}"


GET = lead_statement(f"SELECT {view('leads')} WHERE l.id = :id")
CREATE = lead_statement(f"""
    WITH added AS (
        INSERT INTO leads (source_id, name, company, created_at, stage_changed_at)
        VALUES (1, :name, :company, :now, :now) RETURNING *
    ), event AS (
        INSERT INTO events (kind, lead_id, via, at, data)
        SELECT 'lead_created', id, 'api', :now, '{{}}' FROM added
    )
    SELECT {view("added")}
""")
MOVE = lead_statement(f"""
    WITH moved AS (
        UPDATE leads SET stage = :to, stage_changed_at = :now, version = version + 1
        WHERE id = :id AND stage = 'new' RETURNING *
    ), event AS (
        INSERT INTO events (kind, lead_id, via, at, data)
        SELECT 'stage_changed', id, 'api', :now, jsonb_build_object('from', 'new', 'to', stage)
        FROM moved
    )
    SELECT {view("moved")}
""")
INPUTS = text("""
    SELECT l.stage, l.activity_count, s.rule_key, d.name FROM leads l
    JOIN sources s ON s.id = l.source_id
    LEFT JOIN business_domains d ON d.id = l.business_domain_id WHERE l.id = :id
""")
SCORE = lead_statement(f"""
    WITH scored AS (
        UPDATE leads SET ai_score = 0.55, ai_recommendation = 'continue_qualification',
            ai_reason = :reason, ai_inputs_key = :key, version = version + 1,
            assessment_id = nextval('assessments_id_seq')
        WHERE id = :id RETURNING *
    ), assessment AS (
        INSERT INTO assessments (id, lead_id, scorer, scorer_version, threshold, inputs, score,
            recommendation, reason, contributions, created_at)
        SELECT assessment_id, id, 'rule_table', '1', 0.60, CAST(:inputs AS jsonb), ai_score,
            ai_recommendation, ai_reason, CAST(:contributions AS jsonb), :now FROM scored
    ), event AS (
        INSERT INTO events (kind, lead_id, via, at, data)
        SELECT 'analyzed', id, 'api', :now, jsonb_build_object('score', ai_score,
            'recommendation', ai_recommendation, 'assessment_id', assessment_id) FROM scored
    )
    SELECT {view("scored")}
""")
# What a scorer would have said, so that as much is written as ours writes.
REASON = "Scanner lead with 4 interactions in contacted; business domain is known."
INPUTS_JSON = orjson.dumps(
    {"source_id": 1, "source": "scanner", "source_rule_key": "scanner", "stage": "contacted",
     "activity_count": 4, "business_domain_id": 1, "business_domain": "Retail", "threshold": "0.60"}
).decode()  # fmt: skip
CONTRIBUTIONS_JSON = orjson.dumps(
    [{"input": name, "value": "scanner", "points": "0.15"}
     for name in ("source", "activity_count", "stage", "business_domain")]
).decode()  # fmt: skip


def answer(statement: TextualSelect, status: int = 200, **values: Any) -> Response:
    """Run the statement and send its row."""
    with engine.connect() as connection:
        row = connection.execute(statement, {**values, "scorer": "rule_table/1"}).one()
    body = orjson.dumps(dict(row._mapping), default=to_json_value)
    return Response(body, status, content_type="application/json")


@app.get("/api/v1/leads/<int:lead_id>")
def show(lead_id: int) -> Response:
    """One lead."""
    return answer(GET, id=lead_id)


@app.post("/api/v1/leads/")
def create() -> Response:
    """A new lead."""
    body = orjson.loads(request.get_data())
    now = datetime.now(UTC)
    return answer(CREATE, 201, name=body["name"], company=body["company"], now=now)


@app.patch("/api/v1/leads/<int:lead_id>/stage")
def move(lead_id: int) -> Response:
    """A step of the pipeline."""
    to = orjson.loads(request.get_data())["stage"]
    return answer(MOVE, id=lead_id, to=to, now=datetime.now(UTC))


@app.post("/api/v1/leads/<int:lead_id>/analyze")
def analyze(lead_id: int) -> Response:
    """A score."""
    with engine.connect() as connection:
        connection.execute(INPUTS, {"id": lead_id}).one()
    return answer(
        SCORE, id=lead_id, now=datetime.now(UTC), reason=REASON, key="1|contacted|4|1|0.60|scorer",
        inputs=INPUTS_JSON, contributions=CONTRIBUTIONS_JSON,
    )  # fmt: skip


gc.collect()
gc.freeze()
