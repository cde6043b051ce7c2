"""The page of coverage: what each side knows of what there is."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.sources import policies, selectors, words
from domicile.apps.sources.coverage import Shown, coverage
from domicile.apps.sources.models import Load
from domicile.apps.sources.registry import source
from domicile.core.demography import Estimate

SMALL = -1
AREA = 12


@requires(*policies.FIGURES)
@never_cache
def figures(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Coverage of a list, by area and month."""
    viewer, today = request.viewer, timezone.localdate()
    load = selectors.load_in_reach(viewer, pk)
    if load.state != Load.State.READY or load.erased_on is not None:
        raise Http404
    kind, found = source(load.source), coverage(viewer, load, today)
    codes = {line.line.key: _code(line.line.key) for line in found.areas}
    names = trails(codes.values(), from_level=4)
    context = {
        "load": load, "heading": _("Coverage"), "lead": f"{kind.name(get_language() or 'zh')} · {words.time_of(load, kind)}",
        "found": found, "whole": _line("", found.whole), "level": f"{found.level:.0%}", "summed": _estimate(found.summed),
        "areas": [_line(in_one(names.get(codes[one.line.key], [])) or _("Area not known"), one) for one in found.areas],
        "months": [_line(one.line.key, one) for one in found.months], "if_none": _estimate(found.if_none),
    }  # fmt: skip
    return render(request, "sources/coverage.html", context)


def _code(key: str) -> str:
    return key if len(key) > AREA else key.ljust(AREA, "0")


def _line(label: str, shown: Shown) -> dict[str, Any]:
    line = shown.line
    return {
        "label": label, "both": _count(line.both), "there": _count(line.there), "here": _count(line.here),
        "of_register": _percent(shown.of_register), "of_list": _percent(shown.of_list), "estimate": _estimate(shown.estimate),
        "doubtful": line.doubtful, "missed": round(shown.estimate.missed) if shown.estimate else None,
    }  # fmt: skip


def _count(count: int) -> str:
    if count == SMALL:
        return _("a few")
    return str(count) if count >= 0 else _("about {count}").format(count=-count)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f}%"


def _estimate(found: Estimate | None) -> str:
    """The number with its interval."""
    if found is None:
        return ""
    low, high = round(found.low), round(found.high)
    return f"{round(found.number)} ({low}–{high})" if low != high else str(round(found.number))
