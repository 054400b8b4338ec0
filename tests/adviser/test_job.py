"""The worker's part: asking with no transaction open, and keeping whatever came of it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp import adviser_client
from leadapp.extensions import db
from leadapp.jobs.execution import FAULT
from leadapp.permissions import Actor
from leadapp.queries.advice import AdviceView, latest_advice
from leadapp.services.advice import ask_adviser
from tests.adviser import stub
from tests.adviser.asking import outcome, set_up, work_off
from tests.adviser.stub import ADVICE, saying, sending, serving
from tests.factories import NOW, make_lead, make_user

MakeActor = Callable[..., Actor]


def asked_of(actor: Actor) -> AdviceView:
    advice = ask_adviser(make_lead().id, model="stub-1", daily=200, actor=actor, now=NOW)
    db.session.commit()
    return advice


def test_the_answer_is_kept(app: Flask, monkeypatch: pytest.MonkeyPatch, actor: MakeActor) -> None:
    who = actor()
    asked = asked_of(who)
    with serving() as server:
        set_up(app, monkeypatch, server.adviser)
        work_off()
    kept = latest_advice(asked.lead_id, actor=who)
    assert (kept.id, kept.answer, kept.error) == (asked.id, ADVICE, None)
    assert outcome() == ("done", {"advice_id": asked.id, "answered": True})


def test_a_failure_is_kept_in_words(
    app: Flask, monkeypatch: pytest.MonkeyPatch, actor: MakeActor
) -> None:
    who = actor()
    asked = asked_of(who)
    with serving(sending(b'{"error": "sk-test is wrong"}', status=401)) as server:
        set_up(app, monkeypatch, server.adviser)
        work_off()
    kept = latest_advice(asked.lead_id, actor=who)
    assert kept.answer is None
    assert kept.error == "It refused the key; an admin can check LEADAPP_ADVISER_KEY."
    assert outcome() == ("done", {"advice_id": asked.id, "answered": False})


def test_a_hanging_adviser_is_given_up(
    app: Flask, monkeypatch: pytest.MonkeyPatch, actor: MakeActor
) -> None:
    monkeypatch.setattr(adviser_client, "TRY_LIMIT", 0.3)
    who = actor()
    asked = asked_of(who)
    with serving(stub.hanging) as server:
        set_up(app, monkeypatch, server.adviser)
        work_off()
    assert "did not answer" in (latest_advice(asked.lead_id, actor=who).error or "")


def test_a_worker_without_an_adviser_says_so(db_session: Session, actor: MakeActor) -> None:
    who = actor()
    asked = asked_of(who)
    work_off()
    assert "LEADAPP_ADVISER_URL" in (latest_advice(asked.lead_id, actor=who).error or "")


def test_what_is_no_text_is_kept_from_the_database(
    app: Flask, monkeypatch: pytest.MonkeyPatch, actor: MakeActor
) -> None:
    who = actor()
    asked = asked_of(who)
    odd = '{"summary": "a\\u0000b\\ud800", "open_questions": [], "next_step": "x", "draft": "y"}'
    with serving(saying(odd)) as server:
        set_up(app, monkeypatch, server.adviser)
        work_off()
    assert outcome()[0] == "done"
    answer = latest_advice(asked.lead_id, actor=who).answer
    assert answer is not None
    assert answer["summary"] == "ab"


def test_a_fault_of_our_own_ends_the_run(
    app: Flask, monkeypatch: pytest.MonkeyPatch, actor: MakeActor
) -> None:
    asked = asked_of(actor())

    def broken(*_arguments: object) -> None:
        raise RuntimeError("broken")

    set_up(app, monkeypatch)
    monkeypatch.setattr(adviser_client, "ask", broken)
    work_off()
    assert outcome()[0] == "failed"
    error = db.session.execute(text("SELECT error FROM runs ORDER BY id DESC LIMIT 1")).scalar_one()
    assert error == FAULT
    assert latest_advice(asked.lead_id, actor=actor()).status(NOW) == "asked"


def test_no_transaction_is_open_while_the_model_thinks(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_transaction = "SELECT count(*) FROM pg_stat_activity WHERE xact_start < now()"
    seen: list[int] = []

    def thinking(*_arguments: object) -> None:
        with db.engine.connect() as connection:
            count = connection.execute(text(f"{in_transaction} AND datname = current_database()"))
            seen.append(count.scalar_one())
        raise adviser_client.AdviserError("Nothing.")

    set_up(fresh_app, monkeypatch)
    monkeypatch.setattr(adviser_client, "ask", thinking)
    with fresh_app.app_context():
        asked_of(make_user().actor("page"))
        work_off()
    assert seen == [0]
