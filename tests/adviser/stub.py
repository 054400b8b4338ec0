"""An OpenAI-compatible server that answers as a test wants, and badly where it wants that."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from leadapp.adviser_client import Adviser

ADVICE = {
    "summary": "Ada called twice and waits for an offer.",
    "open_questions": ["Who signs?", "Which budget?"],
    "next_step": "Send the offer.",
    "draft": "Dear Ada, here is the offer.",
}

Handler = BaseHTTPRequestHandler
Answer = Callable[["Stub", Handler, dict[str, Any]], None]


class Stub(ThreadingHTTPServer):
    """The server. It gives `answers` in turn, the last one for good, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self, answers: list[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.ended = threading.Event()

    @property
    def adviser(self) -> Adviser:
        """How leadapp is told of it."""
        return Adviser(f"http://127.0.0.1:{self.server_port}/v1", "stub-1", "sk-test")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what is tested."""


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        stub = self.server
        assert isinstance(stub, Stub)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        stub.asked.append(body)
        stub.keys.append(self.headers["Authorization"])
        answer = stub.answers.pop(0) if len(stub.answers) > 1 else stub.answers[0]
        answer(stub, self, body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(*answers: Answer) -> Iterator[Stub]:
    """A stub that runs as long as the block."""
    stub = Stub(list(answers) or [saying(json.dumps(ADVICE))])
    thread = threading.Thread(target=stub.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stub
    finally:
        stub.ended.set()
        stub.shutdown()
        thread.join()
        stub.server_close()


def reply_with(content: Any) -> bytes:
    """The reply of a server whose model said this."""
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice]}).encode()


def sending(body: bytes, *, status: int = 200, **headers: str) -> Answer:
    """Answer with these bytes."""

    def answer(_stub: Stub, handler: Handler, _body: dict[str, Any]) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def saying(content: Any) -> Answer:
    """Answer as a server whose model said this."""
    return sending(reply_with(content))


def hanging(stub: Stub, _handler: Handler, _body: dict[str, Any]) -> None:
    """Say nothing, for as long as anybody listens."""
    stub.ended.wait(30)


def dripping(stub: Stub, handler: Handler, _body: dict[str, Any]) -> None:
    """Send a byte every now and then, so that no single wait is long."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    while not stub.ended.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def dripping_headers(stub: Stub, handler: Handler, _body: dict[str, Any]) -> None:
    """The same, before the body begins."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not stub.ended.wait(0.05):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def endless(stub: Stub, handler: Handler, _body: dict[str, Any]) -> None:
    """Send as much as it is let to."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    until = time.monotonic() + 30
    while not stub.ended.is_set() and time.monotonic() < until:
        handler.wfile.write(b"x" * 65536)
