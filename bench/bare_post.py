"""What a signed post costs without any product: a WSGI application that verifies, stores one row durably and answers signed.

The baseline of messages between registers. The application runs under granian as the product does (one worker, one thread);
each post is verified (RFC 9421, Ed25519, the digest of its body), stored in SQLite with `synchronous=FULL` in a commit of its
own, and answered under the server's key. The client signs each post, keeps one connection open and verifies each answer.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import http.client
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

ROOT = Path(__file__).resolve().parents[1]
CONTENT = "application/cloudevents-batch+json"
REQUEST = ("@method", "@target-uri", "content-type", "content-digest")
ANSWER = ("@status", "content-type", "content-digest")
ADDRESS = "http://127.0.0.1/inbox"
TAG = "domicile-peers"
AGE = dt.timedelta(minutes=5)
DATABASE = "BARE_POST_DATABASE"
TABLE = "CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, at TEXT, digest BLOB, body BLOB)"


def _key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed).digest())


CLIENT, SERVER = _key(b"client"), _key(b"server")
KEYS = MappingKeyResolver(
    public_keys={"client": CLIENT.public_key(), "server": SERVER.public_key()},
    private_keys={"client": CLIENT, "server": SERVER},
)
SIGNER = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=KEYS)
VERIFIER = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=KEYS)


@dataclass
class Request:
    """A request as it is signed."""

    headers: dict[str, str]
    method: str = "POST"
    url: str = ADDRESS


@dataclass
class Answer:
    """An answer as it is signed."""

    headers: dict[str, str]
    status_code: int = 200
    request: Request = field(default_factory=lambda: Request({}))


def sign(message: Any, key: str, covered: tuple[str, ...], body: bytes, nonce: str) -> None:
    """Sign a message in place."""
    now = dt.datetime.now(dt.UTC)
    SIGNER.sign(
        message, key_id=key, created=now, expires=now + AGE, nonce=nonce, label="sig", tag=TAG,
        covered_component_ids=covered, body=body,
    )  # fmt: skip


def verify(message: Any, covered: tuple[str, ...], body: bytes) -> str:
    """The nonce of a good signature. Raises InvalidSignature."""
    found = VERIFIER.verify(message, max_age=AGE, expect_tag=TAG, require_components=covered, body=body)
    return str(found[0].nonce)


# --- the server --------------------------------------------------------------------------------------------------------

_connection: sqlite3.Connection | None = None


def _database() -> sqlite3.Connection:
    global _connection
    if _connection is None:
        _connection = sqlite3.connect(os.environ[DATABASE], isolation_level=None, check_same_thread=False)
        _connection.execute("PRAGMA journal_mode=WAL")
        _connection.execute("PRAGMA synchronous=FULL")
        _connection.execute(TABLE)
    return _connection


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Verify, store, answer."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ["REQUEST_METHOD"] != "POST":
        start_response("204 No Content", [])
        return [b""]
    headers = {
        "Content-Type": environ["CONTENT_TYPE"], "Content-Digest": environ["HTTP_CONTENT_DIGEST"],
        "Signature": environ["HTTP_SIGNATURE"], "Signature-Input": environ["HTTP_SIGNATURE_INPUT"],
    }  # fmt: skip
    nonce = verify(Request(headers), REQUEST, body)
    stored = (dt.datetime.now(dt.UTC).isoformat(), hashlib.sha256(body).digest(), body)
    _database().execute("INSERT INTO message (at, digest, body) VALUES (?, ?, ?)", stored)
    told = b'{"answers":[{"outcome":"stored"}]}'
    answer = Answer({"Content-Type": "application/json"})
    sign(answer, "server", ANSWER, told, nonce)
    start_response("200 OK", [*answer.headers.items(), ("Content-Length", str(len(told)))])
    return [told]


# --- the client --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def server(folder: Path) -> Iterator[int]:
    """Run the application under granian; give its port."""
    from tests.postgres import free_port

    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "1", "--log-level", "warning", "--no-ws"]
    environment = {**os.environ, DATABASE: str(folder / "bare.sqlite3"), "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    process = subprocess.Popen([*command, "bench.bare_post:application"], env=environment, cwd=ROOT)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _try in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"the bare application ended with {process.returncode}")
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.05)
    raise RuntimeError("the bare application does not answer")


def post(connection: http.client.HTTPConnection, body: bytes, number: int) -> None:
    """One signed post, whose answer is verified."""
    request = Request({"Content-Type": CONTENT})
    nonce = f"{number:022d}"
    sign(request, "client", REQUEST, body, nonce)
    connection.request("POST", "/inbox", body, request.headers)
    answer = connection.getresponse()
    told = answer.read()
    if answer.status != 200 or verify(Answer(dict(answer.headers.items())), ANSWER, told) != nonce:
        raise RuntimeError(f"the bare application answered {answer.status}")


def rate(posts: int, size: int = 1_500, warm: int = 20) -> float:
    """Posts a second, each of `size` bytes, one after the other over one connection."""
    body = b"[" + b'"' + b"x" * (size - 4) + b'"' + b"]"
    with (
        tempfile.TemporaryDirectory(prefix="bare-post-") as folder,
        server(Path(folder)) as port,
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection,
    ):
        for number in range(warm):
            post(connection, body, number)
        began = time.perf_counter()
        for number in range(posts):
            post(connection, body, number)
        return posts / (time.perf_counter() - began)
