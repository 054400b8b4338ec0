"""What kind of column one is, told from its cells."""

import numpy as np
import pytest

from leadapp.training.columns import read

CHANCE = np.random.default_rng(5)
MANY = 400


def kind(cells: list[str | None]) -> str:
    return read("a column", cells).kind


def test_cells_compare_trimmed_and_without_case() -> None:
    column = read("a column", ["Yes", " yes ", "NO", None, "  ", ""])

    assert column.texts == ("", "yes", "no")
    assert list(column.codes) == [1, 1, 2, 0, 0, 0]
    assert list(column.counts) == [3, 2, 1]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([None] * MANY, "blank"),
        (["", "  "] * MANY, "blank"),
        (["No"] * MANY, "constant"),
        (["yes", None] * MANY, "category"),
        (["a", "b", "c"] * MANY, "category"),
        (["0", "1"] * MANY, "number"),
        ([f"{one:.2f}" for one in CHANCE.normal(0, 1, MANY)], "number"),
        (["12", "9", "20", "n/a"] * MANY, "category"),
        ([str(i % 40) for i in range(MANY)] + ["unknown"] * 200, "number"),
        ([f"2026-0{1 + i % 9}-1{i % 10}" for i in range(MANY)], "date"),
        ([f"1{i % 10}.0{1 + i % 9}.2026" for i in range(MANY)], "date"),
        ([f"0{1 + i % 9}/1{i % 10}/26 08:30" for i in range(MANY)], "date"),
        ([f"person{i}@example.com" for i in range(MANY)], "unique"),
        ([f"They asked about case {i}, and then about much more" for i in range(MANY)], "text"),
    ],
)
def test_the_kind_of_a_column(cells: list[str | None], expected: str) -> None:
    assert kind(cells) == expected


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        (range(1, MANY + 1), "it counts up"),
        (range(MANY, 0, -1), "it counts down"),
        (CHANCE.permutation(MANY) + 1, "so many in so narrow a range would meet"),
        (900_000 + CHANCE.choice(90_000, MANY, replace=False), "it starts far from nought"),
        (CHANCE.choice(10**10, MANY, replace=False) + 10**10, "it is as long as a phone number"),
    ],
)
def test_a_number_that_names_a_lead_is_no_measure(numbers: list[int], why: str) -> None:
    assert kind([str(number) for number in numbers]) == "unique", why


def test_an_amount_is_a_measure_though_no_two_leads_share_it() -> None:
    amounts = np.unique(np.exp(CHANCE.normal(10, 2, MANY)).astype(int))

    assert kind([str(amount) for amount in CHANCE.permutation(amounts)]) == "number"


def test_numbers_too_large_to_subtract_are_no_trouble() -> None:
    assert kind([f"{sign}1.{i:02}e308" for i in range(60) for sign in ("", "-")]) == "unique"


@pytest.mark.parametrize(
    "cells", [[], ["1"], ["a", "b", "c"], ["1", "2", "x"], [None, "2026-01-01"]]
)
def test_few_cells_have_a_kind_too(cells: list[str | None]) -> None:
    assert kind(cells) in {"blank", "constant", "number", "category", "date"}
