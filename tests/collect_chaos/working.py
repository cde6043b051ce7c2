"""The clients: phones that send until they are told that it is kept, officers who decide until they are told what came of it."""

import http.client
import itertools
import random
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.collect_chaos.county import Form

BOUNDARY = "form-of-a-phone"
#: Answers that mean: later again.
LATER = frozenset({429, 500, 502, 503, 504})
PATIENCE = 180.0


@dataclass
class Progress:
    """What was done so far: forms told as kept, decisions told as made, and what else was answered."""

    kept: list[uuid.UUID] = field(default_factory=list)
    decided: list[tuple[uuid.UUID, str, str]] = field(default_factory=list)
    late: list[uuid.UUID] = field(default_factory=list)
    retries: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def count(self) -> int:
        return len(self.kept) + len(self.decided) + len(self.late)


def asked(port: int, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """One request on a connection of its own. Raises OSError or HTTPException where it breaks."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def insisted(
    progress: Progress, port: int, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, bytes]:
    """The same until it is answered with something else than later."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            status, content = asked(port, method, path, body, headers)
            if status not in LATER:
                return status, content
        except (OSError, http.client.HTTPException):
            pass
        with progress.lock:
            progress.retries += 1
        time.sleep(0.05)
    return 0, b"no answer"


def multipart(parts: Sequence[tuple[str, str, str, bytes]]) -> tuple[bytes, dict[str, str]]:
    """A body of (name, file name, kind, content), and its head."""
    body = b""
    for name, file_name, kind, content in parts:
        place = f'form-data; name="{name}"; filename="{file_name}"'
        body += (
            f"--{BOUNDARY}\r\nContent-Disposition: {place}\r\nContent-Type: {kind}\r\n\r\n".encode() + content + b"\r\n"
        )
    return body + f"--{BOUNDARY}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def body_of(form: Form) -> tuple[bytes, dict[str, str]]:
    parts = [("xml_submission_file", "submission.xml", "text/xml", form.xml)]
    if form.photo:
        parts.append(("door.jpg", "door.jpg", "image/jpeg", form.photo))
    return multipart(parts)


def send_all(
    progress: Progress, port: int, token: str, forms: Sequence[Form], phones: int = 6
) -> list[threading.Thread]:
    """Start phones that send the forms, each until it is told that it is kept; now and then one is sent once more."""
    waiting, guard = iter(enumerate(forms)), threading.Lock()

    def work() -> None:
        while True:
            with guard:
                number, form = next(waiting, (0, None))
            if form is None:
                return
            for _turn in range(2 if number % 7 == 0 else 1):
                status, content = insisted(
                    progress, port, "POST", f"/v1/key/{token}/projects/1/submission", *body_of(form)
                )
                if status != 201:
                    with progress.lock:
                        progress.faults.append(f"a form was answered {status}: {content[:200]!r}")
            with progress.lock:
                progress.kept.append(form.key)

    return _started([work] * phones)


def review_all(
    progress: Progress, port: int, sessions: dict[str, str], waiting: "Waiting", seed: int
) -> list[threading.Thread]:
    """Start one officer for each session; all of them are given every proposal, and say what they think of it at once."""

    def officer(name: str, session: str) -> None:
        headers = {"Cookie": session, "X-CSRFToken": "a" * 32, "Content-Type": "application/x-www-form-urlencoded"}
        draw = random.Random(f"{seed} {name}")
        for place in itertools.count():
            proposal = waiting.at(place)
            if proposal is None:
                return
            verdict = "return" if draw.random() < 0.2 else "accept"
            body = urlencode({"verdict": verdict, "version": "1", "note": "请核对"}).encode()
            status, content = insisted(progress, port, "POST", f"/proposals/{proposal}/decide/", body, headers)
            with progress.lock:
                if status == 302:
                    progress.decided.append((proposal, name, verdict))
                elif status == 422:
                    progress.late.append(proposal)
                else:
                    progress.faults.append(f"a decision was answered {status}: {content[:200]!r}")

    return _started([lambda pair=pair: officer(*pair) for pair in sessions.items()])  # type: ignore[misc]


class Waiting:
    """Proposals as they come into the review, each once and in one order for all; at most so many."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._found: list[uuid.UUID] = []
        self._known: set[uuid.UUID] = set()
        self._lock = threading.Lock()
        self.over = threading.Event()

    def at(self, place: int) -> uuid.UUID | None:
        """The proposal at a place, waited for; None where there are no more."""
        while place < self.most and not self.over.is_set():
            with self._lock:
                if place < len(self._found):
                    return self._found[place]
            time.sleep(0.05)
        return None

    def add(self, proposals: Sequence[uuid.UUID]) -> None:
        with self._lock:
            for proposal in proposals:
                if proposal not in self._known:
                    self._known.add(proposal)
                    self._found.append(proposal)


def _started(works: Sequence[object]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for work in works]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    return threads
