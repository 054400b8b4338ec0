"""POST /scoring/history/uploads/<id>/import."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.extensions import db
from leadapp.models import HistoryFile, HistoryLead, Run, Upload
from leadapp.services import history, runs
from tests.factories import NOW
from tests.web.history_upload import uploaded
from tests.web.html import page, words

SignIn = Callable[..., FlaskClient]
# As the page has it at first: converted, by channel, and the city.
AS_GUESSED: dict[str, Any] = {
    "outcome": "3", "of": "3", "meaning-0": "lost", "meaning-1": "won", "source": "2",
    "external_id": "0", "blanks": "Select", "kept": ["3", "2", "0", "4"],
}  # fmt: skip


def work(run: Run) -> dict[str, Any]:
    """Do what the run's job does."""
    taken = runs.begin(run.id, now=NOW)
    assert taken is not None
    result = history.import_history_upload(run.params, actor=runs.actor_of(run), now=NOW)
    runs.finish(run.id, taken.attempt, result, now=NOW)
    db.session.commit()
    return result


def test_an_import_is_started_and_brings_the_leads(sign_in: SignIn, db_session: Session) -> None:
    client = sign_in("manager")
    answer = client.post(f"{uploaded(client)}/import", data=AS_GUESSED)
    run = db_session.scalars(select(Run)).one()
    assert answer.headers["Location"] == f"/runs/{run.id}"
    assert (run.kind, run.status) == ("import_history", "queued")
    result = work(run)
    assert (result["added"], result["won"], result["lost"], result["rejected"]) == (30, 10, 20, 0)
    lead = db_session.scalars(select(HistoryLead).order_by(HistoryLead.id)).first()
    assert lead is not None
    assert (lead.won, lead.external_id, lead.source) == (True, "0", "Fair")
    assert lead.attributes == {"City": "Oslo"}
    # The upload has done its work.
    assert db_session.scalars(select(Upload)).all() == []
    tree = page(client.get("/scoring/history"))
    assert "old.csv" in words(tree)
    assert "33.3 %" in words(tree)


def test_the_same_file_again_adds_nothing_and_says_so(sign_in: SignIn, db_session: Session) -> None:
    client = sign_in("manager")
    for _ in range(2):
        client.post(f"{uploaded(client)}/import", data=AS_GUESSED)
        work(db_session.scalars(select(Run).order_by(Run.id.desc())).first() or Run())
    assert len(db_session.scalars(select(HistoryLead)).all()) == 30
    assert "was imported on 2 Mar 2026 already" in words(page(client.get("/scoring/history")))


def test_a_value_that_is_left_out_rejects_its_rows(sign_in: SignIn, db_session: Session) -> None:
    client = sign_in("manager")
    data = b"Status,City\nWon,Oslo\nLost,Rome\nOpen,Bern\n"
    said = {"outcome": "0", "of": "0", "kept": ["1"]}
    said |= {"meaning-0": "won", "meaning-1": "lost", "meaning-2": "skip"}
    client.post(f"{uploaded(client, data)}/import", data=said)
    result = work(db_session.scalars(select(Run)).one())
    assert (result["added"], result["rejected"]) == (2, 1)
    text = words(page(client.get("/scoring/history")))
    assert (
        "Row 4: outcome 'Open' is neither among the values for won nor among those for lost" in text
    )
    assert "A model needs 100 closed leads, 20 of each outcome" in text


def test_where_nothing_came_of_it_the_columns_can_be_chosen_again(
    sign_in: SignIn, db_session: Session
) -> None:
    client = sign_in("manager")
    data = b"Status,Days\nWon,soon\nLost,never\n"
    path = uploaded(client, data)
    said = {"outcome": "0", "of": "0", "meaning-0": "won", "meaning-1": "lost", "closed_on": "1"}
    client.post(f"{path}/import", data=said)
    run = db_session.scalars(select(Run)).one()
    assert work(run)["upload_id"] == int(path.rsplit("/", 1)[-1])
    answer = client.get("/scoring/history")
    assert "No row could be added" in words(page(answer))
    assert f'href="{path}"' in answer.get_data(as_text=True)
    client.post(f"{path}/import", data={**said, "closed_on": ""})
    runs.fail(run.id + 1, "It broke.", now=NOW)
    db_session.commit()
    answer = client.get("/scoring/history")
    assert "The latest import failed: It broke. Nothing was imported." in words(page(answer))
    assert f'href="{path}"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"outcome": ""}, "Choose the column that says how each lead ended."),
        ({"outcome": "1", "of": "1"}, "too many different values"),
        ({"meaning-1": "lost"}, "Say of each value whether it means won or lost."),
        ({"meaning-1": "maybe"}, "Say of each value whether it means won or lost."),
        ({"source": "3"}, "“Converted” is chosen twice"),
    ],
)
def test_what_is_missing_is_said_and_nothing_starts(
    sign_in: SignIn, db_session: Session, changed: dict[str, str], problem: str
) -> None:
    client = sign_in("manager")
    data = b"Lead ID,Email,Channel,Converted\n" + b"".join(
        b"%d,p%d@x.org,Web,%d\n" % (n, n, n % 3 == 0) for n in range(40)
    )
    answer = client.post(f"{uploaded(client, data)}/import", data={**AS_GUESSED, **changed})
    assert problem in words(page(answer, 422))
    assert db_session.scalars(select(Run)).all() == []


@pytest.mark.parametrize("value", ["99", "x", "-1", "٣"])
def test_a_column_that_is_not_there_is_refused(sign_in: SignIn, value: str) -> None:
    client = sign_in("manager")
    path = uploaded(client)
    for field in ("outcome", "source"):
        answer = client.post(f"{path}/import", data={**AS_GUESSED, field: value})
        page(answer, 422)


def test_only_a_post_imports(sign_in: SignIn) -> None:
    client = sign_in("manager")
    assert client.get(f"{uploaded(client)}/import").status_code == 405


@pytest.mark.parametrize("role", ["viewer", "rep"])
def test_only_managers_and_admins_may(sign_in: SignIn, db_session: Session, role: str) -> None:
    path = uploaded(sign_in("admin"))
    assert sign_in(role).post(f"{path}/import", data=AS_GUESSED).status_code == 403
    assert db_session.scalars(select(Run)).all() == []
    assert db_session.scalars(select(HistoryFile)).all() == []


def test_no_column_means_none_even_if_one_is_called_like_the_field(
    sign_in: SignIn, db_session: Session
) -> None:
    client = sign_in("manager")
    data = b"source,attributes,Status\nFair,many,Won\nWeb,few,Lost\n"
    said = {"outcome": "2", "of": "2", "meaning-0": "won", "meaning-1": "lost", "source": ""}
    client.post(f"{uploaded(client, data)}/import", data=said)
    assert work(db_session.scalars(select(Run)).one())["added"] == 2
    leads = db_session.scalars(select(HistoryLead)).all()
    assert [(lead.source, lead.attributes) for lead in leads] == [(None, {}), (None, {})]


def test_what_is_left_out_is_not_lost_where_nothing_is(
    sign_in: SignIn, db_session: Session
) -> None:
    client = sign_in("manager")
    data = b"Status,City\nWon,Oslo\nOpen,Bern\n"
    said = {"outcome": "0", "of": "0", "meaning-0": "won", "meaning-1": "skip"}
    client.post(f"{uploaded(client, data)}/import", data=said)
    result = work(db_session.scalars(select(Run)).one())
    assert (result["won"], result["lost"], result["rejected"]) == (1, 0, 1)


@pytest.mark.parametrize(
    "forged",
    [
        {"outcome": "9" * 5000, "of": "9" * 5000},
        {"outcome": "-1"},
        {"outcome": "\u0663"},
        {"source": "9" * 5000},
        {"source": "77"},
        {"blanks": "a\x00b"},
        {"blanks": "not offered"},
        {"meaning-0": "WON"},
    ],
    ids=str,
)
def test_a_forged_form_starts_nothing(
    forged: dict[str, Any], sign_in: SignIn, db_session: Session
) -> None:
    client = sign_in("manager")
    path = uploaded(client)
    assert client.post(f"{path}/preview", data=AS_GUESSED | forged).status_code == 200
    assert client.post(f"{path}/import", data=AS_GUESSED | forged).status_code == 422
    assert db_session.scalars(select(Run)).all() == []


def test_forged_places_of_kept_columns_are_passed_over(
    sign_in: SignIn, db_session: Session
) -> None:
    client = sign_in("manager")
    said = AS_GUESSED | {"kept": ["4", "9" * 5000, "\u0663", "77", ""]}
    assert client.post(f"{uploaded(client)}/import", data=said).status_code == 302
    assert work(db_session.scalars(select(Run)).one())["added"] == 30


CAPITALS = b"City,Sold\nOslo,Yes\nRome,yes\nBern,no\nRiga,No\nBonn,YES\n"


def test_capitals_make_no_other_outcome(sign_in: SignIn, db_session: Session) -> None:
    client = sign_in("manager")
    # All as the page has it at first.
    said = {"outcome": "1", "of": "1", "kept": "0"}
    client.post(f"{uploaded(client, CAPITALS)}/import", data=said | {"of": ""})
    result = work(db_session.scalars(select(Run)).one())
    assert (result["won"], result["lost"], result["rejected"]) == (3, 2, 0)


def test_different_things_of_one_value_are_refused(sign_in: SignIn, db_session: Session) -> None:
    client = sign_in("manager")
    said = {"outcome": "1", "of": "1", "kept": "0", "meaning-0": "won", "meaning-1": "lost"}
    answer = client.post(f"{uploaded(client, CAPITALS)}/import", data=said)
    assert "“Yes” and “yes” differ in capitals only" in words(page(answer, 422))
    assert db_session.scalars(select(Run)).all() == []
