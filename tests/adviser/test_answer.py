"""What is accepted of an answer: four texts, and nothing else is even looked at."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadapp.scoring.adviser import AdviceText, AnswerError, read_answer, read_reply
from tests.adviser.stub import ADVICE, reply_with

GOOD = json.dumps(ADVICE)


def test_an_answer() -> None:
    assert read_reply(reply_with(GOOD)) == AdviceText(
        summary="Ada called twice and waits for an offer.",
        open_questions=("Who signs?", "Which budget?"),
        next_step="Send the offer.",
        draft="Dear Ada, here is the offer.",
    )


@pytest.mark.parametrize(
    "content",
    [f"```json\n{GOOD}\n```", f"```\n{GOOD}```", f" \n``` \n{GOOD}\n ```\n", f"\n {GOOD}\n"],
)
def test_a_fence_around_it_is_taken_off(content: str) -> None:
    assert read_answer(content).to_json() == ADVICE


def test_what_was_not_asked_for_is_left_out() -> None:
    more = {**ADVICE, "score": 1.0, "ai_score": "1.0", "stage": "transferred", "tool_calls": [{}]}
    assert read_answer(json.dumps(more)).to_json() == ADVICE


def test_what_turns_or_hides_text_is_taken_out() -> None:
    answer = {**ADVICE, "draft": "a\u202eb\x00c\x1b[31md\ud800e\r\nf\tg\ufeff"}
    assert read_answer(json.dumps(answer)).draft == "abc[31mde\nf\tg"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"summary": None}, "summary is not a text"),
        ({"summary": 7}, "summary is not a text"),
        ({"summary": {"text": "x"}}, "summary is not a text"),
        ({"summary": " \n "}, "summary is empty"),
        ({"summary": "x" * 3_001}, "summary is too long"),
        ({"next_step": ["call"]}, "next_step is not a text"),
        ({"next_step": "x" * 1_501}, "next_step is too long"),
        ({"draft": ""}, "draft is empty"),
        ({"draft": "x" * 6_001}, "draft is too long"),
        ({"open_questions": "Who?"}, "open_questions is not a short list"),
        ({"open_questions": None}, "open_questions is not a short list"),
        ({"open_questions": ["x"] * 11}, "open_questions is not a short list"),
        ({"open_questions": [1]}, "open_questions is not a text"),
        ({"open_questions": ["x" * 601]}, "open_questions is too long"),
    ],
)
def test_what_is_not_as_asked_is_refused(change: dict[str, Any], why: str) -> None:
    with pytest.raises(AnswerError, match=f"^{why}$"):
        read_answer(json.dumps({**ADVICE, **change}))


@pytest.mark.parametrize(
    "content",
    ["", "Hello", "{", f"{GOOD}{GOOD}", f"Here you are: {GOOD}", "NaN", '{"summary": NaN}',
     '{"summary": Infinity}', "[" * 100_000, '{"a":' * 19_000, "1" * 19_000, "```json\n```"],
)  # fmt: skip
def test_what_is_not_json_is_refused(content: str) -> None:
    with pytest.raises(AnswerError):
        read_answer(content)


@pytest.mark.parametrize("content", ["null", "[]", "7", '"text"', "true"])
def test_what_is_no_object_is_refused(content: str) -> None:
    with pytest.raises(AnswerError, match="not an object"):
        read_answer(content)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"null", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{}]}',
     b'{"choices": {"0": 1}}', b'{"choices": [{"message": {"content": null}}]}',
     b'{"choices": [{"message": {"content": [{"text": "x"}]}}]}', b"[" * 200_000],
)  # fmt: skip
def test_a_reply_without_an_answer_is_refused(body: bytes) -> None:
    with pytest.raises(AnswerError):
        read_reply(body)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
def test_no_reply_does_more_than_be_refused(body: bytes) -> None:
    with pytest.raises(AnswerError):
        read_reply(body)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.fixed_dictionaries(dict.fromkeys(ADVICE, _JSON)))
def test_whatever_is_accepted_can_be_stored_and_shown(answer: dict[str, Any]) -> None:
    try:
        accepted = read_answer(json.dumps(answer)).to_json()
    except AnswerError:
        return
    json.dumps(accepted, ensure_ascii=False).encode()
    assert accepted.keys() == ADVICE.keys()
