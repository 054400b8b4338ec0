"""Closed leads of another system, straight into the table, for what learns from them."""

import json
import random
from typing import Any

from sqlalchemy import text

from leadapp.extensions import db

FILE = """INSERT INTO history_files (name, digest, mapping, added, won, rejected)
    VALUES ('closed.csv', :digest, '{}', :added, :won, 0) RETURNING id"""
LEADS = """INSERT INTO history_leads
        (file_id, won, source, business_domain, activity_count, attributes)
    SELECT :file, won, source, business_domain, activity_count, attributes
    FROM jsonb_to_recordset(CAST(:leads AS jsonb)) AS g (won boolean, source text,
        business_domain text, activity_count integer, attributes jsonb)"""


def make_history(count: int = 400, *, signal: bool = True, seed: int = 1) -> None:
    """So many closed leads; with a signal, a high Budget and many activities win."""
    chance = random.Random(seed)  # noqa: S311 -- leads, no secrets
    leads: list[dict[str, Any]] = []
    for _ in range(count):
        budget, activities = chance.choice(["high", "low", None]), chance.randrange(9)
        odds = {"high": 0.45, "low": 0.1, None: 0.25}[budget] + activities * 0.04
        leads.append(
            {
                "won": chance.random() < (odds if signal else 0.4),
                "source": chance.choice(["Partner", "Fair", None]),
                "business_domain": chance.choice(["Retail", None]),
                "activity_count": activities,
                "attributes": {"Budget": budget, "City": chance.choice(["Bonn", "Ulm"])},
            }
        )
    values = {"digest": str(seed), "added": count, "won": sum(lead["won"] for lead in leads)}
    file = db.session.execute(text(FILE), values).scalar_one()
    db.session.execute(text(LEADS), {"file": file, "leads": json.dumps(leads)})
    db.session.commit()
