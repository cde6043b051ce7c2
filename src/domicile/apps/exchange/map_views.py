"""Saved column maps: list, name and share, delete."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import trails
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.exchange import batches, saved_maps
from domicile.apps.exchange.forms import SavedMapForm


@requires("import")
@never_cache
def maps(request: ViewerRequest) -> HttpResponse:
    """The maps that the reader may use."""
    found = list(saved_maps.visible(request.viewer)[:500])
    names, layouts = trails({row.scope for row in found if row.scope}), dict(batches.layouts())
    rows = [
        {
            "map": row,
            "layout": layouts.get(row.layout, row.layout),
            "shared": " ".join(names.get(row.scope, [])) or row.scope,
            "own": row.owner_id == request.viewer.user_id,
            "may_change": saved_maps.may_change(request.viewer, row),
        }
        for row in found
    ]
    return render(request, "exchange/maps.html", {"heading": _("Saved columns"), "rows": rows})


@requires("import")
@never_cache
def saved_map(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Name and share one; what it says is shown beside."""
    row = saved_maps.map_in_reach(request.viewer, pk, to_change=True)
    scopes = {code for code in (*request.viewer.scopes, row.scope) if code}
    names = trails(scopes)
    choices = [(code, " ".join(names.get(code, [])) or code) for code in sorted(scopes)]
    form = SavedMapForm(request.POST or None, scopes=choices, initial={"name": row.name, "scope": row.scope})
    if request.method == "POST" and form.is_valid():
        try:
            saved_maps.change_map(actor=request.viewer, pk=pk, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("exchange:maps")
    columns = [
        (column.label, row.column_map.get(column.name, "")) for column in batches.columns_of(row.layout)
        if row.column_map.get(column.name)
    ]  # fmt: skip
    context = {
        "heading": row.name,
        "form": form,
        "columns": columns,
        "map": row,
        "cancel_url": reverse("exchange:maps"),
    }
    return render(request, "exchange/map.html", context, status=422 if form.errors else 200)


@requires("import")
@never_cache
def delete(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Forget one, after asking."""
    row = saved_maps.map_in_reach(request.viewer, pk, to_change=True)
    if request.method == "POST":
        saved_maps.delete_map(actor=request.viewer, pk=pk)
        messages.success(request, _("Deleted. Files that were loaded with it stay as they are."))
        return redirect("exchange:maps")
    context = {
        "heading": _("Delete “{name}”?").format(name=row.name),
        "consequence": _("Files with these headers will have to be given their columns again."),
        "submit_label": _("Delete"),
        "cancel_url": reverse("exchange:maps"),
        "form": None,
    }
    return render(request, "screens/confirm.html", context)
