"""How a learned model reads the texts that leads have."""

import pytest

from leadapp.scoring.texts import fold, read_number, spoken, text_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1532", 1532.0),
        (" 1532\t", 1532.0),
        ("-0.5", -0.5),
        ("+3.", 3.0),
        (".25", 0.25),
        ("1e3", 1000.0),
        ("1E-07", 1e-7),
        ("1,532", None),
        ("1 532", None),
        ("1_532", None),
        ("12 %", None),
        ("nan", None),
        ("inf", None),
        ("-Infinity", None),
        ("1e999", None),
        ("9" * 400, None),
        ("1e", None),
        (".", None),
        ("-", None),
        ("", None),
        ("0x10", None),
        ("١٢", None),
        ("1\n2", None),
    ],
)
def test_numbers_are_plain_decimals(text: str, number: float | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Google", "Google"),
        ("", ""),
        (3, "3"),
        (0.1, "0.1"),
        (True, "true"),
        (None, None),
        ([1], None),
        ({"a": 1}, None),
    ],
)
def test_a_json_value_as_text(value: object, text: str | None) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("text", "key"),
    [(None, ""), ("", ""), (" \u200b ", ""), (" Google ", "google"), ("STRASSE", "strasse")],
)
def test_case_and_blanks_do_not_matter(text: str | None, key: str) -> None:
    assert fold(text) == key


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Occupation", "Occupation"),
        ("time_on_site", "time on site"),
        ("What matters\nmost to you?", "What matters most to you"),
        ("x" * 80, "x" * 59 + "…"),
    ],
)
def test_a_column_s_name_in_a_sentence(name: str, words: str) -> None:
    assert spoken(name) == words
