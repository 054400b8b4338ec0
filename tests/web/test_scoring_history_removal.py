"""GET and POST /scoring/history/files/<id>/removal."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.models import Event, HistoryFile, HistoryLead
from tests.queries.history_cases import import_history
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]
FILE = b"outcome,City\nwon,Oslo\nlost,Rome\n"


def path_of(file_id: int | None) -> str:
    return f"/scoring/history/files/{file_id}/removal"


def test_it_asks_once_and_says_what_goes(sign_in: SignIn, db_session: Session) -> None:
    file_id = import_history(FILE).file_id
    tree = page(sign_in("admin").get(path_of(file_id)))
    assert "Its 2 closed leads go for good" in words(tree)
    assert "Remove 2 closed leads" in [words(button) for button in tree.iter("button")]
    assert db_session.scalars(select(HistoryFile)).one()


def test_a_file_goes_with_all_its_leads(sign_in: SignIn, db_session: Session) -> None:
    file_id = import_history(FILE).file_id
    import_history(b"outcome,City\nwon,Bern\n", name="other.csv")
    client = sign_in("admin")
    assert client.post(path_of(file_id)).headers["Location"] == "/scoring/history"
    assert [lead.attributes for lead in db_session.scalars(select(HistoryLead))] == [
        {"City": "Bern"}
    ]
    event = db_session.scalars(select(Event).where(Event.kind == "history_removed")).one()
    assert event.data == {"file_id": file_id, "leads": 2}
    assert "old.csv is removed" in words(page(client.get("/scoring/history")))
    # Already done, and then it may come again.
    assert client.post(path_of(file_id)).status_code == 404
    assert client.get(path_of(file_id)).status_code == 404
    assert import_history(FILE).counts.added == 2


@pytest.mark.parametrize("role", ["viewer", "rep", "manager"])
def test_only_admins_may(sign_in: SignIn, db_session: Session, role: str) -> None:
    file_id = import_history(FILE).file_id
    client = sign_in(role)
    assert client.get(path_of(file_id)).status_code == 403
    assert client.post(path_of(file_id)).status_code == 403
    assert len(db_session.scalars(select(HistoryLead)).all()) == 2
