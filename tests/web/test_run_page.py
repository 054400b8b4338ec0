"""GET /runs/<id>: how far a run is, and what came of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from leadapp.extensions import db
from leadapp.models import Run, User
from leadapp.permissions import Role
from leadapp.services import runs
from leadapp.web.clock import utc_now
from tests.factories import make_user
from tests.web.html import fragment, page, words

SignIn = Callable[..., FlaskClient]
POLL = {"HX-Request": "true"}


def make_run(user: User, kind: runs.Kind = "analyze", **values: Any) -> str:
    """The address of a run of this person, with these values."""
    params = {"filter": {"source": "2", "sort": "age"}} if kind == "analyze" else {}
    run = runs.start(kind, params, actor=user.actor("page"), now=utc_now())
    db.session.execute(update(Run).where(Run.id == run.id).values(values or {"kind": kind}))
    db.session.commit()
    return f"/runs/{run.id}"


def running(**values: Any) -> dict[str, Any]:
    return {"status": "running", "started_at": utc_now() - timedelta(seconds=10), **values}


def ended(status: str, **values: Any) -> dict[str, Any]:
    return running(finished_at=utc_now()) | {"status": status, **values}


def test_it_says_how_far_the_run_is(sign_in: SignIn) -> None:
    user = make_user()
    url = make_run(user, **running(total=2_000, done=480, failed=20))
    tree = page(sign_in(user).get(url))
    assert tree.findtext(".//h1") == "Analyzing leads"
    figures = {words(div[0]): words(div[1]) for div in tree.findall(".//dl/div")}
    assert figures == {"Done": "480", "Failed": "20", "Rest": "1,500", "Time left": "30 s"}
    (bar,) = tree.iter("progress")
    assert (bar.get("value"), bar.get("max")) == ("25", "100")
    # Without a script the page itself comes again.
    (again,) = [m for m in tree.iter("meta") if m.get("http-equiv") == "refresh"]
    assert again.get("content") == "2"


def test_it_asks_again_until_the_run_is_over(sign_in: SignIn) -> None:
    user = make_user()
    client = sign_in(user)
    going = client.get(make_run(user, **running(total=10, done=5)), headers=POLL)
    assert going.status_code == 200
    (part,) = fragment(going.get_data(as_text=True)).iter("section")
    assert part.get("hx-trigger") == "every 1s"
    over = client.get(make_run(user, **ended("done", total=10, done=10)), headers=POLL)
    assert over.status_code == 286
    (part,) = fragment(over.get_data(as_text=True)).iter("section")
    assert part.get("hx-trigger") is None


def test_a_run_that_waits_says_so_and_after_a_while_that_nobody_takes_it(sign_in: SignIn) -> None:
    user = make_user()
    client = sign_in(user)
    text = words(page(client.get(make_run(user))))
    assert "Waiting for a worker" in text
    assert "No worker has taken it up yet" not in text
    url = make_run(user, created_at=utc_now() - timedelta(seconds=11))
    assert "No worker has taken it up yet" in words(page(client.get(url)))


@pytest.mark.parametrize(
    ("kind", "values", "text", "link"),
    [
        (
            "analyze",
            {"done": 1_204, "failed": 1},
            "Analyzed 1,204 leads. 1 lead changed or closed meanwhile and keeps its",
            "/board?",
        ),
        ("train", {"result": {"model_id": 7, "status": "candidate"}}, "", "/scoring/models/7"),
        (
            "train",
            {"result": {"model_id": 8, "status": "refused"}},
            "no model",
            "/scoring/models/8",
        ),
        ("import_history", {"result": {"added": 3, "rejected": 2}}, "2 rejected", "/scoring"),
        ("import_history", {"result": {"added": 0, "unchanged": 3}}, "", "/scoring/history"),
        ("advise", {"params": {"lead_id": 12}}, "", "/leads/12"),
    ],
)
def test_a_run_that_is_done_leads_on(
    sign_in: SignIn, kind: runs.Kind, values: dict[str, Any], text: str, link: str
) -> None:
    user = make_user()
    tree = page(sign_in(user).get(make_run(user, kind, **ended("done", **values))))
    assert text in words(tree)
    links = [str(a.get("href")) for a in tree.iter("a") if "primary" in str(a.get("class"))]
    assert [url.startswith(link) for url in links] == [True]
    assert "It goes on when you leave" not in words(tree)


def test_an_import_says_which_rows_it_rejected(sign_in: SignIn) -> None:
    user = make_user()
    result = {
        "added": 0,
        "rejected": 12,
        "notes": ["No row was added, so the file was not kept."],
        "rejects": [{"row": n, "reason": "<b>no</b> outcome"} for n in range(2, 14)],
    }
    tree = page(sign_in(user).get(make_run(user, "import_history", **ended("done", result=result))))
    (section,) = (s for s in tree.iter("section") if s.get("class") == "run")
    lines = [words(item) for item in section.iter("li")]
    assert lines[:2] == [
        "No row was added, so the file was not kept.",
        "Row 2: <b>no</b> outcome",
    ]
    assert len(lines) == 11


def test_the_board_is_the_one_that_was_analyzed(sign_in: SignIn) -> None:
    user = make_user()
    text = sign_in(user).get(make_run(user, **ended("done"))).get_data(as_text=True)
    assert 'href="/board?source=2&amp;sort=age"' in text


def test_a_failure_is_one_line_for_who_started_it(sign_in: SignIn) -> None:
    user = make_user()
    url = make_run(user, "train", **ended("failed", error="The model's document was changed."))
    assert "The model's document was changed." in words(page(sign_in(user).get(url)))


@pytest.mark.parametrize(("role", "status"), [("rep", 404), ("manager", 200), ("admin", 200)])
def test_others_see_it_who_may_do_things_in_bulk(sign_in: SignIn, role: str, status: int) -> None:
    url = make_run(make_user(Role.REP))
    assert sign_in(role).get(url).status_code == status


def test_a_rep_sees_a_run_of_their_own(sign_in: SignIn) -> None:
    rep = make_user(Role.REP)
    assert sign_in(rep).get(make_run(rep, "advise")).status_code == 200


def test_a_run_that_is_missing_is_not_found(sign_in: SignIn) -> None:
    page(sign_in("admin").get("/runs/999999"), 404)
