"""The table alone is light: web processes know it, and must not load numpy for it."""

import subprocess
import sys
from datetime import date

from leadapp.training.table import TrainingTable


def test_the_table_loads_nothing_heavy() -> None:
    code = (
        "import sys, leadapp.training.table; "
        "print(sorted({'numpy', 'flask', 'sqlalchemy'} & set(sys.modules)))"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


def test_rows_keep_what_belongs_together() -> None:
    day = date(2026, 1, 2)
    table = TrainingTable(
        keys=["h:1", "l:2", "h:3"],
        columns={"source": ["a", None, "c"]},
        won=[True, False, True],
        closed_on=[None, day, None],
        own=[False, True, False],
        changed_at_close=frozenset({"source"}),
    )

    assert table.rows([2, 1]) == TrainingTable(
        keys=["h:3", "l:2"],
        columns={"source": ["c", None]},
        won=[True, False],
        closed_on=[None, day],
        own=[False, True],
        changed_at_close=frozenset({"source"}),
    )
