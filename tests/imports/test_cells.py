"""Cells that no spreadsheet takes for formulas, and back."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadapp.imports.cells import disarm, rearm
from leadapp.imports.csv_writer import write_csv


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5", "@home", "\tx", "\rx", "'=1", "''+1"])
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert disarm(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ada", "'Ada'", "5-3", "1 = 1"])
def test_everything_else_stays(text: str) -> None:
    assert disarm(text) == text
    assert rearm(text) == text


@given(st.text(alphabet="'=+-@\t\rab", max_size=6))
@example("'")
def test_every_text_comes_back(text: str) -> None:
    assert rearm(disarm(text)) == text
    assert disarm(text)[:1] not in set("=+-@\t\r")


def test_writes_texts_numbers_and_objects() -> None:
    stream = io.StringIO()
    rows = [["=A1", 3, None, True, {"a": "b, c"}], ['say "hi"', 0, "", False, {}]]
    assert write_csv(stream, ["a", "b", "c", "d", "e"], rows) == 2
    assert stream.getvalue() == (
        'a,b,c,d,e\n\'=A1,3,,yes,"{""a"":""b, c""}"\n"say ""hi""",0,,no,\n'
    )
