"""What htmx says of a request."""

import json
from urllib.parse import parse_qsl, urlsplit

from flask import Response, request

# The address of the board behind the page, sent by the page itself: an open panel has another.
BOARD_HEADER = "X-Board"


def is_htmx() -> bool:
    """Whether htmx asks, so that a fragment is wanted and not a page."""
    return request.headers.get("HX-Request") == "true"


def is_for(target: str) -> bool:
    """Whether the answer is to fill the element of this id, such as `panel` or `dialog`."""
    return is_htmx() and request.headers.get("HX-Target") == target


def board_arguments(path: str = "/board") -> dict[str, str] | None:
    """The filters of the board that the page shows; None where it does not show this board."""
    address = request.headers.get(BOARD_HEADER, "")
    parts = urlsplit(address)
    return dict(parse_qsl(parts.query)) if parts.path == path else None


def tell_panel(response: Response, url: str) -> None:
    """Let a panel that shows the record at this address load it anew."""
    response.headers["HX-Trigger"] = json.dumps({"leadapp:changed": {"url": url}})


def back_to(default: str) -> str:
    """The page of ours that the request came from, for a plain form; else `default`.

    A question below `default`, such as why a lead is lost, has been answered: not there again.
    """
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host or not parts.path.startswith("/"):
        return default
    if parts.path.startswith(f"{default}/"):
        return default
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
