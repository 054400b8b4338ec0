"""The text by which staleness is found is the same from the database and from the rules."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.models.lead import inputs_key_sql, learned_key_sql
from leadapp.rules.stages import LeadStage
from leadapp.rules.staleness import ScoredInputs, split_scorer

KEY = inputs_key_sql(
    alias="l", threshold=":threshold", scorer="coalesce(c.learned_scorer, :scorer)"
)
STATEMENT = text(f"""
    SELECT {KEY}, {learned_key_sql(alias="l")} FROM (SELECT CAST(:source_id AS bigint) AS source_id,
        CAST(:stage AS text) AS stage, CAST(:activity_count AS integer) AS activity_count,
        CAST(:business_domain_id AS bigint) AS business_domain_id,
        CAST(:attributes AS jsonb) AS attributes, :unknown AS activity_count_unknown) l
    CROSS JOIN (SELECT CAST(:learned AS text) AS learned_scorer,
        CAST(:columns AS text[]) AS scorer_columns) c
""")
INPUTS = st.builds(
    ScoredInputs,
    source_id=st.integers(1, 2**63 - 1),
    stage=st.sampled_from(LeadStage),
    activity_count=st.integers(0, 2**31 - 1),
    business_domain_id=st.none() | st.integers(1, 2**63 - 1),
    threshold=st.sampled_from(["0.01", "0.6", "0.60", "0.75", "1", "1.00"]).map(Decimal),
    scorer=st.sampled_from(["rule_table/1", "learned/2"]),
)
SLOW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(
    session: Session,
    inputs: ScoredInputs,
    attributes: dict[str, object],
    columns: list[str],
    *,
    unknown: bool = False,
) -> tuple[str, str | None]:
    """The key that the database writes, and its end where a learned model is in use."""
    values = {name: getattr(inputs, name) for name in ScoredInputs.__slots__}
    learned = inputs.scorer if inputs.scorer.startswith("learned") else None
    values |= {"stage": str(inputs.stage), "scorer": "rule_table/1", "learned": learned}
    values |= {"attributes": json.dumps(attributes), "columns": columns, "unknown": unknown}
    key, end = session.execute(STATEMENT, values).one()
    return key, end


@SLOW
@given(INPUTS)
def test_the_database_writes_the_key_that_the_rules_write(
    db_session: Session, inputs: ScoredInputs
) -> None:
    key, end = written(db_session, inputs, {"Budget": "high"}, [])
    assert key == inputs.to_key()
    assert end == (inputs.scorer if inputs.scorer.startswith("learned") else None)


@SLOW
@given(INPUTS)
def test_attributes_stand_in_the_key_where_a_model_reads_them(
    db_session: Session, inputs: ScoredInputs
) -> None:
    columns = ["Budget"] if inputs.scorer == "learned/2" else []
    key, end = written(db_session, inputs, {"Budget": "high"}, columns)
    read = ScoredInputs.from_key(key)
    assert read.to_key() == key
    assert (read.attributes is not None) is (inputs.scorer == "learned/2")
    assert replace(read, attributes=None) == inputs
    assert end is None or split_scorer(end) == (read.scorer, read.attributes)


LEAD = ScoredInputs(1, LeadStage.NEW, 0, None, Decimal("0.60"), "learned/2")


@pytest.mark.parametrize(
    ("attributes", "unknown", "differs"),
    [
        ({"Budget": "high", "City": "Bonn"}, False, False),
        ({"City": "Bonn", "Budget": "high", "Color": "red"}, False, False),
        ({"Budget": "low", "City": "Bonn"}, False, True),
        ({"Budget": "high"}, False, True),
        ({"Budget": "high", "City": None}, False, True),
        ({}, False, True),
        ({"Budget": "high", "City": "Bonn"}, True, True),
    ],
)
def test_only_what_the_model_reads_makes_a_difference(
    db_session: Session, attributes: dict[str, object], unknown: bool, differs: bool
) -> None:
    columns = ["Budget", "City"]
    before, _ = written(db_session, LEAD, {"Budget": "high", "City": "Bonn"}, columns)
    after, _ = written(db_session, LEAD, attributes, columns, unknown=unknown)
    assert (before != after) is differs
