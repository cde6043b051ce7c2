"""The sources, one list from upload to its piles, and putting it away."""

import datetime as dt
import uuid
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.areas.models import Area
from domicile.apps.areas.selectors import area_names, scope_names
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.sources import jobs, policies, rules, selectors, staging, words
from domicile.apps.sources.actions import NeedsColumns, NewList, compare_load, discard, load_list
from domicile.apps.sources.forms import CompareForm, LoadForm
from domicile.apps.sources.models import Load
from domicile.apps.sources.registry import Source, keys, source
from domicile.core.codes.areas import AreaCode

SEEING = (*policies.SEE, policies.LOAD)
SAMPLE = 8
#: Where fewer rows are to be expected nothing is unusual.
FEW = 20
#: Levels of areas that a list may cover: county, township, community.
COVERED = (Area.Level.COUNTY, Area.Level.TOWNSHIP, Area.Level.VILLAGE)


def language() -> str:
    return get_language() or "zh"


@requires(*SEEING)
@never_cache
def overview(request: ViewerRequest) -> HttpResponse:
    """Every source: when it was compared last, and what waits."""
    rows = selectors.overview(request.viewer, timezone.localdate())
    listed = [(one, one.source.name(language()), one.source.kept_by(language()), _state(one.under_way)) for one in rows]
    months = rules.number("compare_months", timezone.localdate())
    return render(
        request, "sources/overview.html", {"rows": listed, "may_load": _may_load(request.viewer), "months": months}
    )


def _state(load: Load | None) -> Any:
    return words.STATES[load.state] if load else ""


def _may_load(viewer: Viewer) -> bool:
    """Whether the role may load lists with some purpose."""
    from domicile.apps.access.purposes import reachable
    from domicile.apps.access.roles import matrix

    return reachable(viewer, (policies.LOAD,), matrix(timezone.localdate()))


@requires(*SEEING)
@never_cache
def one_source(request: ViewerRequest, key: str) -> HttpResponse:
    """One source: what it is compared with, which columns it needs, its lists."""
    kind = _source(key)
    rows = selectors.loads(request.viewer).filter(source=key)[: selectors.HISTORY]
    listed = [(load, words.STATES[load.state], words.time_of(load, kind)) for load in rows]
    columns = [(kind.label(column.name, language()), column.required) for column in kind.columns]
    context = {
        "source": kind, "heading": kind.name(language()), "owner": kind.kept_by(language()), "rows": listed, "columns": columns,
        "may_load": _may_load(request.viewer),
    }  # fmt: skip
    return render(request, "sources/source.html", context)


def _source(key: str) -> Source:
    if key not in keys():
        raise Http404
    return source(key)


@requires(policies.LOAD)
@never_cache
def upload(request: ViewerRequest, key: str) -> HttpResponse:
    """The file, its area and time; and its columns, where they are not recognised."""
    kind, viewer = _source(key), request.viewer
    common: dict[str, Any] = {"source": kind, "scopes": _scopes(viewer)}
    if request.method != "POST":
        return _upload(request, kind, LoadForm(initial=_usual(kind), **common))
    form = LoadForm(request.POST, request.FILES, too_big=getattr(request, "too_big", 0), **common)
    if not form.is_valid():
        return _upload(request, kind, form)
    file, (begin, end) = cast(UploadedFile, form.cleaned_data["file"]), form.days()
    new = NewList(
        source=key, scope=form.cleaned_data["scope"], begin=begin, end=end, file_name=str(file.name), content=file.read(),
        columns=form.columns(),
    )  # fmt: skip
    try:
        load = load_list(actor=viewer, new=new)
    except NeedsColumns as needed:
        initial = {"scope": new.scope, "begin": begin, "last": end - dt.timedelta(days=1)}
        asked = LoadForm(headers=needed.headers, found=needed.found, initial=initial, **common)
        return _upload(request, kind, asked, problem=str(needed.message))
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return _upload(request, kind, form)
    return redirect("sources:load", load.pk)


def _upload(request: ViewerRequest, kind: Source, form: LoadForm, problem: str = "") -> HttpResponse:
    heading = _("Load a list: {source}").format(source=kind.name(language()))
    context = {"form": form, "source": kind, "heading": heading, "problem": problem}
    return render(request, "sources/upload.html", context, status=422 if form.errors or problem else 200)


def _usual(kind: Source) -> dict[str, dt.date]:
    """The days asked for most often: the half year that ended with the last month, or today."""
    today = timezone.localdate()
    if kind.period == "moment":
        return {"begin": today}
    last = today.replace(day=1) - dt.timedelta(days=1)
    months = rules.number("compare_months", today)
    first = last.month - months
    return {"begin": dt.date(last.year + first // 12, first % 12 + 1, 1), "last": last}


def _scopes(viewer: Viewer) -> list[tuple[str, str]]:
    """The viewer's areas, and the townships and communities in them."""
    found = dict(scope_names(viewer))
    for code, name, level in area_names(viewer):
        if level in COVERED:
            found.setdefault(AreaCode(code).prefix, name)
    return sorted(found.items())


@requires(*SEEING)
@never_cache
def load(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One list: what was read and what is odd, or its piles."""
    viewer, row = request.viewer, selectors.load_in_reach(request.viewer, pk)
    kind = source(row.source)
    context = {
        "load": row, "source": kind, "heading": kind.name(language()), "state": words.STATES[row.state],
        "time": words.time_of(row, kind), "area": _area(row.scope),
        "may_load": viewer.may(policies.LOAD) and viewer.covers(row.scope),
    }  # fmt: skip
    if row.state == Load.State.READY:
        counts = selectors.counts(viewer, row)
        piles = [(pile, words.PILES[pile], words.PILE_HELP[pile], *counts[pile]) for pile in words.PILES]
        return render(request, "sources/ready.html", {**context, "piles": piles, "newer": _newer(row)})
    may_begin = policies.may_begin(row, timezone.now())
    asked = words.questions(row)
    form = CompareForm(asks=bool(asked))
    usual = kind.usual_rows(_residents(row), row.begin, row.end)
    columns = _columns(row, kind)
    heads = [label for label, _head in columns]
    more = {
        "questions": asked, "form": form, "may_begin": may_begin,
        "sample": [list(zip(heads, cells, strict=True)) for cells in _sample(viewer, row, kind)],
        "columns": columns, "usual": usual, "unusual": usual[1] >= FEW and not usual[0] <= row.rows <= usual[1],
        "unreadable": [(kind.label(name, language()), count) for name, count in row.report.get("unreadable", {}).items()],
        "cut_off": may_begin and row.state == Load.State.COMPARING,
    }  # fmt: skip
    return render(request, "sources/read.html", {**context, **more})


def _residents(row: Load) -> int:
    from domicile.apps.sources.register import residents

    return residents(row.scope)


def _newer(row: Load) -> Load | None:
    return Load.objects.filter(
        source=row.source, scope=row.scope, state=Load.State.READY, loaded_at__gt=row.loaded_at
    ).first()


def _area(scope: str) -> str:
    found = scope_names(Viewer(None, "", "", (scope,)))
    return found.get(scope, scope)


def _columns(row: Load, kind: Source) -> list[tuple[str, str]]:
    return [(kind.label(name, language()), head) for name, head in row.column_map.items()]


def _sample(viewer: Viewer, row: Load, kind: Source) -> list[list[str]]:
    """The first rows as they were read, numbers masked; the look is on record."""
    if not viewer.may(policies.LOAD) or not viewer.covers(row.scope) or row.state == Load.State.DISCARDED:
        return []
    try:
        frame = staging.read(row.pk).head(SAMPLE)
    except FileNotFoundError:
        return []
    record_look(viewer, question="list_preview")
    found = []
    for one in frame.select(list(row.column_map)).to_dicts():
        shown = words.facts(kind, {name: str(value) for name, value in one.items() if value is not None})
        found.append([shown.get(name, "") for name in row.column_map])
    return found


@require_POST
@requires(policies.LOAD)
def compare(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Compare the list, at once where it is short."""
    row = selectors.load_in_reach(request.viewer, pk)
    answer = request.POST.get("answer", "").strip()
    try:
        if row.rows > jobs.AT_ONCE:
            jobs.compare_in_background(request.viewer, pk, answer)
            messages.info(request, _("The list is compared in the background. Look here again in a minute."))
        else:
            done = compare_load(actor=request.viewer, load_id=pk, answer=answer)
            if done.state == Load.State.ASKED:
                messages.warning(request, _("Something about this list is odd: answer the question first."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect("sources:load", pk)


@requires(policies.LOAD)
@never_cache
def put_away(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a list away, once that was confirmed."""
    row = selectors.load_in_reach(request.viewer, pk)
    kind = source(row.source)
    if request.method != "POST":
        context = {
            "load": row,
            "heading": _("Put this list away"),
            "lead": f"{kind.name(language())} · {words.time_of(row, kind)}",
        }
        return render(request, "sources/discard.html", context)
    try:
        discard(actor=request.viewer, load_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("sources:load", pk)
    messages.success(request, _("The list was put away, with all that it said."))
    return redirect("sources:source", row.source)
