"""The page at which a household answers: without an account or a cookie, also without a line once it was loaded.

The code comes in the body of a request and never stands in an address. It alone opens the form, so nothing is gained by having
another site send it: no token against forged requests is asked for, which would need a cookie. What was answered is never
shown again by the server: who finds a slip learns no more than where it belongs.
"""

import json
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.census.selfenum import actions, codes, words
from domicile.apps.census.selfenum.models import HouseholdCode
from domicile.apps.census.selfenum.prints import address_of
from domicile.apps.common.refusals import Refused
from domicile.core.enumeration import definition, forms

LANGUAGES: Final = ("zh-hans", "en")
#: What the page is made of, kept on the phone for when there is no line.
PARTS: Final = ("build/domicile.css", "build/selfenum.css", "build/selfenum.js", "build/icon.svg")
LARGEST: Final = 512 * 1024
DOOR: Final = "household__dwelling__building"


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page with every form in both languages: what comes after needs a line only to open and to send."""
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGES else (get_language() or LANGUAGES[0])
    language = "en" if language.startswith("en") else "zh-hans"
    given = {
        "forms": {name: definition(form) for name, form in forms().items()},
        "words": words.of_the_page(),
        "open": reverse("census:selfenum_open"), "answer": reverse("census:selfenum_answer"),
        "worker": reverse("census:selfenum_worker"),
    }  # fmt: skip
    with override(language):
        shown = render(request, "census/selfenum/page.html", {"lang": language, "given": given})
    shown["Content-Language"] = language
    return _quiet(shown)


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the page for when there is no line. It keeps nothing of what is answered."""
    kept = json.dumps([reverse("census:selfenum"), *(static(part) for part in PARTS)])
    shown = render(request, "census/selfenum/worker.js", {"kept": kept}, content_type="text/javascript")
    return _quiet(shown)


@csrf_exempt
@login_not_required
@require_POST
def open_form(request: HttpRequest) -> HttpResponse:
    """Which form a code opens, and at which door."""
    given = _given(request)
    try:
        code = codes.enter(str(given.get("code", "")), request.META.get("REMOTE_ADDR", ""), DOOR)
    except codes.TurnedAway as turned:
        return _turned_away(turned)
    if code.used_at is not None:
        return _told({"state": "used", "receipt": code.receipt}, 409)
    return _told(_opened(code))


def _opened(code: HouseholdCode) -> dict[str, Any]:
    household = code.household
    moment = timezone.localtime(household.census.reference_at)
    return {
        "state": "open", "form": household.form, "census": household.census.name, "address": address_of(household),
        "moment": [moment.year, moment.month, moment.day, moment.hour],
    }  # fmt: skip


@csrf_exempt
@login_not_required
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Take a form. The receipt is told when it is kept and not before."""
    given = _given(request)
    content = given.get("content")
    if not isinstance(content, dict):
        return _told({"state": "broken"}, 422)
    try:
        code = codes.enter(str(given.get("code", "")), request.META.get("REMOTE_ADDR", ""))
        sent = actions.send(
            code=code, form=str(given.get("form", "")), version=str(given.get("version", "")), content=content,
            instance=str(given.get("instance", "")), at=timezone.now(), minutes=given.get("minutes"),
        )  # fmt: skip
    except codes.TurnedAway as turned:
        return _turned_away(turned)
    except actions.Used as used:
        return _told({"state": "used", "receipt": used.receipt}, 409)
    except actions.Faulty as faulty:
        faults = [[one.code, one.item, one.person] for one in faulty.faults]
        return _told({"state": "faulty", "faults": faults}, 422)
    except Refused:
        return _told({"state": "broken"}, 422)
    return _told({"state": "kept", "receipt": sent.receipt})


def _given(request: HttpRequest) -> dict[str, Any]:
    """The body as JSON; nothing where it is none."""
    if int(request.headers.get("Content-Length") or 0) > min(LARGEST, settings.DATA_UPLOAD_MAX_MEMORY_SIZE or LARGEST):
        return {}
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _turned_away(turned: codes.TurnedAway) -> HttpResponse:
    return _told({"state": "wait"}, 429) if turned.for_a_while else _told({"state": "unknown"}, 422)


def _told(answer: dict[str, Any], status: int = 200) -> HttpResponse:
    return _quiet(JsonResponse(answer, status=status))


def _quiet(shown: HttpResponse) -> HttpResponse:
    shown["Cache-Control"] = "no-store"
    shown["Referrer-Policy"] = "no-referrer"
    shown["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return shown
