"""What the ODK Collect app asks for and sends. The token in the path is all that opens these addresses."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from domicile.apps.access.log import record_look
from domicile.apps.collect.openrosa import compiling, jobs, lists, policies, registry, storing, tokens
from domicile.apps.collect.openrosa.models import AppUser
from domicile.apps.common.viewer import Viewer
from domicile.core.messages import openrosa
from domicile.core.messages.submissions import Broken, read_submission

FORM_PART = "xml_submission_file"
INCOMPLETE = "*isIncomplete*"
XML, CSV = "text/xml; charset=utf-8", "text/csv; charset=utf-8"
MOST_IDS = 1000
Answer = Callable[..., HttpResponse]


def door(*methods: str, sending: bool = False) -> Callable[[Answer], Answer]:
    """A view for phones: no cookies, nothing kept on the way. A draining phone may only send."""

    def decorate(view: Answer) -> Answer:
        @wraps(view)
        def inside(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                answer = say(_("This address takes something else."), 405)
                answer["Allow"] = ", ".join(methods)
                return headed(answer)
            try:
                phone = tokens.enter(token, request.META.get("REMOTE_ADDR", ""))
                if not sending and policies.state(phone) != policies.LIVE:
                    raise tokens.TurnedAway
            except tokens.TurnedAway as turned:
                return headed(
                    say(_("This phone is no longer set up for this work. Ask your community."), turned.status)
                )
            return headed(view(request, phone, token=token, **kwargs))

        inside.csrf_exempt = True  # type: ignore[attr-defined]
        inside.login_required = False  # type: ignore[attr-defined]
        return csrf_exempt(inside)

    return decorate


def headed(answer: HttpResponse) -> HttpResponse:
    """What every answer of such a server says."""
    answer["X-OpenRosa-Version"] = "1.0"
    answer["Cache-Control"] = "no-store"
    return answer


def say(message: str, status: int) -> HttpResponse:
    """An answer in words."""
    return HttpResponse(openrosa.response(message, good=status < 300), status=status, content_type=XML)


def base_url(request: HttpRequest, token: str) -> str:
    """The address that the phone was set up with."""
    return request.build_absolute_uri(f"/v1/key/{token}/projects/1")


def viewer_of(phone: AppUser) -> Viewer:
    """The worker in those of the phone's areas that are still theirs."""
    return policies.viewer_of(phone, policies.held_scopes(phone))


def _offered(form: registry.Form, phone: AppUser) -> bool:
    """Whether the worker of a phone is handed a form."""
    return form.offered is None or form.offered(viewer_of(phone))


@door("GET", "HEAD")
def form_list(request: HttpRequest, phone: AppUser, token: str) -> HttpResponse:
    """The forms that are handed out, or the one that `formID` names."""
    wanted, base = request.GET.get("formID"), base_url(request, token)
    listed = []
    for form in registry.forms():
        if wanted in (None, form.id) and _offered(form, phone):
            version = compiling.current(form)
            title = form.title["en" if (get_language() or "").startswith("en") else "zh"]
            listed.append(
                openrosa.ListedForm(
                    form.id, title, form.version, version.md5, f"{base}/forms/{form.id}.xml",
                    f"{base}/forms/{form.id}/manifest" if form.lists else "",
                )
            )  # fmt: skip
    return HttpResponse(openrosa.form_list(listed), content_type=XML)


@door("GET", "HEAD")
def form_xml(request: HttpRequest, phone: AppUser, token: str, form_id: str) -> HttpResponse:
    """Exactly the bytes whose hash stands in the list."""
    form = registry.form(form_id)
    if form is None or not form.open or not _offered(form, phone):
        return say(_("There is no such form."), 404)
    return HttpResponse(bytes(compiling.current(form).xml), content_type=XML)


@door("GET", "HEAD")
def manifest(request: HttpRequest, phone: AppUser, token: str, form_id: str) -> HttpResponse:
    """The entity lists that a form chooses from, as they are now."""
    form = registry.form(form_id)
    if form is None or not form.open or not _offered(form, phone):
        return say(_("There is no such form."), 404)
    base, viewer, files = base_url(request, token), viewer_of(phone), []
    for name in form.lists:
        entities = registry.entity_list(name)
        if entities is not None:
            built = lists.build(phone, viewer, entities)
            files.append(
                openrosa.ListedFile(
                    f"{name}.csv", built.md5, f"{base}/forms/{form_id}/attachments/{name}.csv",
                    f"{base}/datasets/{name}/integrity",
                )
            )  # fmt: skip
    return HttpResponse(openrosa.manifest(files), content_type=XML)


@door("GET")
def attachment(request: HttpRequest, phone: AppUser, token: str, form_id: str, name: str) -> HttpResponse:
    """An entity list of the form. Whom it names stands in the log of looks before the answer is sent."""
    form, list_name = registry.form(form_id), name.removesuffix(".csv")
    entities = registry.entity_list(list_name)
    if form is None or entities is None or list_name not in form.lists or not name.endswith(".csv"):
        return say(_("There is no such file."), 404)
    viewer = viewer_of(phone)
    built = lists.build(phone, viewer, entities)
    record_look(viewer, question="entity_list", persons=entities.persons(built.rows))
    return HttpResponse(built.content, content_type=CSV)


@door("GET")
def integrity(request: HttpRequest, phone: AppUser, token: str, name: str) -> HttpResponse:
    """Which rows that the phone holds are gone from its list."""
    entities = registry.entity_list(name)
    if entities is None:
        return say(_("There is no such list."), 404)
    asked = [one for one in request.GET.get("id", "").split(",") if one][:MOST_IDS]
    there = lists.still_there(viewer_of(phone), entities, asked)
    return HttpResponse(openrosa.integrity(asked, there), content_type=XML)


@door("HEAD", "POST", sending=True)
def submission(request: HttpRequest, phone: AppUser, token: str) -> HttpResponse:
    """Ask what may be sent; send a filled form, whole or in parts."""
    if request.method == "HEAD":
        answer = HttpResponse(status=204)
        answer["X-OpenRosa-Accept-Content-Length"] = str(settings.UPLOAD_LIMIT)
        answer["Location"] = f"{base_url(request, token)}/submission"
        return answer
    return taken(request, phone)


def taken(request: HttpRequest, phone: AppUser) -> HttpResponse:
    """Keep what was sent, then say so. Every refusal leaves it on the phone, with a reason to read there."""
    part = request.FILES.get(FORM_PART)
    if getattr(request, "too_big", 0) or (part is not None and (part.size or 0) > policies.largest_form()):
        return say(_("This is too large to be sent at once."), 413)
    content = part.read() if part is not None else request.POST.get(FORM_PART, "").encode()
    try:
        submitted = read_submission(content)
    except Broken as broken:
        return say(_("This is no filled form (%(code)s).") % {"code": broken.code}, 400)
    form = registry.form(submitted.form_id)
    if form is None or not compiling.was_handed_out(submitted.form_id, submitted.version):
        return say(_("This form, or this version of it, never came from here."), 404)
    if not form.open:
        return say(_("This form is closed."), 409)
    names = [name for name in request.FILES if name != FORM_PART]
    if any(not plain(name) for name in names):
        return say(_("A file has a name that is not taken."), 400)
    files = {name: held.read() for name in names if (held := request.FILES.get(name)) is not None}
    try:
        storing.keep(phone, submitted, content, files, complete=request.POST.get(INCOMPLETE) != "yes")
    except storing.Conflict:
        return say(_("Something else was sent under this id before."), 409)
    except (OSError, OperationalError):
        return say(_("The server cannot keep it now. It stays on the phone; send it again later."), 503)
    jobs.run_soon()
    return say(_("Received and kept."), 201)


def plain(name: str) -> bool:
    """Whether this is the name of a file, without a way to it."""
    return 0 < len(name) <= 120 and name not in {".", ".."} and name.isprintable() and not set(name) & set('/\\:*?"<>|')
