"""Asking the language model: whatever the server does, an answer or a clear word in good time."""

import json
import time

import pytest

from leadapp import adviser_client
from leadapp.adviser_client import Adviser, AdviserError, ask
from leadapp.scoring.adviser import MAX_REPLY
from tests.adviser import stub
from tests.adviser.stub import ADVICE, Answer, saying, sending, serving

MESSAGES = [{"role": "user", "content": "Straße <lead>"}]
GOOD = saying(json.dumps(ADVICE))
UNUSABLE = "Its answer could not be used: "


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits a tenth as long, for tests that wait for them."""
    for name in ("TRY_LIMIT", "ALL_LIMIT", "_PAUSE", "_WORTH_TRYING"):
        monkeypatch.setattr(adviser_client, name, getattr(adviser_client, name) / 10)


def test_the_limits_leave_a_person_waiting_ten_seconds_at_most() -> None:
    assert adviser_client.ALL_LIMIT * 10 < 10


def test_asks_the_model_and_reads_the_answer() -> None:
    with serving(GOOD) as server:
        answer = ask(server.adviser, MESSAGES)
    assert answer.to_json() == ADVICE
    assert server.asked == [{"model": "stub-1", "messages": MESSAGES}]
    assert server.keys == ["Bearer sk-test"]


def test_asks_a_second_time_where_that_may_help() -> None:
    for bad in (
        sending(b"{}", status=429),
        sending(b"", status=503),
        saying("Sure! I can help you with that."),
        sending(b"\xff\xfe not json"),
    ):
        with serving(bad, GOOD) as server:
            assert ask(server.adviser, MESSAGES).to_json() == ADVICE
            assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("bad", "words", "times"),
    [
        (stub.hanging, "It did not answer within", 1),
        (stub.dripping, "It did not answer within", 1),
        (stub.dripping_headers, "It did not answer within", 1),
        (stub.endless, UNUSABLE + "the reply is too long.", 2),
        (saying("x" * 1_000_000), UNUSABLE + "the reply is too long.", 2),
        (saying("x" * 30_000), UNUSABLE + "the answer is too long.", 2),
        (saying("Hello!"), UNUSABLE + "the answer is not JSON.", 2),
        (saying("[]"), UNUSABLE + "the answer is not an object.", 2),
        (saying(None), UNUSABLE + "the reply holds no answer.", 2),
        (sending(b'{"choices": NaN}'), UNUSABLE + "the answer is not JSON.", 2),
        (sending(b"[" * 100_000), UNUSABLE + "the answer is not JSON.", 2),
        (sending(b"<html>"), UNUSABLE + "the answer is not JSON.", 2),
        (sending(b"x", Content_Encoding="gzip"), UNUSABLE + "the reply is packed.", 2),
        (sending(b"x" * 2 * MAX_REPLY, status=429), "It is asked too often", 2),
        (sending(b"{}", status=500), "It answered with status 500.", 2),
        (sending(b"{}", status=401), "It refused the key", 1),
        (sending(b"{}", status=404), "It does not know the model or the address", 1),
        (sending(b"{}", status=302, Location="/elsewhere"), "It answered with status 302.", 1),
    ],
)
def test_what_fails_is_said_in_time(bad: Answer, words: str, times: int) -> None:
    with serving(bad) as server:
        start = time.monotonic()
        with pytest.raises(AdviserError, match=words.replace(".", r"\.")):
            ask(server.adviser, MESSAGES)
        assert time.monotonic() - start < 3
        assert len(server.asked) == times


def test_nobody_there() -> None:
    with serving() as server:
        nobody = server.adviser
    with pytest.raises(AdviserError, match=r"It cannot be reached.*LEADAPP_ADVISER_URL"):
        ask(nobody, MESSAGES)


def test_a_foreign_name() -> None:
    with pytest.raises(AdviserError, match="It cannot be reached"):
        ask(Adviser("http://no-such-host.invalid/v1", "x", None), MESSAGES)


def test_the_key_is_not_told() -> None:
    assert "sk-" not in repr(Adviser("http://127.0.0.1/v1", "x", "sk-secret"))
