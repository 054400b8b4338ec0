"""Leaks: planted ones are found in companies of every size, and honest columns are kept."""

from dataclasses import replace

import numpy as np
import pytest

from leadapp.training.survey import Surveyed, survey
from leadapp.training.table import TrainingTable, fold_of
from tests.training.companies import HONEST, IDLE, LEAKS, Company, make_table, some

COMPANIES = {
    "usual": Company(3000, 0.30),
    "small": Company(450, 0.30),
    "seldom won": Company(12_000, 0.05),
    "often won": Company(3000, 0.70),
    "clear-cut": Company(3000, 0.30, signal=1.8),
    "noise": Company(3000, 0.30, signal=0.0),
}


def judged(table: TrainingTable, **choices: str) -> dict[str, Surveyed]:
    won = np.array(table.won, dtype=float)
    folds = np.array([fold_of(key) for key in table.keys])
    return {one.name: one for one in survey(table, choices, won, folds)}  # type: ignore[arg-type]


def verdicts(table: TrainingTable, names: object) -> dict[str, str]:
    found = judged(table)
    return {name: found[name].verdict for name in names}  # type: ignore[attr-defined]


@pytest.mark.parametrize("company", COMPANIES.values(), ids=COMPANIES)
@pytest.mark.parametrize("seed", [1, 2])
def test_honest_columns_are_kept(company: Company, seed: int) -> None:
    found = verdicts(make_table(replace(company, seed=seed)), HONEST)

    assert set(found.values()) == {"used"}


@pytest.mark.parametrize("company", COMPANIES.values(), ids=COMPANIES)
def test_planted_leaks_are_found(company: Company) -> None:
    found = verdicts(make_table(replace(company, leaks=tuple(LEAKS))), LEAKS)

    assert "used" not in found.values()
    assert {found[name] for name in ("Reason", "Contract value", "Signed on")} == {"left_out"}


def test_a_large_company_is_sure_of_nearly_all_of_them() -> None:
    found = verdicts(make_table(Company(12_000, 0.30, leaks=tuple(LEAKS))), LEAKS)

    assert [name for name, verdict in found.items() if verdict == "doubtful"] == ["Discount code"]


def test_what_no_model_can_learn_from_is_left_out_and_says_why() -> None:
    found = judged(make_table(Company()))

    assert {found[name].verdict for name in IDLE} == {"left_out"}
    assert {name: [sign.sign for sign in found[name].signs] for name in IDLE} == {
        "Contact e-mail": ["unique"],
        "Account number": ["unique"],
        "Remarks": ["free_text"],
        "First contact": ["free_text"],
        "Office": ["constant"],
    }


def test_each_sign_has_a_figure_and_a_sentence_and_a_doubt_asks() -> None:
    found = judged(make_table(Company(leaks=tuple(LEAKS))))

    for column in found.values():
        assert all(
            0 <= sign.figure <= 1 and sign.text.endswith((".", "?")) for sign in column.signs
        )
        asked = any("When is it filled in?" in sign.text for sign in column.signs)
        assert asked == (column.verdict == "doubtful")


def test_one_hand_filled_in_what_is_filled_in_for_the_same_leads() -> None:
    table = make_table(Company(leaks=("Status",)))
    kept = np.random.default_rng(6).random(3000) < 0.5
    table.columns["Status"] = some(table.columns["Status"], kept)
    table.columns["Said by"] = some(["a", "b", "c"] * 1000, kept)

    column = judged(table)["Said by"]

    assert column.verdict == "doubtful"
    assert "exactly the same leads as Status" in column.signs[0].text


def test_what_only_changed_when_leads_closed_is_doubtful() -> None:
    table = replace(make_table(Company()), changed_at_close=frozenset({"Language"}))

    column = judged(table)["Language"]

    assert (column.verdict, column.signs[0].sign) == ("doubtful", "changed_at_close")


def test_an_admin_decides() -> None:
    table = make_table(Company(leaks=("Status", "Rating")))

    found = judged(table, Status="use", Rating="leave_out", Form="leave_out", Office="use")

    assert {name: found[name].verdict for name in ("Status", "Rating", "Form", "Office")} == {
        "Status": "used",
        "Rating": "left_out",
        "Form": "left_out",
        "Office": "left_out",
    }
    assert found["Status"].choice == "use"
    assert found["Status"].is_suspected


@pytest.mark.parametrize("words", [("low", "mid", "top"), ("1", "2", "3")])
def test_a_rating_in_digits_is_judged_as_one_in_words(words: tuple[str, str, str]) -> None:
    """Middle ratings win, which a measure seldom does."""
    chance = np.random.default_rng(4)
    won = chance.random(3000) < 0.4
    middle = chance.random(3000) < np.where(won, 0.75, 0.25)
    cells: list[str | None] = [
        words[1] if mid else words[2 * int(end)]
        for mid, end in zip(middle, chance.random(3000) < 0.5, strict=True)
    ]
    table = replace(make_table(Company()), columns={"Rating": cells}, won=[bool(w) for w in won])

    assert judged(table)["Rating"].verdict == "doubtful"
