"""A training's report as it would be for a company that wins 12 %, and models that have one."""

from datetime import datetime
from math import exp
from typing import Any

from sqlalchemy import null, text, update

from leadapp.extensions import db
from leadapp.models import Company, ScoringModel
from leadapp.scoring.record import bands
from tests.factories import NOW
from tests.scoring.models import category, document, number

MONTHS = [f"2025-{month:02}" for month in range(3, 13)] + ["2026-01", "2026-02"]
ACTIVITY = {"up to 0": 0.2, "1 to 2": 0.5, "3 to 6": 0.2, "over 6": 0.1}
SOURCES = {"partner": 0.12, "scanner": 0.48, "manual": 0.40}


def make_record(leads: int = 6_000, *, off: float = 0.0) -> list[list[Any]]:
    """Cells of about so many leads, most of them with low scores; `off` is by how much in 1 the
    scores promise too much."""
    cells, owed = [], dict.fromkeys(range(1, 96, 3), 0.0)
    weights = {hundredth: exp(-hundredth / 16) for hundredth in owed}
    total = sum(weights.values())
    for month in MONTHS:
        for source, share in SOURCES.items():
            for hundredth, weight in weights.items():
                count = round(leads / len(MONTHS) * share * weight / total)
                owed[hundredth] += count * max(0.0, (hundredth + 0.5) / 100 - off)
                won = min(count, round(owed[hundredth]))
                owed[hundredth] -= won
                cells.append([month, source, 1, hundredth, count, won])
    return [cell for cell in cells if cell[4]]


def make_report(**changes: Any) -> dict[str, Any]:
    """The report of a training that went well, with these changes."""
    record, rules = make_record(), make_record(off=0.25)
    report = {
        "trained": {
            "closed": 6_000,
            "won": 760,
            "lost": 5_240,
            "imported": 5_900,
            "own": 100,
            "first_closed_on": "2025-03-01",
            "last_closed_on": "2026-02-27",
            "base_rate": 0.127,
        },
        "columns": [
            column("source", "category", range=0.11),
            column("activity_count", "number", range=0.24),
            column("Occupation", "category", range=0.31),
            column("Time on website", "number", range=0.22),
            column("Last activity", "category", "doubtful", sign("alone", 0.71, ALONE)),
            column("Lead profile", "category", "doubtful", sign("blanks", 0.36, BLANKS)),
            column("Tags", "category", "left_out", sign("pure_values", 0.37, PURE)),
            column("Prospect id", "unique", "left_out", sign("unique", 1.0, "No two are alike")),
            column(
                "Country", "constant", "left_out", sign("constant", 1.0, "It is always the same")
            ),
        ],
        "figures": figures(0.861, 0.083, 0.271, 0.014),
        "base": {"brier": figure(0.111), "log_loss": figure(0.381)},
        "present": {
            "scorer": "rule_table/1",
            "figures": figures(0.578, 0.295, 0.794, 0.245),
            "record": rules,
            "reliability": reliability(rules),
        },
        "reliability": reliability(record),
        "record": record,
        "inputs": {
            "source": {"labels": list(SOURCES), "shares": list(SOURCES.values())},
            "activity_count": {"labels": list(ACTIVITY), "shares": list(ACTIVITY.values())},
        },
        "struck": {"Occupation": {"auc": 0.832}, "Tags": {"auc": 0.958}},
        "refused": None,
        "seconds": 3.2,
    }
    return report | changes


ALONE = "Alone it predicts with an AUC of 0.71; few known before do. When is it filled in?"
BLANKS = "Where it is blank, 36 points fewer are won. When is it filled in?"
PURE = "37 % of leads hold a value that goes with one outcome only"


def column(
    name: str, kind: str, verdict: str = "used", *signs: dict[str, Any], **values: Any
) -> dict[str, Any]:
    """A column of a report."""
    given = {"name": name, "kind": kind, "verdict": verdict, "signs": list(signs)}
    return {"choice": None, "range": None, **given, **values}


def sign(name: str, value: float, words: str) -> dict[str, Any]:
    """What speaks against a column."""
    return {"sign": name, "figure": value, "text": words}


def figure(value: float) -> dict[str, float]:
    """A figure with an interval."""
    return {"value": value, "low": round(value * 0.97, 4), "high": round(value * 1.03, 4)}


def figures(auc: float, brier: float, log_loss: float, calibration: float) -> dict[str, Any]:
    """All four, of 6,000 leads."""
    return {
        "auc": figure(auc),
        "brier": figure(brier),
        "log_loss": figure(log_loss),
        "calibration_error": figure(calibration),
        "leads": 6_000,
    }


def reliability(record: list[list[Any]]) -> list[dict[str, Any]]:
    """The reliability curve of a record, as a report holds it."""
    return [
        {
            "from": float(band.from_),
            "to": float(band.to),
            "leads": band.leads,
            "won": band.won,
            "mean_score": band.mean_score,
            "low": band.low,
            "high": band.high,
        }
        for band in bands(record)
    ]


def make_refused_report(sentence: str) -> dict[str, Any]:
    """The report of a training that gave no model."""
    nothing: dict[str, Any] = {
        "figures": None,
        "present": None,
        "reliability": [],
        "record": [],
        "inputs": {},
    }
    return make_report(refused=sentence, columns=[], **nothing)


DOCUMENT = document(
    -1_928_000,
    category("source", {"manual": -200_000, "partner": 600_000, "scanner": 100_000}),
    number("activity_count", [0.0, 2.0, 6.0], [-900_000, 0, 400_000, 900_000], blank=-300_000),
)
OPEN_LEADS = [[72, 41, 10], [61, 25, 5], [40, 38, 20], [10, 4, 60], [None, 45, 5]]


def make_model(
    status: str = "candidate",
    *,
    report: dict[str, Any] | None = None,
    open_leads: list[Any] | None = None,
    learned: dict[str, Any] | None = None,
    created_at: datetime = NOW,
) -> ScoringModel:
    """A model with a report and a small document; in use where its status says so."""
    model = ScoringModel(
        status=status,
        document=null() if status == "refused" else learned or DOCUMENT,
        report=make_report() if report is None else report,
        open_leads=OPEN_LEADS if open_leads is None else open_leads,
        created_at=created_at,
        promoted_at=created_at if status in {"in_use", "retired"} else None,
    )
    db.session.add(model)
    db.session.flush()
    if status == "in_use":
        used = update(Company).values(
            scoring_model_id=model.id, learned_scorer=f"learned/{model.id}"
        )
        db.session.execute(used)
    db.session.commit()
    return model


def add_history(leads: int = 3) -> None:
    """A file of imported closed leads."""
    db.session.execute(
        text(
            "WITH f AS (INSERT INTO history_files (name, digest, mapping, added, won, rejected)"
            " VALUES ('closed.csv', 'd', '{}', :n, 1, 0) RETURNING id)"
            " INSERT INTO history_leads (file_id, won, attributes)"
            " SELECT f.id, n = 1, '{}' FROM f, generate_series(1, :n) AS n"
        ),
        {"n": leads},
    )
    db.session.commit()
