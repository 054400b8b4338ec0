"""Sales: list, show, move. Only a handoff creates one."""

from flask import Response

from leadapp.blueprints.api_v1.answers import sale_answer, sales_answer
from leadapp.blueprints.api_v1.blueprint import api
from leadapp.blueprints.api_v1.conditional import expected_version
from leadapp.blueprints.api_v1.description import SALES, TAG_HEADER, answers
from leadapp.blueprints.api_v1.guard import api_requires
from leadapp.blueprints.api_v1.records import Sale, SaleList
from leadapp.blueprints.api_v1.schemas import SaleMove, SaleQuery
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Actor, Permission
from leadapp.queries.sale_list import list_sales
from leadapp.queries.sale_view import get_sale
from leadapp.rules.stages import SaleStage
from leadapp.services.sales import move_sale
from leadapp.web.clock import utc_now


@api.get("/sales/", tags=[SALES], responses=answers(SaleList, "invalid_input"))
@api_requires(Permission.SEE_LEADS, one_statement=True)
def show_sales(query: SaleQuery, actor: Actor) -> Response:
    """List sales

    By id, page by page: pass `next_cursor` as `cursor` for the next one.
    """
    page = list_sales(
        actor=actor,
        lead_id=query.lead_id,
        stage=query.stage,
        limit=query.limit,
        cursor=query.cursor,
    )
    return sales_answer(page.items, page.next_cursor)


@api.get(
    "/sales/<record_id:sale_id>",
    tags=[SALES],
    responses=answers(Sale, "sale_not_found", headers=TAG_HEADER, unchanged=True),
)
@api_requires(Permission.SEE_LEADS, one_statement=True)
def show_sale(sale_id: int, actor: Actor) -> Response:
    """Show a sale"""
    return sale_answer(get_sale(sale_id, actor=actor))


@api.patch(
    "/sales/<record_id:sale_id>/stage",
    tags=[SALES],
    responses=answers(
        Sale,
        "sale_not_found",
        "invalid_transition",
        "version_conflict",
        "invalid_input",
        body=True,
        headers=TAG_HEADER,
    ),
)
@api_requires(Permission.WORK_SALES, one_statement=True)
def advance_sale(sale_id: int, body: SaleMove, actor: Actor) -> Response:
    """Move a sale

    One step forward, or to `lost`.
    """
    if body.stage is not SaleStage.LOST and (body.lost_reason or body.lost_note):
        fields = ("lost_reason", body.lost_reason), ("lost_note", body.lost_note)
        raise InvalidInput([(name, "only with the stage lost") for name, value in fields if value])
    version = expected_version(lambda: get_sale(sale_id, actor=actor).version)
    moved = move_sale(
        sale_id,
        body.stage,
        actor=actor,
        now=utc_now(),
        version=version,
        lost_reason=body.lost_reason,
        lost_note=body.lost_note,
    )
    db.session.commit()
    return sale_answer(moved)
