"""Files of a made-up company: leads with twenty columns, and how the closed ones ended."""

import csv
import math
import random
from pathlib import Path

NUMBERS = ("Visits", "Minutes On Site", "Pages", "Mails Opened", "Employees", "Budget", "Age Days")
CATEGORIES = {
    "Country": 25, "City": 60, "Industry": 18, "Occupation": 6, "Campaign": 12, "Device": 3,
    "Language": 5, "Plan": 4, "Region": 9,
}  # fmt: skip
COLUMNS = [
    "Id", "Source", "Domain", "Calls", "Name", *NUMBERS, *CATEGORIES,
]  # fmt: skip
"""Source, domain, calls and these are the twenty columns a model may learn from, less one."""


def write(path: Path, rows: int, *, seed: int, outcome: bool, prefix: str) -> None:
    """Write a CSV file of so many leads; with `outcome`, a column says which were won."""
    chance = random.Random(seed)  # noqa: S311 -- the same file each time is the point
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*COLUMNS, "Won"] if outcome else COLUMNS)
        for number in range(rows):
            cells, logit = _lead(chance)
            named = [f"{prefix}{number}", *cells[:3], f"Lead {number}", *cells[3:]]
            won = chance.random() < 1 / (1 + math.exp(-logit))
            writer.writerow([*named, "yes" if won else "no"] if outcome else named)


def _lead(chance: random.Random) -> tuple[list[str], float]:
    """Source, domain, calls and the further columns, and the logit of being won."""
    source = chance.choice(("scanner", "partner", "manual"))
    calls = min(12, int(chance.expovariate(0.4)))
    domain = "" if chance.random() < 0.2 else f"Domain {chance.randrange(30)}"
    logit = {"scanner": 0.0, "partner": 0.9, "manual": -0.5}[source] + 0.2 * min(calls, 6) - 2.4
    cells = [source, domain, str(calls)]
    for place, _ in enumerate(NUMBERS):
        value = chance.gauss(0, 1)
        logit += (0.5, 0.8, 0.1, 0.3, 0.0, 0.2, 0.0)[place] * value
        blank = chance.random() < 0.1
        cells.append("" if blank else f"{math.exp(3 + value):.1f}")
    for place, kinds in enumerate(CATEGORIES.values()):
        kind = min(int(chance.expovariate(4 / kinds)), kinds - 1)
        logit += 0.3 * math.sin(kind * (place + 1))
        cells.append("" if chance.random() < 0.1 else f"kind {kind}")
    return cells, logit
