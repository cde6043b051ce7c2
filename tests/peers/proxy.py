"""A line that fails: stands between two registers and loses, doubles, delays, cuts off and garbles what goes over it.

Everything it does follows from its seed and from the order in which requests come.
"""

import contextlib
import http.client
import random
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECONDS = 30


@dataclass(frozen=True)
class Faults:
    """How likely each fault is, of one request. `drop_before`: it never arrives. `drop_after`: its answer never does.
    `double`: it arrives twice, the second time up to `late` seconds later, behind others. `delay`: it takes up to `slow`
    seconds. `error`: 500 instead of an answer. `truncate`: half an answer. `garble`: one byte of the request is changed.
    """

    drop_before: float = 0.0
    drop_after: float = 0.0
    double: float = 0.0
    delay: float = 0.0
    error: float = 0.0
    truncate: float = 0.0
    garble: float = 0.0
    slow: float = 0.3
    late: float = 1.0


BAD = Faults(0.08, 0.08, 0.1, 0.1, 0.05, 0.05, 0.03)
NONE = Faults()


class Proxy:
    """Listens on `port` of this machine and forwards to `target`, with faults. `cut` and `mend` part and join the line."""

    def __init__(self, target: int, seed: int, faults: Faults = NONE) -> None:
        self.target, self.faults, self.chance = target, faults, random.Random(seed)
        self.whole, self.lock, self.seen = threading.Event(), threading.Lock(), dict[str, int]()
        self.whole.set()
        self.server = _Server(("127.0.0.1", 0), _handler(self))
        self.port = int(self.server.server_address[1])
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        """What stands on the card of the register behind it."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """From now on nothing comes through."""
        self.whole.clear()

    def mend(self) -> None:
        """Everything comes through again."""
        self.whole.set()

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()

    def drawn(self) -> dict[str, float]:
        """One number for each kind of fault: which of them befall a request."""
        with self.lock:
            return {name: self.chance.random() for name in (*_KINDS, "how")}

    def count(self, what: str) -> None:
        """Count what befell requests."""
        with self.lock:
            self.seen[what] = self.seen.get(what, 0) + 1

    def forward(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the register behind it answers. Raises OSError, HTTPException."""
        connection = http.client.HTTPConnection("127.0.0.1", self.target, timeout=SECONDS)
        with contextlib.closing(connection):
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked is gone: that is nothing to tell."""


_KINDS = ("drop_before", "drop_after", "double", "delay", "error", "truncate", "garble")
_HOPS = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                self._pass(body)
            except (OSError, http.client.HTTPException):
                proxy.count("no_answer")
                self.close_connection = True

        def _pass(self, body: bytes) -> None:
            drawn = proxy.drawn()
            befalls = {kind: drawn[kind] < getattr(proxy.faults, kind) for kind in _KINDS}
            for kind in [kind for kind, so in befalls.items() if so]:
                proxy.count(kind)
            if not proxy.whole.is_set() or befalls["drop_before"]:
                self.close_connection = True
                return
            if befalls["delay"]:
                time.sleep(drawn["how"] * proxy.faults.slow)
            if befalls["garble"] and body:
                place = int(drawn["how"] * len(body))
                body = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
            headers = {
                name: value for name, value in self.headers.items() if name.lower() not in {"connection", "host"}
            }
            headers["Host"] = f"127.0.0.1:{proxy.target}"
            if befalls["double"]:
                threading.Timer(drawn["how"] * proxy.faults.late, _again, (proxy, self.path, headers, body)).start()
            status, told, content = proxy.forward(self.path, headers, body)
            proxy.count("passed")
            if befalls["drop_after"] or not proxy.whole.is_set():
                self.close_connection = True
                return
            self._answer(500 if befalls["error"] else status, told, content, short=befalls["truncate"])

        def _answer(self, status: int, told: list[tuple[str, str]], content: bytes, *, short: bool) -> None:
            self.send_response(status)
            for name, value in told:
                if name.lower() not in _HOPS:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if short else content)
            self.close_connection = self.close_connection or short

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


def _again(proxy: Proxy, path: str, headers: dict[str, str], body: bytes) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        proxy.forward(path, headers, body)
