"""The interface itself: every operation behind the same door, every problem told in the same shape."""

import hashlib
import re
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from ninja.utils import normalize_path

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.api import doors, problems, schemas, writing
from domicile.apps.api.reading import people, places, shapes, uses
from domicile.apps.api.reading.calls import Call
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

VERSION = "1"
JSON = "application/json"


class Bearer(HttpBearer):
    """`Authorization: Bearer dom_…`. A cookie opens nothing here, so no other site can act in somebody's name."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        entered = doors.enter(token, request.META.get("REMOTE_ADDR", ""))
        if entered is None:
            return None
        request.viewer = entered.viewer  # type: ignore[attr-defined]
        return entered.token


@cache
def interface() -> NinjaAPI:
    """All operations. Built when the first address is asked for: by then every app has registered its changes."""
    api = NinjaAPI(
        title="domicile",
        version=VERSION,
        description="Read a register of people, dwellings and grids, and propose or make changes.",
        docs_url=None,
        openapi_url=None,
        auth=Bearer(),
        urls_namespace="api-v1",
    )
    api.get("/me", response=schemas.Me, tags=[ME], summary=ME_SUMMARY, operation_id="read_me")(me)
    api.add_router("", places.router)
    api.add_router("", uses.router)
    api.add_router("", people.router)
    api.add_router("", writing.router_of_changes())
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
    return api


ME, ME_SUMMARY = gettext_noop("This token"), gettext_noop("What this token may do")


def me(request: Call) -> Any:
    """The areas, the purpose and the permissions that hold today."""
    viewer, token = request.viewer, request.auth
    return {
        "client": token.client,
        "owner": viewer.name,
        "role": viewer.role,
        "purpose": viewer.purpose,
        "scopes": list(viewer.scopes),
        "permissions": sorted(viewer.permissions),
        "expires_on": token.expires_on,
    }


def addresses() -> list[URLPattern]:
    """The addresses of all operations, each open to programs and closed to browsers' sessions."""
    asked = queries()
    patterns = []
    for pattern in interface().urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
            pattern.callback = door(pattern.callback, asked[path])
            patterns.append(pattern)
    return patterns


def queries() -> dict[str, dict[str, frozenset[str]]]:
    """What may stand behind the question mark, by path and method.

    Read from the operations: every process that looks up any address asks for it, and to describe the whole interface, as
    programs read it, takes longer than all other addresses together.
    """
    found: dict[str, dict[str, frozenset[str]]] = {}
    for router in interface()._get_bound_routers():
        for path, view in router.path_operations.items():
            by_method = found.setdefault(normalize_path(re.sub(r"{[^}:]+:", "{", f"/{router.prefix}/{path}")), {})
            for operation in view.operations:
                models = (model for model in operation.models if model.__ninja_param_source__ == "query")
                names = frozenset(name for model in models for name in model.__ninja_flatten_map__)
                by_method |= dict.fromkeys(map(str.upper, operation.methods), names)
    return found


def door(view: Callable[..., Any], queries: dict[str, frozenset[str]]) -> Callable[..., HttpResponse]:
    """A view for programs: no sign-in page, no cookies, nothing kept on the way; problems also for wrong methods.

    `queries` names what may stand behind the question mark: a misspelt filter is told and not passed over.
    """

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.viewer = Viewer(user_id=None, name="", role="", channel=doors.CHANNEL)  # type: ignore[attr-defined]
        unknown = sorted(set(request.GET) - queries.get(str(request.method), frozenset(request.GET)))
        if unknown:
            response = problems.invalid([{"loc": ("query", name), "type": "extra_forbidden"} for name in unknown])
        elif request.method in {"POST", "PUT", "PATCH"} and request.content_type != JSON:
            response = problems.problem("media_type", _("Send the body as application/json."))
        else:
            response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response.headers.get("Allow", "")
            response = problems.problem("method", _("Allowed here: %(methods)s.") % {"methods": allowed})
            response["Allow"] = allowed
        return _headed(request, response)

    inside.csrf_exempt = True  # type: ignore[attr-defined]
    inside.login_required = False  # type: ignore[attr-defined]
    return inside


def _headed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What is about people is kept nowhere; the rest may be kept by the program, and asked for anew by its ETag."""
    patch_vary_headers(response, ["Authorization", "Accept-Language"])
    if not getattr(request, "may_keep", False) or response.status_code != 200:
        response["Cache-Control"] = "no-store"
        return response
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if response["ETag"] in parse_etags(request.headers.get("If-None-Match", "")):
        kept = HttpResponse(status=304)
        for name in ("ETag", "Cache-Control", "Vary"):
            kept[name] = response[name]
        return kept
    return response


# --- problems ----------------------------------------------------------------------------------------------------------


def _token(request: HttpRequest, error: Exception) -> HttpResponse:
    answer = problems.problem(
        "token",
        _(
            "Send a valid token as `Authorization: Bearer dom_…`. An expired or revoked one is replaced on the page of tokens."
        ),
    )
    answer["WWW-Authenticate"] = 'Bearer realm="domicile"'
    return answer


def _locked(request: HttpRequest, error: Any) -> HttpResponse:
    minutes = error.seconds // 60
    answer = problems.problem(
        "too_many", _("Correct the token and try again in %(minutes)s minutes.") % {"minutes": minutes}
    )
    answer["Retry-After"] = str(error.seconds)
    return answer


def _out_of_reach(request: Any, error: Any) -> HttpResponse:
    record_look(request.viewer, question="refused", persons=error.persons)
    return problems.not_found(request)


def _not_allowed(request: HttpRequest, error: Exception) -> HttpResponse:
    return problems.problem(
        "not_allowed",
        _("The token's permissions, its purpose or the rights of its owner do not allow this (see /api/v1/me)."),
    )


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    faults = [problems.Fault("body", error.field, str(error.message))] if error.field else []
    return problems.problem("refused", error.message, faults)


def _faulty(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.problem("invalid", _("Correct what `errors` names and send it again."), [error.fault])


def _unclear(request: HttpRequest, error: Any) -> HttpResponse:
    faults = [problems.Fault("body", error.field, error.message)]
    return problems.problem("invalid", _("Correct what `errors` names and send it again."), faults)


def _trouble(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.problem(error.code, error.detail)


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    if error.status_code == 413:
        return problems.problem("too_large", _("Send less at once."))
    return problems.problem("unreadable", _("The body is no JSON in UTF-8."))


HANDLERS: dict[Any, Callable[[HttpRequest, Any], HttpResponse]] = {
    AuthenticationError: _token,
    doors.Locked: _locked,
    OutOfReach: _out_of_reach,
    NotAllowed: _not_allowed,
    Refused: _refused,
    problems.Faulty: _faulty,
    problems.Trouble: _trouble,
    shapes.Unclear: _unclear,
    ValidationError: lambda request, error: problems.invalid(error.errors),
    HttpError: _unreadable,
}
