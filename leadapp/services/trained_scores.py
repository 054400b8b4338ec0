"""What the scorer in use says of closed leads, and a new model of open ones.

Needs numpy: only a job or a command trains.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.rules.stages import LeadStage
from leadapp.rules.values import normalize_list_key, parse_activity_count
from leadapp.scoring import rule_table
from leadapp.scoring.assessment import Inputs
from leadapp.scoring.bulk import BulkScorer
from leadapp.scoring.document import FOLDS, parse
from leadapp.scoring.scorer import Scorer
from leadapp.services.scored_rows import texts_of
from leadapp.services.scorers import bulk_scorer_of
from leadapp.training.report import Present
from leadapp.training.table import TrainingTable, fold_of

# Rows in memory at a time.
_FETCHED = 5000
_ANY_THRESHOLD = Decimal("0.60")

_SOURCES = text("SELECT key, rule_key FROM sources")
_OPEN = text("""
    SELECT l.ai_score, CASE WHEN s.rule_key <> 'unknown' THEN s.name END AS source,
        d.name AS business_domain,
        CASE WHEN l.activity_count > 0 OR NOT l.activity_count_unknown
            THEN CAST(l.activity_count AS text) END AS activity_count,
        CAST(nullif(l.attributes, '{}') AS text) AS attributes
    FROM leads l JOIN sources s ON s.id = l.source_id
    LEFT JOIN business_domains d ON d.id = l.business_domain_id
    WHERE l.stage NOT IN ('transferred', 'lost')
""")


def scores_of(scorer: Scorer) -> Present:
    """How this scorer scores closed leads, each without having seen how it ended."""
    return _scores_by_rules() if scorer.name == rule_table.SCORER else _scores_by(scorer)


def open_leads_by(document: Mapping[str, Any]) -> list[list[int | None]]:
    """How many open leads have which present score and which by this model: as cells of
    `leadapp.scoring.crossing`, both in hundredths rounded down."""
    bulk = BulkScorer(parse(document))
    counts: Counter[tuple[int | None, int]] = Counter()
    options = {"stream_results": True, "yield_per": _FETCHED}
    for part in db.session.execute(_OPEN, execution_options=options).partitions():
        leads = [row._asdict() for row in part]
        attributes = [texts_of(lead.pop("attributes")) for lead in leads]
        columns = {
            name: [
                lead[name] if name in lead else of_lead.get(name)
                for lead, of_lead in zip(leads, attributes, strict=True)
            ]
            for name in bulk.features
        }
        new = bulk.scores(columns, len(leads)).tolist()
        present = (lead["ai_score"] for lead in leads)
        counts.update(
            (None if score is None else int(score * 100), by_model // 100)
            for score, by_model in zip(present, new, strict=True)
        )
    cells = sorted(counts, key=lambda cell: (-1 if cell[0] is None else cell[0], cell[1]))
    return [[*cell, counts[cell]] for cell in cells]


def _scores_by(scorer: Scorer) -> Present:
    """A learned model scores each closed lead as it was fitted without the lead's fold."""
    bulk = bulk_scorer_of(int(scorer.version))

    def scores(table: TrainingTable) -> list[int]:
        found = [0] * len(table.keys)
        folds = [fold_of(key) for key in table.keys]
        for fold in range(FOLDS):
            places = [i for i, of_lead in enumerate(folds) if of_lead == fold]
            by_fold = bulk.scores(table.rows(places).columns, len(places), fold).tolist()
            for place, score in zip(places, by_fold, strict=True):
                found[place] = score
        return found

    return scores


def _scores_by_rules() -> Present:
    """The rule table scores closed leads as if they were in qualified, where a handoff is decided:
    what stage they were scored in elsewhere, nobody knows."""
    rule_keys = {row.key: row.rule_key for row in db.session.execute(_SOURCES)}

    @lru_cache(maxsize=8192)
    def score(source: str | None, count: str | None, domain: str | None) -> int:
        name = source or "unknown"
        inputs = Inputs(
            source=rule_keys.get(normalize_list_key(name), name),
            source_name=name,
            stage=LeadStage.QUALIFIED,
            activity_count=parse_activity_count(count or "0"),
            business_domain=domain,
            threshold=_ANY_THRESHOLD,
        )
        return int(rule_table.score_of(inputs) * 10_000)

    def scores(table: TrainingTable) -> list[int]:
        blank: list[str | None] = [None] * len(table.keys)
        names = ("source", "activity_count", "business_domain")
        given = zip(*(table.columns.get(name, blank) for name in names), strict=True)
        return [score(*one) for one in given]

    return scores
