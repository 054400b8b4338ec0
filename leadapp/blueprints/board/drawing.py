"""Drawing cards, each once for as long as it looks the same.

A card's HTML depends on nothing but the card, and most cards of a board are those of the last one,
whoever looked. Drawing 250 anew takes half the time of a board.
"""

from collections.abc import Iterable
from functools import lru_cache

from flask import current_app
from markupsafe import Markup

from leadapp.blueprints.board.cards import Card

# At 1.2 KB a card, 5 MB for each process: the boards of some twenty people who see different ones.
REMEMBERED = 4096


def draw_cards(cards: Iterable[Card]) -> Markup:
    """The HTML of these cards, in a row."""
    return Markup("".join(map(_draw_card, cards)))  # noqa: S704  # macros' output


@lru_cache(REMEMBERED)
def _draw_card(card: Card) -> Markup:
    module = current_app.jinja_env.get_template("board/_card.html").module
    return Markup(module.card(card))  # type: ignore[attr-defined]  # noqa: S704  # a macro's output
