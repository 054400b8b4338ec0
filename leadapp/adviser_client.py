"""The call to the language model: limited in time and size, and asking nobody else.

It takes a second to import what it needs, so whoever calls it imports it then.
"""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import openai

from leadapp.scoring.adviser import MAX_REPLY, AdviceText, AnswerError, read_reply

TRY_LIMIT = 8.0
"""Seconds for one try, from the first to the last byte."""

ALL_LIMIT = 8.5
"""Seconds for both tries: with the way to the worker and back, a person waits 10 at most."""

_PAUSE = 0.3
_WORTH_TRYING = 1.0
_TOO_MANY = 429
_KEY_REFUSED = "It refused the key; an admin can check LEADAPP_ADVISER_KEY."
_STATUS_WORDS = {
    401: _KEY_REFUSED,
    403: _KEY_REFUSED,
    404: "It does not know the model or the address; an admin can check LEADAPP_ADVISER_MODEL and "
    "LEADAPP_ADVISER_URL.",
    _TOO_MANY: "It is asked too often at the moment; try again in a minute.",
}


class Adviser(NamedTuple):
    """Which model to ask, and where."""

    url: str
    model: str
    key: str | None

    def __repr__(self) -> str:
        return f"Adviser(url={self.url!r}, model={self.model!r})"


class AdviserError(Exception):
    """There is no advice; the message says why in words for people, and holds no foreign text."""


class _StatusError(Exception):
    """The server answered with another status than success."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


def ask(adviser: Adviser, messages: Sequence[dict[str, str]]) -> AdviceText:
    """Ask the model and check its answer; a second try where the first failed in good time.

    Raises AdviserError, after ALL_LIMIT seconds at the latest.
    """
    start = time.monotonic()
    for last in (False, True):
        left = ALL_LIMIT - (time.monotonic() - start)
        try:
            return _try(adviser, messages, min(TRY_LIMIT, left))
        except (OSError, openai.OpenAIError, AnswerError, _StatusError, TimeoutError) as error:
            left = ALL_LIMIT - (time.monotonic() - start)
            if last or left < _PAUSE + _WORTH_TRYING or not _may_pass(error):
                raise AdviserError(_words(error)) from error
        time.sleep(_PAUSE)
    raise AssertionError("the second try returns or raises")


def _try(adviser: Adviser, messages: Sequence[dict[str, str]], limit: float) -> AdviceText:
    def call() -> bytes:
        return asyncio.run(asyncio.wait_for(_call(adviser, messages), limit))

    # In a thread of its own, since the caller's may have an event loop of its own.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return read_reply(thread.submit(call).result())


async def _call(adviser: Adviser, messages: Sequence[dict[str, str]]) -> bytes:
    """The body of the reply. Its caller limits its time: the client would only that of a byte."""
    http = openai.DefaultAsyncHttpxClient(
        follow_redirects=False, event_hooks={"response": [_check_head]}
    )
    client = openai.AsyncOpenAI(
        base_url=adviser.url, api_key=adviser.key or "none", max_retries=0, http_client=http
    )
    parameters: dict[str, Any] = {"model": adviser.model, "messages": list(messages)}
    async with (
        client,
        client.chat.completions.with_streaming_response.create(
            **parameters, extra_headers={"Accept-Encoding": "identity"}
        ) as reply,
    ):
        body = bytearray()
        async for chunk in reply.iter_bytes():
            body += chunk
            if len(body) > MAX_REPLY:
                raise AnswerError("the reply is too long")
        return bytes(body)


async def _check_head(response: Any) -> None:
    """Stop before the body where it would not be read: refusals, redirects, packed replies."""
    if not response.is_success:
        raise _StatusError(response.status_code)
    if response.headers.get("content-encoding", "identity") != "identity":
        raise AnswerError("the reply is packed")


def _may_pass(error: Exception) -> bool:
    """Whether the same question may do better a moment later."""
    if isinstance(error, _StatusError):
        return error.status == _TOO_MANY or error.status >= 500
    return not isinstance(error, TimeoutError)


def _words(error: Exception) -> str:
    """Why there is no advice."""
    if isinstance(error, _StatusError):
        return _STATUS_WORDS.get(error.status, f"It answered with status {error.status}.")
    if isinstance(error, AnswerError):
        return f"Its answer could not be used: {error}."
    if isinstance(error, TimeoutError):
        return f"It did not answer within {TRY_LIMIT:.0f} seconds."
    return "It cannot be reached; an admin can check LEADAPP_ADVISER_URL."
