"""GET /scoring/history/uploads/<id>, and POST .../preview and .../removal."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.models import Upload
from tests import factories
from tests.web.history_upload import uploaded
from tests.web.html import fragment, page, words

SignIn = Callable[..., FlaskClient]


def chosen(tree: Element, name: str) -> str:
    """The label of the option that a select shows."""
    select_ = next(e for e in tree.iter("select") if e.get("name") == name)
    options = list(select_.iter("option"))
    return words(next((o for o in options if o.get("selected") is not None), options[0]))


def ticked(tree: Element, name: str) -> list[str]:
    """The values of the checkboxes or radios of this name that are ticked."""
    found = [e for e in tree.iter("input") if e.get("name") == name]
    return [str(e.get("value")) for e in found if e.get("checked") is not None]


def test_the_columns_are_shown_and_guessed(sign_in: SignIn) -> None:
    client = sign_in("manager")
    tree = page(client.get(uploaded(client)))
    assert chosen(tree, "outcome") == "Converted"
    assert chosen(tree, "external_id") == "Lead ID"
    assert chosen(tree, "source") == "Channel"
    assert chosen(tree, "closed_on") == "No column"
    # The values in the order of their frequency: 0, then 1.
    assert (ticked(tree, "meaning-0"), ticked(tree, "meaning-1")) == (["lost"], ["won"])
    assert ticked(tree, "blanks") == ["Select"]
    # All but the e-mail address; what has a role of its own is no checkbox.
    assert ticked(tree, "kept") == ["4"]
    text = words(tree)
    assert "10 won, 20 lost (33.3 % won)" in text
    assert "30 rows, 5 columns. Nothing is imported yet." in text
    assert "A model needs 100 closed leads at least" in text


def test_another_outcome_shows_its_values(sign_in: SignIn) -> None:
    client = sign_in("manager")
    path = uploaded(client)
    tree = page(client.post(f"{path}/preview", data={"outcome": "4", "of": "3", "kept": "2"}))
    assert chosen(tree, "outcome") == "City"
    assert "Say of each value whether it means won or lost." in words(tree)
    said = {"outcome": "4", "of": "4", "meaning-0": "won", "meaning-1": "skip"}
    tree = page(client.post(f"{path}/preview", data=said))
    assert "15 won, 0 lost (100.0 % won); 15 rows without an outcome left out" in words(tree)
    assert "A model needs both outcomes" in words(tree)


def test_a_change_of_the_outcome_redraws_that_part_alone(sign_in: SignIn) -> None:
    client = sign_in("manager")
    path = uploaded(client)
    answer = client.post(f"{path}/preview", data={"outcome": "4"}, headers={"HX-Request": "true"})
    text = answer.get_data(as_text=True)
    assert "<html" not in text
    assert "How did each lead end?" in words(fragment(text))


def test_columns_that_no_open_lead_has_are_told_of(sign_in: SignIn) -> None:
    client = sign_in("manager")
    path = uploaded(client)
    assert "No open lead" not in words(page(client.get(path)))
    factories.make_lead(attributes={"Town": "Oslo"})
    assert "No open lead on the board has City. A model may" in words(page(client.get(path)))
    factories.make_lead(attributes={"City": "Oslo"})
    assert "No open lead" not in words(page(client.get(path)))


def test_days_that_cannot_be_read_are_told_of(sign_in: SignIn) -> None:
    client = sign_in("manager")
    path = uploaded(client, b"Won,Closed\n" + b"1,03/05/2025\n" * 3 + b"0,2025-05-03\n")
    tree = page(client.post(f"{path}/preview", data={"outcome": "0", "closed_on": "1"}))
    assert "1 of 2 values that are no day: “03/05/2025” may be day or month first" in words(tree)


def test_rows_that_cannot_be_read_are_told_of(sign_in: SignIn) -> None:
    client = sign_in("manager")
    path = uploaded(client, b"Won,City\n1,Oslo\n0\n0,Z\xfcrich\n1,Rome\n")
    text = words(page(client.get(path)))
    assert "2 rows cannot be read and will be left out" in text
    assert "Row 4 holds what is not text in UTF-8" in text


def test_names_of_columns_are_text(sign_in: SignIn) -> None:
    client = sign_in("manager")
    path = uploaded(client, b"Won,<script>alert(1)</script>\n1,<b>x\n0,y\n")
    answer = client.get(path)
    assert b"<script>alert" not in answer.data
    assert b"<b>x" not in answer.data
    page(answer)


@pytest.mark.parametrize("role", ["viewer", "rep"])
@pytest.mark.parametrize("action", ["", "/preview", "/removal"])
def test_only_managers_and_admins_may(
    sign_in: SignIn, db_session: Session, role: str, action: str
) -> None:
    path = uploaded(sign_in("admin")) + action
    client = sign_in(role)
    answer = client.post(path) if action else client.get(path)
    assert answer.status_code == 403
    assert db_session.scalars(select(Upload)).one()


def test_what_is_not_there_is_404(sign_in: SignIn) -> None:
    client = sign_in("manager")
    assert client.get("/scoring/history/uploads/0").status_code == 404
    for action in ("preview", "import", "removal"):
        assert client.post(f"/scoring/history/uploads/0/{action}").status_code == 404


def test_a_file_is_discarded(sign_in: SignIn, db_session: Session) -> None:
    client = sign_in("manager")
    path = uploaded(client)
    answer = client.post(f"{path}/removal")
    assert answer.headers["Location"] == "/scoring/history"
    assert db_session.scalars(select(Upload)).all() == []
    assert client.get(path).status_code == 404
