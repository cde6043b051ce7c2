"""Signed requests and answers: HTTP Message Signatures (RFC 9421) with Ed25519 over the digest of the body (RFC 9530)."""

import datetime as dt
import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from domicile.apps.peers import keys

PATH = "/peers/inbox"
TAG = "domicile-peers"
REQUEST = ("@method", "@target-uri", "content-type", "content-digest")
ANSWER = ("@status", "content-type", "content-digest")


class BadSignature(Exception):
    """The message is not signed as it must be. The text is one of the codes of docs/develop/messages.md."""


@dataclass
class Request:
    """A request as it is signed."""

    url: str
    headers: MutableMapping[str, str]
    method: str = "POST"


@dataclass
class Response:
    """An answer as it is signed."""

    status_code: int
    headers: MutableMapping[str, str]
    request: Request = field(default_factory=lambda: Request("", {}))


def target(address: str) -> str:
    """Where messages to an address go."""
    return address.rstrip("/") + PATH


def sign_request(url: str, content_type: str, body: bytes, key_id: str, *, seconds: int) -> Request:
    """A request with its signature, which counts for `seconds`."""
    request = Request(url, {"Content-Type": content_type})
    _sign(request, REQUEST, body, key_id, secrets.token_urlsafe(16), seconds)
    return request


def sign_answer(status: int, content_type: str, body: bytes, key_id: str, nonce: str, *, seconds: int) -> Response:
    """An answer with its signature, tied to the request by the request's nonce."""
    answer = Response(status, {"Content-Type": content_type})
    _sign(answer, ANSWER, body, key_id, nonce, seconds)
    return answer


def _sign(message: Any, covered: tuple[str, ...], body: bytes, key_id: str, nonce: str, seconds: int) -> None:
    signer = HTTPMessageSigner(
        signature_algorithm=ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: keys.private(key_id)}),
    )
    now = dt.datetime.now(dt.UTC)
    signer.sign(
        message, key_id=key_id, created=now, expires=now + dt.timedelta(seconds=seconds), nonce=nonce, label="sig",
        tag=TAG, covered_component_ids=covered, body=body,
    )  # fmt: skip


@dataclass(frozen=True)
class Signed:
    """What a good signature says of itself."""

    key_id: str
    nonce: str


def check_request(request: Request, body: bytes, resolver: HTTPSignatureKeyResolver, *, seconds: int) -> Signed:
    """Who signed a request. Raises BadSignature."""
    return _check(request, body, resolver, REQUEST, seconds)


def check_answer(answer: Response, body: bytes, resolver: HTTPSignatureKeyResolver, *, seconds: int) -> Signed:
    """Who signed an answer. Raises BadSignature."""
    return _check(answer, body, resolver, ANSWER, seconds)


def _check(
    message: Any, body: bytes, resolver: HTTPSignatureKeyResolver, covered: tuple[str, ...], seconds: int
) -> Signed:
    verifier = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=resolver)
    verifier.max_clock_skew = dt.timedelta(seconds=seconds)
    try:
        found = verifier.verify(
            message, max_age=dt.timedelta(seconds=seconds), expect_tag=TAG, require_components=covered, body=body
        )
    except InvalidSignature as problem:
        raise BadSignature(_code(str(problem))) from problem
    except (HTTPMessageSignaturesException, ValueError, TypeError, KeyError) as problem:
        raise BadSignature("bad_signature") from problem
    if len(found) != 1 or not found[0].nonce or "expires" not in found[0].parameters:
        raise BadSignature("bad_signature")
    return Signed(str(found[0].parameters["keyid"]), str(found[0].nonce))


def _code(told: str) -> str:
    """The code of what the library says."""
    if "age exceeds" in told or "in the past" in told or "in the future" in told:
        return "stale"
    if "Digest" in told or "digest" in told:
        return "bad_digest"
    return "unknown_key" if "resolve verification key" in told else "bad_signature"
