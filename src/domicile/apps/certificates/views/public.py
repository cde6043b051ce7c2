"""What everybody may open without signing in: the page that checks a certificate, the keys, the list of revoked ones."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from domicile.apps.certificates import keys, words
from domicile.apps.certificates.selectors.public import revoked_list
from domicile.core.codes.lists import code_list
from domicile.core.policy.parameters import parameter

#: Lists whose codes stand in certificates.
LISTS = {"sex": "sex", "marital": "marital", "members": "relation"}


@require_safe
@login_not_required
def check(request: HttpRequest) -> HttpResponse:
    """Checks in the browser: what was scanned stands behind the # of the address and never leaves the phone."""
    today = timezone.localdate()
    given = {
        "keys": keys.known_keys().as_jwks()["keys"],
        "list": revoked_list(timezone.now()),
        "today": today.isoformat(),
        "old_after_days": parameter("certificates.list_days", today),
        "labels": {name: str(label) for name, label in words.LABELS.items()},
        "codes": _codes(),
    }
    response = render(request, "certificates/check.html", {"given": given})
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@login_not_required
def keys_json(request: HttpRequest) -> JsonResponse:
    """The public keys with their days (JWKS)."""
    return _answer(keys.known_keys().as_jwks())


@require_safe
@login_not_required
def revoked_json(request: HttpRequest) -> JsonResponse:
    """The signed list of revoked certificates, as of now."""
    return _answer({"list": revoked_list(timezone.now())})


def _answer(said: dict[str, Any]) -> JsonResponse:
    return JsonResponse(said, headers={"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"})


def _codes() -> dict[str, dict[str, str]]:
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    return {part: {code: codes.name(code, language) for code in codes.codes}
            for part, codes in ((part, code_list(name)) for part, name in LISTS.items())}  # fmt: skip
