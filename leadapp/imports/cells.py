"""Cells that a spreadsheet must not take for formulas.

A text that begins like a formula gets an apostrophe before it, and so does one that begins with
apostrophes and then like a formula; so every text comes back as it was.
"""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r]")
_DISARMED = re.compile(r"'+[=+\-@\t\r]")


def disarm(text: str) -> str:
    """The text as a cell that no spreadsheet calculates."""
    return f"'{text}" if _RISKY.match(text) else text


def rearm(cell: str) -> str:
    """The text that `disarm` made the cell from."""
    return cell[1:] if _DISARMED.match(cell) else cell
