"""GET /scoring/history."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.queries.history_cases import import_history
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]


def test_without_files_it_says_what_belongs_here(sign_in: SignIn) -> None:
    text = words(page(sign_in("manager").get("/scoring/history")))
    assert "No closed leads imported yet" in text
    assert "Import a file" in text


def test_files_are_listed_with_their_counts(sign_in: SignIn) -> None:
    import_history(b"outcome,City\nwon,a\nlost,b\nlost,c\n,d\n", name="crm <2025>.csv")
    answer = sign_in("manager").get("/scoring/history")
    text = words(page(answer))
    assert "crm <2025>.csvoutcome: won means won; 1 row rejected" in text
    assert "3 1 2 33.3 %" in text
    assert "by a command" in text
    # Training and removing are an admin's.
    assert "Train a model" not in text
    assert "Remove crm" not in text


def test_an_admin_trains_from_here_and_may_remove(sign_in: SignIn) -> None:
    import_history(b"outcome,City\nwon,a\nlost,b\n")
    text = words(page(sign_in("admin").get("/scoring/history")))
    assert "Train a model" in text
    assert "Remove old.csv" in text


def test_it_costs_the_same_with_many_files(sign_in: SignIn, count_statements: list[str]) -> None:
    client = sign_in("admin")
    counts = []
    for number in range(3):
        import_history(b"outcome,City\nwon,a\nlost,%d\n" % number)
        count_statements.clear()
        client.get("/scoring/history")
        counts.append(len(count_statements))
    assert len(set(counts)) == 1
    # The session, the company, the files and the latest import.
    assert counts[0] <= 4


@pytest.mark.parametrize("role", ["viewer", "rep"])
def test_only_managers_and_admins_see_it(sign_in: SignIn, role: str) -> None:
    assert sign_in(role).get("/scoring/history").status_code == 403
