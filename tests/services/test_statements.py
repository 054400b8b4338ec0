"""The statements of what people do all day are short enough for psycopg to remember."""

import pytest
from psycopg import _queries
from sqlalchemy import ClauseElement
from sqlalchemy.dialects.postgresql import psycopg

from leadapp.queries import lead_page, lead_view
from leadapp.services import activities, analysis, handoff, leads, pipeline

BUSY = {
    "read": lead_view._GET,
    "page": lead_page._LEAD,
    "inputs": analysis._INPUTS_OF_ONE,
    "assessment": analysis._STORE_ONE,
    "step": pipeline._STEP,
    "loss": pipeline._MOVE,
    "handoff": handoff._HAND_OFF,
    "activity": activities._LOG,
    "creation": leads._CREATE,
    "change": leads._update_statement(dict.fromkeys(leads.EDITABLE)),
}


@pytest.mark.parametrize("name", BUSY)
def test_a_busy_statement_is_remembered(name: str) -> None:
    statement: ClauseElement = BUSY[name]
    dialect = psycopg.dialect()  # type: ignore[no-untyped-call]
    compiled = str(statement.compile(dialect=dialect))
    assert len(compiled) <= _queries.MAX_CACHED_STATEMENT_LENGTH
