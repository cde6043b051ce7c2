"""Connections to peers: kept open, without proxies, never led elsewhere."""

import contextlib
import http.client
import ipaddress
import os
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from domicile.apps.peers import policies, wire
from domicile.apps.peers.models import Peer

#: The most of an answer that is read.
MOST_READ = 2_000_000
PLAIN = "DOMICILE_PEERS_PLAIN"
_held = threading.local()


class Failed(Exception):
    """The peer could not be asked, or gave no answer that counts. `problem` is one of the codes of docs/operate/peers.md."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Answered:
    """An answer: its status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes


def send(peer: Peer, request: wire.Request, body: bytes) -> Answered:
    """Send a request over the line that is open, or over a new one. Raises Failed."""
    place = (str(peer.pk), peer.address, peer.ca_file)
    reused = place in _connections()
    try:
        return _send(place, request, body)
    except Failed:
        raise
    except (OSError, http.client.HTTPException, ValueError) as problem:
        drop(peer)
        if reused and isinstance(
            problem, ConnectionError | http.client.RemoteDisconnected | http.client.CannotSendRequest
        ):
            return _again(place, peer, request, body)  # it was closed meanwhile; each message counts once in any case
        raise Failed(_code(problem)) from problem


def _again(place: tuple[str, str, str], peer: Peer, request: wire.Request, body: bytes) -> Answered:
    try:
        return _send(place, request, body)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        drop(peer)
        raise Failed(_code(problem)) from problem


def _send(place: tuple[str, str, str], request: wire.Request, body: bytes) -> Answered:
    connection = _connections().get(place)
    if connection is None:
        connection = _connections()[place] = _open(place[1], place[2])
    parts = urlsplit(request.url)
    connection.request("POST", parts.path or "/", body, {**request.headers, "User-Agent": "domicile-peers/1"})
    answer = connection.getresponse()
    read = answer.read(MOST_READ + 1)
    if len(read) > MOST_READ:
        connection.close()
        raise Failed("bad_answer")
    if answer.will_close:
        connection.close()
    return Answered(answer.status, dict(answer.headers.items()), read)


def drop(peer: Peer) -> None:
    """Close the line to a peer."""
    for place in [place for place in _connections() if place[0] == str(peer.pk)]:
        with contextlib.suppress(OSError):
            _connections().pop(place).close()


def _connections() -> dict[tuple[str, str, str], http.client.HTTPConnection]:
    """The open connections of this thread."""
    if not hasattr(_held, "connections"):
        _held.connections = {}
    found: dict[tuple[str, str, str], http.client.HTTPConnection] = _held.connections
    return found


def _open(address: str, ca_file: str) -> http.client.HTTPConnection:
    parts, seconds = urlsplit(address), policies.number("timeout_seconds")
    host = parts.hostname or ""
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return http.client.HTTPSConnection(host, parts.port, timeout=seconds, context=context)
    if not may_be_plain(host):
        raise Failed("not_https")
    return http.client.HTTPConnection(host, parts.port, timeout=seconds)


def may_be_plain(host: str) -> bool:
    """Whether messages may go there without https: to this machine, or where the operator says so."""
    if os.environ.get(PLAIN) == "1" or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _code(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLError):
        return "tls"
    if isinstance(problem, TimeoutError):
        return "timeout"
    if isinstance(problem, socket.gaierror):
        return "no_such_host"
    return "no_answer" if isinstance(problem, OSError) else "bad_answer"
