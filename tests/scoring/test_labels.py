"""Labels of inputs, by which leads are counted against those of training."""

import pytest

from leadapp.scoring.document import Category, Number
from leadapp.scoring.labels import bin_label, label_of

COUNT = Number("count", (0.0, 1.0, 5.0), (0, 0, 0, 0), 0, 0, None)
RATIO = Number("ratio", (0.25, 1.5), (0, 0, 0), 0, 0, None)
WORD = Category("word", {"trade fair": 1, "ad": 2}, 0)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("-3", "up to 0"),
        ("0", "up to 0"),
        ("0.5", "1"),
        ("1", "1"),
        ("2", "2 to 5"),
        ("5.0", "2 to 5"),
        ("6", "over 5"),
        ("1,5", "no number"),
        (" ", "blank"),
        (None, "blank"),
    ],
)
def test_a_whole_number_is_labeled_by_its_bin(text: str | None, label: str) -> None:
    assert label_of(COUNT, text) == label


@pytest.mark.parametrize(
    ("text", "label"), [("0.25", "up to 0.25"), ("1", "over 0.25 to 1.5"), ("2", "over 1.5")]
)
def test_a_fraction_too(text: str, label: str) -> None:
    assert label_of(RATIO, text) == label


def test_a_number_of_one_bin_has_one_label() -> None:
    assert bin_label((), 0) == "any number"


@pytest.mark.parametrize(
    ("text", "label"),
    [(" Trade FAIR", "trade fair"), ("ad", "ad"), ("shop", "other"), ("", "blank")],
)
def test_a_category_is_labeled_by_its_value(text: str, label: str) -> None:
    assert label_of(WORD, text) == label
