"""GET and POST /scoring/columns."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient

from leadapp.queries.trainings import column_choices
from tests.reports import column, figures, make_model, make_report
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]


def rows(tree: Element, label: str) -> list[str]:
    """The rows of the table with this label."""
    table = next(e for e in tree.iter() if e.get("aria-label") == label)
    return [words(row) for row in table.iter("tr")][1:]


def said() -> dict[str, str]:
    return {name: row.choice for name, row in column_choices().items()}


def test_before_a_training_it_says_what_to_do(sign_in: SignIn) -> None:
    assert "No training yet" in words(page(sign_in().get("/scoring/columns")))


def test_each_column_stands_with_its_figure_and_reason(sign_in: SignIn) -> None:
    make_model()
    tree = page(sign_in("admin").get("/scoring/columns"))
    doubtful = rows(tree, "Doubtful")
    assert doubtful[0].startswith("Last activitycategory Alone it predicts with an AUC of 0.71")
    assert "When is it filled in?" in doubtful[0]
    assert (
        "Occupationcategory 31 points Without it, AUC 0.832 instead of 0.861"
        in rows(tree, "Used")[0]
    )
    assert "With it, AUC 0.958" in rows(tree, "Left out")[0]
    assert "statistics cannot find every leak" in words(tree)


@pytest.mark.parametrize(
    ("act", "name", "choice"),
    [("use", "Last activity", "use"), ("leave_out", "Occupation", "leave_out")],
)
def test_an_admin_strikes_or_puts_back(sign_in: SignIn, act: str, name: str, choice: str) -> None:
    make_model()
    client = sign_in("admin")
    answer = client.post("/scoring/columns", data={act: name})
    assert answer.headers["Location"] == "/scoring/columns"
    assert said() == {name: choice}
    text = words(page(client.get("/scoring/columns")))
    assert f"Takes effect with the next training: {name}." in text
    assert "Train again" in text
    client.post("/scoring/columns", data={"by_itself": name})
    assert said() == {}
    assert "Takes effect" not in words(page(client.get("/scoring/columns")))


def test_what_was_said_before_the_training_is_named(sign_in: SignIn) -> None:
    report = make_report()
    report["columns"][2]["choice"] = "use"
    make_model(report=report)
    client = sign_in("admin")
    assert "to be judged by itself; not trained yet" in words(page(client.get("/scoring/columns")))
    client.post("/scoring/columns", data={"use": "Occupation"})
    tree = page(client.get("/scoring/columns"))
    assert "said: use it" in rows(tree, "Used")[0]
    assert "Takes effect" not in words(tree)


def test_what_says_nothing_changes_nothing(sign_in: SignIn) -> None:
    client = sign_in("admin")
    assert client.post("/scoring/columns", data={"x": "y"}).status_code == 302
    assert client.post("/scoring/columns", data={"use": " "}).status_code == 422
    assert said() == {}


def test_it_shows_what_the_last_change_did_to_the_record(sign_in: SignIn) -> None:
    make_model(report=make_report(figures=figures(0.98, 0.04, 0.1, 0.01)))
    later = make_report()
    later["columns"][2]["verdict"] = "left_out"
    make_model(report=later)
    tree = page(sign_in().get("/scoring/columns"))
    assert "Without Occupation." in words(tree)
    assert rows(tree, "What the last change did")[0].startswith(
        "AUC0.980 (0.951 to 1.009)0.861 (0.835 to 0.887)"
    )


def test_thousands_of_columns_are_cut_and_can_be_found(sign_in: SignIn) -> None:
    names = [f"Field {number}" for number in range(2_000)]
    make_model(report=make_report(columns=[column(n, "constant", "left_out") for n in names]))
    client = sign_in("admin")
    answer = client.get("/scoring/columns")
    assert len(answer.get_data()) < 200_000
    assert "And 1,800 more." in words(page(answer))
    found = rows(page(client.get("/scoring/columns?q=FIELD+1999")), "Left out")
    assert len(found) == 1


def test_names_of_columns_are_text(sign_in: SignIn) -> None:
    name = "<script>alert(1)</script>\" x='"
    make_model(report=make_report(columns=[column(name, "text", "left_out")]))
    client = sign_in("admin")
    assert "<script>alert" not in client.get("/scoring/columns").get_data(as_text=True)
    client.post("/scoring/columns", data={"use": name})
    assert said() == {name: "use"}


def test_a_manager_sees_and_an_admin_changes(sign_in: SignIn) -> None:
    make_model()
    client = sign_in("manager")
    tree = page(client.get("/scoring/columns"))
    assert not [b for b in tree.iter("button") if b.get("name") == "use"]
    assert client.post("/scoring/columns", data={"use": "Tags"}).status_code == 403
    assert sign_in("rep").get("/scoring/columns").status_code == 403
    assert said() == {}


def test_it_takes_three_statements(sign_in: SignIn, count_statements: list[str]) -> None:
    client = sign_in("admin")
    make_model()
    make_model()
    count_statements.clear()
    page(client.get("/scoring/columns"))
    assert len([s for s in count_statements if "user_sessions" not in s]) == 3
