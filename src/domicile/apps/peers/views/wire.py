"""The door for other registers: no session, no cookie, nothing but signed batches."""

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from domicile.apps.peers import inbox, policies, receiving, wire
from domicile.apps.peers.events import BATCH, JSON

POST_ONLY, OTHER_TYPE = 405, 415
HEADERS = {
    "HTTP_SIGNATURE": "Signature", "HTTP_SIGNATURE_INPUT": "Signature-Input", "HTTP_CONTENT_DIGEST": "Content-Digest",
    "CONTENT_TYPE": "Content-Type",
}  # fmt: skip


@csrf_exempt
@login_not_required
def take(request: HttpRequest) -> HttpResponse:
    """Store a signed batch durably, then answer for each of its messages, signed."""
    try:
        return _take(request)
    except receiving.NotTaken as problem:
        return _no(problem.code, problem.status)


def _take(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _no("post_only", POST_ONLY)
    if request.META.get("CONTENT_TYPE") != BATCH:
        return _no("content_type", OTHER_TYPE)
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > policies.number("body_bytes"):
        raise receiving.NotTaken("too_large", receiving.TOO_LARGE)
    now, body = timezone.now(), request.body
    headers = {name: request.META[key] for key, name in HEADERS.items() if key in request.META}
    sender = receiving.sender_of(headers, body, now=now)
    answers = inbox.receive(sender.peer, receiving.documents_of(body), now=now, own=sender.own)
    told = receiving.answers_of(answers)
    signed = wire.sign_answer(
        200, JSON, told, sender.answer_with, sender.nonce, seconds=policies.number("signature_seconds")
    )
    return HttpResponse(told, headers=dict(signed.headers))


def _no(code: str, status: int) -> HttpResponse:
    return HttpResponse(orjson.dumps({"error": code}), status=status, content_type=JSON)
