"""The text by which staleness is found is the same from the database and from the rules."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.models.lead import inputs_key_sql
from leadapp.rules.stages import LeadStage
from leadapp.rules.staleness import ScoredInputs

KEY = inputs_key_sql(alias="l", threshold=":threshold", scorer=":scorer")
STATEMENT = text(f"""
    SELECT {KEY} FROM (SELECT CAST(:source_id AS bigint) AS source_id,
        CAST(:stage AS text) AS stage, CAST(:activity_count AS integer) AS activity_count,
        CAST(:business_domain_id AS bigint) AS business_domain_id) l
""")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        ScoredInputs,
        source_id=st.integers(1, 2**63 - 1),
        stage=st.sampled_from(LeadStage),
        activity_count=st.integers(0, 2**31 - 1),
        business_domain_id=st.none() | st.integers(1, 2**63 - 1),
        threshold=st.sampled_from(["0.01", "0.6", "0.60", "0.75", "1", "1.00"]).map(Decimal),
        scorer=st.sampled_from(["rule_table/1", "learned/2"]),
    )
)
def test_the_database_writes_the_key_that_the_rules_write(
    db_session: Session, inputs: ScoredInputs
) -> None:
    values = {name: getattr(inputs, name) for name in ScoredInputs.__slots__}
    written = db_session.execute(STATEMENT, values | {"stage": str(inputs.stage)}).scalar_one()
    assert written == inputs.to_key()
