"""Moving a lead by hand: a step, a loss, a handoff, and its analysis."""

from decimal import Decimal

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from leadapp.blueprints.board.page import DROPS
from leadapp.blueprints.leads.answers import card_fragments, lead_changed
from leadapp.blueprints.leads.explanation import changes_in_words
from leadapp.blueprints.leads.forms import HandoffForm
from leadapp.blueprints.leads.page import request_lists
from leadapp.errors import (
    EvidenceChanged,
    HandoffRefused,
    InvalidInput,
    InvalidTransition,
    LeadIsFinal,
    StageMoved,
)
from leadapp.extensions import db
from leadapp.permissions import Actor, Permission
from leadapp.queries.lead_view import LeadView, get_lead
from leadapp.queries.lists import Lists, load_lists
from leadapp.rules.lost import LeadLostReason
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.rules.values import is_threshold
from leadapp.services import analysis, pipeline
from leadapp.services.handoff import ShownEvidence, hand_off, missing_for_handoff
from leadapp.web.clock import utc_now
from leadapp.web.columns import STEP
from leadapp.web.forms import show_errors
from leadapp.web.guards import page_actor, requires
from leadapp.web.htmx import is_for, is_htmx, tell_panel
from leadapp.web.moves import LossForm, ask_why_lost, move_in_words, parse_seen, stages_touched
from leadapp.web.refusals import refusal_fragment
from leadapp.web.words import STAGE_LABELS, score_text

blueprint = Blueprint("lead_moves", __name__, url_prefix="/leads/<record_id:lead_id>")

_MOVE_LABELS = {LeadStage.LOST: "Mark as lost", LeadStage.TRANSFERRED: "Hand off to sales"}
_WHAT_STAYS = (
    "Lost is final: stage, owner, domain, source, score and activity count stay as they are. A lead"
    " that was lost by mistake can be started anew."
)


@blueprint.get("/moves")
@requires(Permission.WORK_LEADS)
def choose(lead_id: int) -> str:
    """Where the lead may go: the menu "Move to"."""
    lead = get_lead(lead_id, actor=page_actor())
    moves = []
    for to in LEAD_PIPELINE.targets(lead.stage):
        drop, asks = DROPS.get(to, STEP)
        url = f"/leads/{lead_id}/{drop}?seen={lead.stage}"
        lacks = missing_for_handoff(lead) if to is LeadStage.TRANSFERRED else ()
        hint = " ".join(unmet.message for unmet in lacks) or None
        label = _MOVE_LABELS.get(to, STAGE_LABELS[to])
        moves.append({"to": to, "label": label, "url": url, "asks": asks, "hint": hint})
    return render_template(
        "board/_moves.html", in_dialog=is_for("dialog"), record=_heading(lead), moves=moves
    )


@blueprint.post("/stage")
@requires(Permission.WORK_LEADS)
def step(lead_id: int) -> BaseResponse:
    """Move the lead one step: `to` comes from the form, the stage seen from the address."""
    actor = page_actor()
    to = LEAD_PIPELINE.parse(request.form.get("to", ""), field="to")
    seen = parse_seen(LEAD_PIPELINE, request.args.get("seen") or request.form.get("seen"))
    try:
        lead = pipeline.move(
            lead_id, to, actor=actor, now=utc_now(), seen=seen, reason_required=True
        )
    except (StageMoved, InvalidTransition) as refusal:
        return _refuse_with_card(refusal, lead_id, actor)
    db.session.commit()
    return _moved(lead, seen, actor)


@blueprint.route("/loss", methods=["GET", "POST"])
@requires(Permission.WORK_LEADS)
def loss(lead_id: int) -> BaseResponse | tuple[str, int] | str:
    """Mark the lead as lost, with a reason."""
    actor = page_actor()
    lead = get_lead(lead_id, actor=actor)
    form = LossForm.of(LeadLostReason)
    if request.method == "GET":
        form.seen.data = str(lead.stage)
        try:
            _check_asked(lead_id, LeadStage.LOST, actor)
        except (StageMoved, InvalidTransition) as refusal:
            return _refuse_with_card(refusal, lead_id, actor)
    if form.validate_on_submit():
        seen = parse_seen(LEAD_PIPELINE, form.seen.data)
        try:
            lead = pipeline.move(
                lead_id,
                LeadStage.LOST,
                actor=actor,
                now=utc_now(),
                seen=seen,
                lost_reason=form.lost_reason.data,
                lost_note=form.lost_note.data,
                reason_required=True,
            )
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        except (StageMoved, InvalidTransition) as refusal:
            return _refuse_with_card(refusal, lead_id, actor)
        else:
            db.session.commit()
            return _moved(lead, seen, actor)
    return ask_why_lost(form, _heading(lead), what_stays=_WHAT_STAYS)


@blueprint.route("/handoff", methods=["GET", "POST"])
@requires(Permission.HAND_OFF)
def handoff(lead_id: int) -> BaseResponse | tuple[str, int] | str:
    """Show the evidence that a handoff freezes, and hand off on confirmation."""
    actor = page_actor()
    lead = get_lead(lead_id, actor=actor)
    lists = g.lists = load_lists()
    form = HandoffForm.with_salespeople(lists, lead.owner_id or actor.id)
    changed = False
    if form.validate_on_submit():
        shown = _shown(form)
        try:
            lead, _sale_id = hand_off(
                lead_id,
                actor=actor,
                now=utc_now(),
                salesperson_id=form.salesperson_id.data,
                against_advice=form.against_advice.data,
                shown=shown,
            )
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        except EvidenceChanged:
            db.session.rollback()
            changed, lead = True, get_lead(lead_id, actor=actor)
        except (StageMoved, InvalidTransition) as refusal:
            return _refuse_with_card(refusal, lead_id, actor)
        else:
            db.session.commit()
            return _moved(lead, LeadStage.QUALIFIED, actor)
    elif not form.is_submitted():
        try:
            _check_asked(lead_id, LeadStage.TRANSFERRED, actor)
        except (StageMoved, InvalidTransition) as refusal:
            return _refuse_with_card(refusal, lead_id, actor)
        if is_for("dialog") and (unmet := missing_for_handoff(lead)):
            # There is nothing to ask: the card goes back, and what is missing stands beside it.
            return refusal_fragment(HandoffRefused(unmet), 409, stale=lead.stale)
    page = _handoff_page(lead, form, lists, changed=changed)
    if form.errors:
        return page, 422
    return (page, 409) if changed and not is_htmx() else page


def _handoff_page(lead: LeadView, form: HandoffForm, lists: Lists, *, changed: bool = False) -> str:
    return render_template(
        "leads/handoff.html",
        in_dialog=is_for("dialog"),
        lead=lead,
        unmet=missing_for_handoff(lead),
        form=form,
        changed=changed,
        changes=changes_in_words(lead, lists),
    )


@blueprint.post("/analysis")
@requires(Permission.WORK_LEADS)
def analyze(lead_id: int) -> BaseResponse:
    """Score the lead anew."""
    actor = page_actor()
    try:
        lead = analysis.analyze(lead_id, actor=actor, now=utc_now())
    except LeadIsFinal as refusal:
        return _refuse_with_card(refusal, lead_id, actor)
    db.session.commit()
    said = f"{lead.title} analyzed: {score_text(lead.ai_score)}. {lead.ai_reason}"
    question = ""
    if is_for("dialog"):
        # Asked for by the question whether to hand off, which is shown anew with the fresh score.
        lists = request_lists()
        form = HandoffForm.with_salespeople(lists, lead.owner_id or actor.id)
        question = _handoff_page(lead, form, lists)
    return lead_changed(lead, said, actor=actor, dialog=question)


def _heading(lead: LeadView) -> dict[str, str]:
    return {"title": lead.title, "url": f"/leads/{lead.id}", "stage": lead.stage}


def _check_asked(lead_id: int, to: LeadStage, actor: Actor) -> None:
    """Refuse to ask about a move that does not go from the stage that was seen.

    Raises LeadNotFound, StageMoved and InvalidTransition.
    """
    seen = parse_seen(LEAD_PIPELINE, request.args.get("seen"))
    pipeline.check_movable(lead_id, to, actor=actor, seen=seen, version=None)


def _shown(form: HandoffForm) -> ShownEvidence:
    """What the confirmation carries; whatever no page ever showed is 0, which no evidence has."""
    threshold = form.threshold.data
    return ShownEvidence(
        _number(form.assessment_id.data) or 0,
        threshold if threshold is not None and is_threshold(threshold) else Decimal(0),
    )


def _number(text: str | None) -> int | None:
    if text and text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    return None


def _moved(lead: LeadView, seen: LeadStage | None, actor: Actor) -> BaseResponse:
    said = move_in_words(lead)
    if lead.stage is LeadStage.TRANSFERRED:
        said = f"{lead.title} handed off to sales. A sale was created."
    stages = stages_touched(LEAD_PIPELINE, lead.stage, seen)
    return lead_changed(lead, said, actor=actor, stages=stages)


def _refuse_with_card(
    refusal: StageMoved | InvalidTransition | LeadIsFinal, lead_id: int, actor: Actor
) -> BaseResponse:
    """Refuse, and hand out the card as it is now, so that the board tells the truth again."""
    if not is_htmx():
        raise refusal
    db.session.rollback()
    lead = get_lead(lead_id, actor=actor)
    also = card_fragments(lead, refusal.message, actor=actor, stages=LEAD_PIPELINE.stages)
    response = refusal_fragment(refusal, 409, also=also)
    tell_panel(response, f"/leads/{lead_id}")
    return response
