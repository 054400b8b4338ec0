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
)

# Where each unmet condition of a handoff is mended, below the lead's address.
_MENDS = {
    "business_domain_missing": ("/edit", "Fill in the domain"),
    "score_missing": ("", "Open the lead"),
    "score_below_threshold": ("", "Open the lead"),
    "score_stale": ("", "Open the lead"),
    "wrong_stage": ("", "Open the lead"),
}


def refusal_context(refusal: Refusal) -> dict[str, Any]:
    """What components/_refusal.html needs to explain a refusal."""
    noun, url = _record()
    context: dict[str, Any] = {"title": refusal.message, "text": None, "unmet": [], "noun": noun}
    if isinstance(refusal, HandoffRefused):
        count = len(refusal.unmet)
        context["title"] = f"Not handed off: {count} condition{'s' * (count != 1)} unmet"
        context["unmet"] = [
            {
                "message": unmet.message,
                "have": unmet.have,
                "need": unmet.need,
                "mend_url": f"{url}{_MENDS[unmet.code][0]}" if url else None,
                "mend_label": _MENDS[unmet.code][1],
            }
            for unmet in refusal.unmet
        ]
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


def _record() -> tuple[str, str | None]:
    """What the request was about, and its address."""
    for noun in ("lead", "sale"):
        record_id = (request.view_args or {}).get(f"{noun}_id")
        if record_id is not None:
            return noun, f"/{noun}s/{record_id}"
    return "lead", None


def refusal_fragment(refusal: Refusal, status: int, *, also: str = "") -> Response:
    """The refusal beside its card; `also` are further fragments, such as the card as it is now."""
    body = render_template("components/_refusal.html", refusal=refusal_context(refusal))
    response = Response(body + also, status, content_type="text/html; charset=utf-8")
    response.headers["HX-Retarget"] = "#refusal"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
