"""Single values: cleaned, checked and shown."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.errors import InvalidInput
from leadapp.rules.values import (
    DEFAULT_THRESHOLD,
    check_score,
    check_text,
    clean_text,
    is_score,
    is_threshold,
    normalize_list_key,
    parse_activity_count,
    parse_threshold,
    score_band,
    shown_score,
)

SCORES = st.decimals(0, 1, places=4)


@pytest.mark.parametrize(
    ("score", "shown"),
    [
        ("0.596", "0.59"),
        ("0.5999", "0.59"),
        ("0.6", "0.60"),
        ("0.6000", "0.60"),
        ("0", "0.00"),
        ("0.0099", "0.00"),
        ("0.9999", "0.99"),
        ("1", "1.00"),
        ("1.0000", "1.00"),
    ],
)
def test_a_score_is_shown_in_two_decimals_rounded_down(score: str, shown: str) -> None:
    assert shown_score(Decimal(score)) == shown


@given(score=SCORES, threshold=st.decimals(Decimal("0.01"), Decimal(1), places=2))
def test_a_score_under_the_threshold_never_looks_as_if_it_met_it(
    score: Decimal, threshold: Decimal
) -> None:
    assert (Decimal(shown_score(score)) >= threshold) == (score >= threshold)


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("0", "low"),
        ("0.2999", "low"),
        ("0.3000", "medium"),
        ("0.6999", "medium"),
        ("0.7000", "high"),
        ("1", "high"),
    ],
)
def test_a_score_has_a_word(score: str, band: str) -> None:
    assert score_band(Decimal(score)) == band


@pytest.mark.parametrize("score", ["0", "0.0001", "0.5", "1", "1.0000", "-0"])
def test_a_score_is_a_number_from_0_to_1(score: str) -> None:
    assert is_score(Decimal(score))
    assert check_score(Decimal(score)).as_tuple().exponent == -4


@pytest.mark.parametrize("score", ["-0.0001", "1.0001", "1.5", "NaN", "sNaN", "Infinity"])
def test_nothing_else_is_a_score(score: str) -> None:
    assert not is_score(Decimal(score))
    with pytest.raises(ValueError, match="between 0 and 1"):
        check_score(Decimal(score))


def test_a_score_is_not_rounded_in_silence() -> None:
    with pytest.raises(ValueError, match="four decimals"):
        check_score(Decimal("0.59995"))


@pytest.mark.parametrize(
    ("value", "threshold"),
    [
        ("0.01", "0.01"),
        ("0.6", "0.60"),
        ("0.60", "0.60"),
        (" 0.60 ", "0.60"),
        ("0.600", "0.60"),
        (".6", "0.60"),
        ("+0.6", "0.60"),
        ("1", "1.00"),
        ("1.", "1.00"),
        ("1.00", "1.00"),
        (1, "1.00"),
        (0.6, "0.60"),
        (Decimal("0.99"), "0.99"),
    ],
)
def test_a_threshold_is_0_01_to_1_00_in_two_decimals(
    value: str | float | Decimal, threshold: str
) -> None:
    parsed = parse_threshold(value)
    assert str(parsed) == threshold
    assert is_threshold(parsed)


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", ".", "0", "0.00", "0.009", "0.605", "1.01", "-0.6", "0,6", "6e-1", "NaN", "inf"),
        *("١", "0.6 0.6", "60 %", "1_0", "0x1", "++0.6", "0.6\n0", "9" * 5000),
        *(0, 2, 0.605, float("nan"), float("inf"), True, Decimal("NaN"), Decimal("Infinity")),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_any_other_threshold_is_refused(value: str | float | Decimal) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_threshold(value)
    message = "must be a number from 0.01 to 1.00 with two decimals"
    assert caught.value.errors == (("threshold", message),)


def test_a_refused_threshold_names_the_field_it_came_from() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_threshold("", field="handoff_threshold")
    assert caught.value.errors[0][0] == "handoff_threshold"


def test_the_default_threshold_is_0_60() -> None:
    assert Decimal("0.6") == DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (0, 0),
        ("0", 0),
        (8, 8),
        (" 8 ", 8),
        ("007", 7),
        ("3.0", 3),
        ("3.000", 3),
        (2_147_483_647, 2_147_483_647),
        ("2147483647", 2_147_483_647),
    ],
)
def test_an_activity_count_is_a_whole_number(value: str | int, count: int) -> None:
    assert parse_activity_count(value) == count


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "-1", "1.5", "3.", "1,000", "1e3", "٣", "three", "0x1", "1_0", "2147483648"),
        *(-1, True, False, 2_147_483_648, "9" * 5000),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_any_other_activity_count_is_refused(value: str | int) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_activity_count(value, field="count")
    assert caught.value.errors == (("count", "must be a whole number from 0 to 2147483647"),)


def test_a_refused_count_is_called_activity_count_unless_said_otherwise() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_activity_count("-1")
    assert caught.value.errors[0][0] == "activity_count"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (None, None),
        ("", None),
        (" \t\r\n ", None),
        ("\u00a0\u2003", None),
        ("\u200b\ufeff", None),
        ("\x00", None),
        ("Retail", "Retail"),
        ("  Retail\n", "Retail"),
        ("\ufeffRetail", "Retail"),
        ("Real  estate", "Real  estate"),
        ("first\nsecond", "first\nsecond"),
        ("\u200b a\u200bb \u200b", "a\u200bb"),
        (" Да ", "Да"),
        ("a\u200b", "a"),
    ],
)
def test_blank_text_counts_as_nothing(text: str | None, cleaned: str | None) -> None:
    assert clean_text(text) == cleaned


@given(st.text())
def test_cleaning_text_twice_changes_nothing_more(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(("text", "checked"), [(None, None), ("  ", None), (" abcde ", "abcde")])
def test_text_that_fits_is_taken(text: str | None, checked: str | None) -> None:
    assert check_text(text, field="name", limit=5) == checked


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abcdef", "must be at most 5 characters long"),
        ("a\x00b", "holds characters that are not text"),
        # Lone surrogates, the first and the last; made by chr() since no literal can hold them.
        (f"a{chr(0xD800)}b", "holds characters that are not text"),
        (f"a{chr(0xDFFF)}b", "holds characters that are not text"),
    ],
)
def test_text_that_is_too_long_or_cannot_be_stored_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_text(text, field="name", limit=5)
    assert caught.value.errors == (("name", message),)


@pytest.mark.parametrize(
    "name", ["Real estate", "real estate", " REAL ESTATE ", "\tReal  Estate\n", "Real\u00a0estate"]
)
def test_case_and_blanks_do_not_matter_in_lists(name: str) -> None:
    assert normalize_list_key(name) == "real estate"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße", "STRASSE"), ("Café", "Cafe\u0301"), ("ПРОДАЖИ", "продажи"), ("ΟΔΟΣ", "οδος")],
)
def test_case_is_folded_in_every_script(one: str, other: str) -> None:
    assert normalize_list_key(one) == normalize_list_key(other)


@pytest.mark.parametrize(("one", "other"), [("Retail", "Retail 2"), ("Café", "Cafe"), ("a", "b")])
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert normalize_list_key(one) != normalize_list_key(other)


@pytest.mark.parametrize("name", ["", "  ", "\u200b"])
def test_a_blank_name_has_an_empty_key(name: str) -> None:
    assert normalize_list_key(name) == ""


@given(st.text())
def test_a_key_is_its_own_key_and_canonical(name: str) -> None:
    key = normalize_list_key(name)
    assert normalize_list_key(key) == key
    assert unicodedata.is_normalized("NFC", key)
    assert normalize_list_key(f" {name.swapcase()} ".swapcase()) == normalize_list_key(
        name.swapcase().swapcase()
    )
