"""What the server says to whoever started it."""

import sys


def note(line: str) -> None:
    """Say what is going on."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 (a command's output)


def answer(*lines: str) -> None:
    """Say what was waited for."""
    print(*lines, sep="\n", flush=True)  # noqa: T201 (a command's output)
