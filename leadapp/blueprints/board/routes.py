"""The lead board, and what happens to a card on it."""

from functools import partial

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.ctx import AppContext
from werkzeug.wrappers import Response as BaseResponse

from leadapp.blueprints.board.cards import card_of_lead, make_cards
from leadapp.blueprints.board.drawing import draw_cards
from leadapp.blueprints.board.forms import AddLeadForm
from leadapp.blueprints.board.page import (
    LEAD_BOARD,
    board_url,
    filter_options,
    heads,
    load_board,
    make_chips,
    make_columns,
)
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.board import load_column
from leadapp.queries.board_counts import count_leads
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.bulk import ids_on_board
from leadapp.queries.lead_view import LeadView
from leadapp.queries.lists import Lists, load_lists
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.services import runs
from leadapp.services.analysis import analyze_many
from leadapp.services.counts import WORTH_FOLDING, fold_counts
from leadapp.services.leads import create_lead
from leadapp.web.clock import utc_now
from leadapp.web.columns import Column
from leadapp.web.guards import page_actor, requires
from leadapp.web.htmx import back_to, board_arguments, is_htmx
from leadapp.web.words import plural

blueprint = Blueprint("board", __name__)

# More leads than these are analyzed in the background.
MOST_AT_ONCE = 500


@blueprint.get("/")
@requires(Permission.SEE_LEADS)
def home() -> BaseResponse:
    """The board is where one starts."""
    return redirect(url_for("board.show"))


@blueprint.get("/board")
@requires(Permission.SEE_LEADS)
def show() -> Response:
    """The board, filtered and sorted as its address says. Three statements."""
    actor, now = page_actor(), utc_now()
    filters = BoardFilters.parse(request.args)
    loaded, counts = load_board(filters, actor=actor)
    # After the cards, so that it names all that they speak of.
    lists = g.lists = load_lists()
    page = render_template(
        "board/show.html",
        columns=make_columns(loaded, counts, lists, filters, actor=actor, now=now),
        draw_cards=draw_cards,
        filters=filters,
        chips=make_chips(filters, lists),
        options=filter_options(lists),
        add_form=AddLeadForm.with_sources(lists),
        total=sum(counts.by_stage.values()),
    )
    response = Response(page)
    if counts.pending > WORTH_FOLDING:
        response.call_on_close(partial(_fold, current_app.app_context()))
    return response


def _fold(context: AppContext) -> None:
    """Fold the counts once the board has been sent, when the request's own context is gone."""
    with context:
        fold_counts()
        db.session.commit()


@blueprint.get("/board/columns/<stage>")
@requires(Permission.SEE_LEADS)
def more(stage: str) -> str:
    """The next cards of one column: the fragment for "Show more", or a page of its own."""
    actor, now = page_actor(), utc_now()
    column_stage = LEAD_PIPELINE.parse(stage)
    filters = BoardFilters.parse(request.args)
    page = load_column(
        filters, column_stage, actor=actor, cursor=request.args.get("cursor") or None
    )
    lists = g.lists = load_lists()
    cards = make_cards(page.cards, lists, actor=actor, now=now)
    further = LEAD_BOARD.more_url(column_stage, filters.query(), page.next_cursor)
    if is_htmx():
        return render_template("board/_more.html", cards=cards, more_url=further)
    counts = count_leads(filters, actor=actor, stages=[column_stage])
    column = Column(LEAD_BOARD, column_stage, counts.shown(column_stage), cards, further, False)
    return render_template("board/column.html", column=column, cards=cards, more_url=further)


@blueprint.post("/leads")
@requires(Permission.WORK_LEADS)
def add() -> BaseResponse | tuple[str, int]:
    """Add a lead in one line."""
    actor, now = page_actor(), utc_now()
    lists = g.lists = load_lists()
    form = AddLeadForm.with_sources(lists)
    if form.validate_on_submit():
        values = {"name": form.name.data, "company": form.company.data, "source": form.source.data}
        try:
            lead = create_lead(values, actor=actor, now=now)
        except InvalidInput as refusal:
            db.session.rollback()
            for field, message in refusal.errors:
                form[field].errors = [*form[field].errors, message]
        else:
            db.session.commit()
            return _added(lead, lists)
    if is_htmx():
        return render_template("board/_add_form.html", add_form=form), 422
    return render_template("board/add.html", add_form=form), 422


def _added(lead: LeadView, lists: Lists) -> BaseResponse:
    """Go back to the board, or, in place, an empty form again and the new card."""
    said = f"{lead.title} added."
    if not is_htmx():
        flash(said, "success")
        return redirect(back_to("/board"))
    actor = page_actor()
    filters = BoardFilters.parse(board_arguments() or {})
    page = render_template(
        "board/_added.html",
        add_form=AddLeadForm.empty(lists),
        card=card_of_lead(lead, lists, actor=actor, now=utc_now()),
        heads=heads([LeadStage.NEW], filters, actor=actor),
        said=said,
    )
    return Response(page, 201)


@blueprint.post("/board/analysis")
@requires(Permission.BULK_LEADS)
def analyze_board() -> BaseResponse:
    """Analyze the open leads that the board shows: here if they are few, else in the background."""
    actor, now = page_actor(), utc_now()
    filters = BoardFilters.parse(request.args)
    ids = ids_on_board(filters, actor=actor, limit=MOST_AT_ONCE + 1)
    if len(ids) > MOST_AT_ONCE:
        run = runs.start("analyze", {"filter": filters.pairs()}, actor=actor, now=now)
        db.session.commit()
        return redirect(url_for("runs.show", run_id=run.id))
    result = analyze_many(ids, actor=actor, now=now)
    db.session.commit()
    flash(f"Analyzed {plural(len(result.scored), 'lead')}.", "success")
    return redirect(board_url(filters))
