"""A refusal as the fragment that stands beside the card it is about."""

from typing import Any

from flask import Response, render_template, request

from leadapp.errors import (
    HandoffRefused,
    InvalidInput,
    LeadNotFound,
    Refusal,
    SaleNotFound,
    StageMoved,
    UnmetCondition,
)

# What mends each unmet condition of a handoff, below the lead's address.
_MENDS = {
    "business_domain_missing": ("#fact-business_domain", "Fill in the domain"),
    "score_missing": ("/analysis", "Analyze"),
    "score_below_threshold": ("#activity-note", "Log an activity"),
    "score_stale": ("/analysis", "Analyze"),
    "wrong_stage": ("", "Open the lead"),
}


def refusal_context(refusal: Refusal, *, stale: bool = False) -> dict[str, Any]:
    """What components/_refusal.html needs to explain a refusal.

    A `stale` score may do once it is fresh, so that analyzing is what mends it first.
    """
    noun, url = _record()
    context: dict[str, Any] = {"title": refusal.message, "text": None, "unmet": [], "noun": noun}
    if isinstance(refusal, HandoffRefused):
        count = len(refusal.unmet)
        context["title"] = f"Not handed off: {count} condition{'s' * (count != 1)} unmet"
        context["unmet"] = [_condition(unmet, url, stale) for unmet in refusal.unmet]
    elif isinstance(refusal, InvalidInput):
        context["unmet"] = [
            {
                "message": f"{field.replace('_', ' ').capitalize()}: {message}.",
                "have": "",
                "need": "",
            }
            for field, message in refusal.errors
        ]
    if isinstance(refusal, StageMoved) or not isinstance(refusal, LeadNotFound | SaleNotFound):
        context["present_url"] = url
    return context


def _condition(unmet: UnmetCondition, url: str | None, stale: bool) -> dict[str, Any]:
    """One unmet condition, with what mends it: a page to go to, or something to post."""
    by_score = stale and unmet.code == "score_below_threshold"
    mend, label = _MENDS["score_stale" if by_score else unmet.code]
    return {
        "message": unmet.message,
        "have": unmet.have,
        "need": unmet.need,
        "mend_url": f"{url}{mend}" if url else None,
        "mend_label": label,
        "mend_posts": mend == "/analysis",
    }


def _record() -> tuple[str, str | None]:
    """What the request was about, and its address."""
    for noun in ("lead", "sale"):
        record_id = (request.view_args or {}).get(f"{noun}_id")
        if record_id is not None:
            return noun, f"/{noun}s/{record_id}"
    return "lead", None


def refusal_fragment(
    refusal: Refusal, status: int, *, also: str = "", stale: bool = False
) -> Response:
    """The refusal beside its card; `also` are further fragments, such as the card as it is now."""
    context = refusal_context(refusal, stale=stale)
    body = render_template("components/_refusal.html", refusal=context)
    response = Response(body + also, status, content_type="text/html; charset=utf-8")
    response.headers["HX-Retarget"] = "#refusal"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
