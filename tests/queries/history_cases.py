"""Closed leads, of here and of other systems, for tests."""

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.imports.csv_reader import CsvReader
from leadapp.imports.history import HistoryMapping
from leadapp.permissions import command_actor
from leadapp.queries.lead_view import LeadView
from leadapp.rules.stages import LeadStage
from leadapp.services import history, pipeline
from leadapp.services.history import Imported
from tests import factories

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def import_history(data: bytes, *, name: str = "old.csv", **options: Any) -> Imported:
    """Import these closed leads; `options` are those of a HistoryMapping, and `given`."""
    rows = CsvReader(io.BufferedReader(io.BytesIO(data)))
    mapping = HistoryMapping(rows.columns, options.pop("given", {}), **{"won": ["won"], **options})
    digest = hashlib.sha256(data).hexdigest()
    result = history.import_history(
        rows, mapping, name=name, digest=digest, actor=command_actor(), now=NOW
    )
    db.session.commit()
    return result


def lose(lead: LeadView, reason: str | None = None, *, now: datetime = NOW) -> None:
    """Mark a lead as lost."""
    pipeline.move(lead.id, LeadStage.LOST, actor=command_actor(), now=now, lost_reason=reason)
    db.session.commit()


def lost_lead(reason: str | None = None, **values: Any) -> LeadView:
    """A lead that was analyzed and then lost."""
    lead = factories.make_lead(analyzed=True, **values)
    lose(lead, reason)
    return lead


def set_attributes(lead_ids: Sequence[int], attributes: str) -> None:
    """Give leads these attributes, JSON, past the services."""
    db.session.execute(
        text("UPDATE leads SET attributes = CAST(:a AS jsonb) WHERE id = ANY(:ids)"),
        {"a": attributes, "ids": list(lead_ids)},
    )
    db.session.commit()
