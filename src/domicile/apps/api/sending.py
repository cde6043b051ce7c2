"""Sign a message and send it: to the address that was checked, without following anybody elsewhere."""

import base64
import contextlib
import hmac
import http.client
import socket
import ssl
from dataclasses import dataclass

from domicile.apps.api.targets import Forbidden, Target, resolve

TIMEOUT = 10.0
#: So much of an answer is read, and thrown away.
MOST_READ = 1024


@dataclass(frozen=True)
class Sent:
    """What became of one attempt: the status of the answer, or a word for what went wrong."""

    status: int | None
    problem: str = ""

    @property
    def done(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """The header `webhook-signature` of Standard Webhooks: v1, then HMAC-SHA256 over id, time and body in base64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{message_id}.{timestamp}.{body}".encode(), "sha256").digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def send(url: str, *, secret: str, message_id: str, timestamp: int, body: str) -> Sent:
    """One attempt. Every answer but 2xx, a redirect too, is a failure."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "domicile-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
    }
    try:
        return _post(resolve(url), headers, body.encode())
    except Forbidden as refusal:
        return Sent(None, refusal.problem)
    except ssl.SSLError:
        return Sent(None, "tls")
    except TimeoutError:
        return Sent(None, "timeout")
    except socket.gaierror:
        return Sent(None, "no_such_host")
    except (OSError, http.client.HTTPException):
        return Sent(None, "no_answer")


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was resolved and judged before: the name is not asked for a second time."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT)
        self.target, self.address = target, address
        self.default_port = 443 if target.https else 80  # type: ignore[misc]

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        if not self.target.https:
            self.sock = plain
            return
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.sock = context.wrap_socket(plain, server_hostname=self.target.host)


def _post(target: Target, headers: dict[str, str], body: bytes) -> Sent:
    connection = _Connection(target, target.addresses[0])
    with contextlib.closing(connection):
        connection.request("POST", target.path, body, headers)
        answer = connection.getresponse()
        answer.read(MOST_READ)
        problem = "" if 200 <= answer.status < 300 else ("redirect" if 300 <= answer.status < 400 else "refused")
        return Sent(answer.status, problem)
