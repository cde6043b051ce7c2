"""Where messages may be sent: public https addresses, and hosts that the operator lists. Never into the office's network."""

import ipaddress
import os
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from domicile.apps.common.refusals import Refused

PUBLIC_PORT = 443


class Forbidden(Exception):
    """The address leads where nothing may be sent. `problem` names the reason."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Target:
    """Where a message goes: the addresses are resolved once and used as they are, so that no second answer differs."""

    https: bool
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]


def listed_hosts() -> frozenset[str]:
    """`DOMICILE_WEBHOOK_HOSTS`: hosts, or host:port, inside the own network that may be told, also without https."""
    return frozenset(
        part.strip().lower() for part in os.environ.get("DOMICILE_WEBHOOK_HOSTS", "").split(",") if part.strip()
    )


def check_address(url: str) -> None:
    """Raise Refused, naming the field `url`, when nothing may be sent there. Does not resolve the name."""
    try:
        _parts(url)
    except Forbidden as refusal:
        raise Refused(_REASONS[refusal.problem], "url") from refusal


def resolve(url: str) -> Target:
    """The target of an address. Raises Forbidden, OSError when the name does not resolve."""
    https, host, port, path, listed = _parts(url)
    found = {item[4][0] for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    addresses = tuple(sorted(str(address) for address in found))
    if not listed and not all(_is_public(address) for address in addresses):
        raise Forbidden("not_public")
    return Target(https, host, port, path, addresses)


def _parts(url: str) -> tuple[bool, str, int, str, bool]:
    """(https, host, port, path, listed by the operator)."""
    if not url.isascii() or len(url) > 500 or any(ord(character) <= 32 for character in url):
        raise Forbidden("not_an_address")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
        host.encode("idna")  # a name that nobody can be asked for, like a..b: the worker would stumble over it
    except ValueError as error:
        raise Forbidden("not_an_address") from error
    if parts.scheme not in {"https", "http"} or not host or parts.fragment:
        raise Forbidden("not_an_address")
    if parts.username is not None or parts.password is not None:
        raise Forbidden("credentials")
    https = parts.scheme == "https"
    port = port or (443 if https else 80)
    hosts = listed_hosts()
    listed = host in hosts or f"{host}:{port}" in hosts
    if not listed:
        if not https:
            raise Forbidden("not_https")
        if port != PUBLIC_PORT:
            raise Forbidden("port")
        if _is_literal(host) and not _is_public(host):
            raise Forbidden("not_public")
    return https, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), listed


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return _is_public(str(inner))
    return address.is_global and not address.is_multicast and not address.is_reserved


_REASONS = {
    "not_an_address": _("Write a whole address, like https://example.org/hook, without blanks."),
    "credentials": _("Leave the name and the password out of the address: messages are signed instead."),
    "not_https": _("Use https. For a server inside your own network ask whoever runs domicile here."),
    "port": _("Use the usual port of https (443). For another one ask whoever runs domicile here."),
    "not_public": _("This leads into an inner network. Ask whoever runs domicile here if that is meant."),
}
