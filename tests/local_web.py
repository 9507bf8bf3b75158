"""A web server on loopback whose answers a test sets, and that breaks when it is told to."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    """What was asked, as a handler sees it."""

    method: str
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


@dataclass
class Reply:
    """What is answered.

    Attributes:
        cut_to: the connection is closed after so many bytes of the body, though all of them were announced.
        announced: whether the length of the body is told before it.
        hangs: seconds of silence before the answer.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_to: int | None = None
    announced: bool = True
    hangs: float = 0.0


Handler = Callable[[Request], Reply]


class LocalWeb:
    """Answers by path, faults that come first, and a log of all that was asked.

    Attributes:
        url: base address, without a slash at its end.
        requests: what was asked, in order.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._handlers: dict[str, Handler] = {}
        self._faults: dict[str, deque[Reply]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler_class())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, path: str, answer: Handler | Reply | bytes | str, media_type: str = "text/html") -> str:
        """Answer a path from now on; its address."""
        if isinstance(answer, (bytes, str)):
            body = answer.encode() if isinstance(answer, str) else answer
            answer = Reply(body, headers={"Content-Type": media_type})
        self._handlers[path] = (lambda _: answer) if isinstance(answer, Reply) else answer
        return self.url + path

    def serve_versioned(self, path: str, body: bytes, etag: str = "", modified: str = "") -> str:
        """Answer a path, and conditional requests as RFC 9110 has them."""

        def answer(request: Request) -> Reply:
            headers = {"Content-Type": "text/html"}
            headers |= {"ETag": etag} if etag else {}
            headers |= {"Last-Modified": modified} if modified else {}
            same = (etag and request.headers.get("if-none-match") == etag) or (
                modified and request.headers.get("if-modified-since") == modified
            )
            return Reply(b"", 304, headers) if same else Reply(body, headers=headers)

        return self.serve(path, answer)

    def fail_next(self, path: str, *faults: Reply) -> None:
        """The next requests of a path meet these, one each, before its own answer."""
        self._faults.setdefault(path, deque()).extend(faults)

    def asked(self, path: str) -> list[Request]:
        """Requests of a path so far."""
        return [request for request in self.requests if request.path == path]

    @contextmanager
    def running(self) -> Iterator[LocalWeb]:
        """Serve in a thread as long as the block runs."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _reply(self, request: Request) -> Reply:
        self.requests.append(request)
        if waiting := self._faults.get(request.path):
            return waiting.popleft()
        handler = self._handlers.get(request.path)
        return handler(request) if handler else Reply(b"Not found", 404, {"Content-Type": "text/plain"})

    def _handler_class(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class _Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer("")

            def do_POST(self) -> None:
                self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

            def _answer(self, form: str) -> None:
                parts = urlsplit(self.path)
                given = parse_qs(f"{parts.query}&{form}", keep_blank_values=True)
                reply = web._reply(
                    Request(
                        self.command,
                        parts.path,
                        {name: words[-1] for name, words in given.items()},
                        {name.lower(): word for name, word in self.headers.items()},
                    )
                )
                time.sleep(reply.hangs)
                self.send_response(reply.status)
                for name, word in reply.headers.items():
                    self.send_header(name, word)
                if reply.announced:
                    self.send_header("Content-Length", str(len(reply.body)))
                else:
                    self.send_header("Connection", "close")
                    self.close_connection = True
                # Who has asked may be gone by now.
                with suppress(OSError):
                    self.end_headers()
                    self.wfile.write(reply.body[: reply.cut_to])
                if reply.cut_to is not None:
                    self.wfile.flush()
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return _Handler
