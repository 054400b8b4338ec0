"""What was said about a lead by each analysis."""

from decimal import Decimal
from typing import Any

import orjson
from flask import Response

from leadapp.blueprints.api_v1.blueprint import api
from leadapp.blueprints.api_v1.description import LEADS, answers
from leadapp.blueprints.api_v1.guard import api_requires
from leadapp.blueprints.api_v1.records import AssessmentList
from leadapp.blueprints.api_v1.schemas import PageQuery
from leadapp.permissions import Actor, Permission
from leadapp.queries.assessments import AssessmentView, list_assessments


@api.get(
    "/leads/<record_id:lead_id>/assessments",
    tags=[LEADS],
    responses=answers(AssessmentList, "lead_not_found", "invalid_input"),
)
@api_requires(Permission.SEE_LEADS, one_statement=True)
def show_assessments(lead_id: int, query: PageQuery, actor: Actor) -> Response:
    """List what the analyses of a lead said

    The oldest first. Contributions add up to the score exactly, and so do their decimals.
    """
    page = list_assessments(lead_id, actor=actor, limit=query.limit, cursor=query.cursor)
    items = [_assessment(assessment) for assessment in page.items]
    body = orjson.dumps({"items": items, "next_cursor": page.next_cursor})
    return Response(body, content_type="application/json")


def _assessment(assessment: AssessmentView) -> dict[str, Any]:
    return {
        **assessment._asdict(),
        "score": float(assessment.score),
        "threshold": float(assessment.threshold),
        "contributions": [
            {**one, "points": float(Decimal(one["points"]))} for one in assessment.contributions
        ],
    }
