"""Orders of plates: make one, see how far it has come, print it and its plates; give out codes."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.models import Area
from domicile.apps.areas.selectors import areas, in_one, trails
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.places import actions, forms, words
from domicile.apps.places.models import OrderedPlate, PlateOrder
from domicile.apps.places.plates import IN_ORDER
from domicile.apps.places.printing import print_building, print_order, print_plates
from domicile.apps.places.scope import building_in_scope, order_in_scope
from domicile.apps.screens.changing import ActionView
from domicile.core.addresses.codes import written

COMMUNITY = 12
PAGE = 100
STATES: dict[str, dict[str, Any]] = {
    "all": {},
    "ordered": {"delivered_on": None},
    "delivered": {"delivered_on__isnull": False, "mounted_on": None},
}


def communities(viewer: Viewer) -> list[tuple[str, str]]:
    """Whole communities inside the viewer's areas, as choices."""
    held = areas(viewer) if viewer.may("view_areas") else []
    return [(row.code, row.name) for row in held if row.level == Area.Level.VILLAGE and viewer.covers(row.code)]


class AddOrder(ActionView):
    """Order what is lacking in a community."""

    heading, form_class = gettext_lazy("Order plates"), forms.OrderForm
    permissions = ("apply_change",)
    submit_label = gettext_lazy("Make the order")
    lead = gettext_lazy(
        "What was ordered before is left out. Buildings without a number get no plate: give them one first."
    )

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"communities": communities(viewer), "initial": {"community": self.request.GET.get("community", "")}}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> PlateOrder:
        arguments = actions.Order(
            community=values["community"], kinds=tuple(values["kinds"]), reason=values["reason"], again=values["again"],
            note=values["note"],
        )  # fmt: skip
        return actions.order_plates(actor=viewer, arguments=arguments, today=timezone.localdate())

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("places:order", args=[result.pk]) if result else reverse("places:orders")


@require_safe
@requires("view_dwelling")
def order(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One order with its plates and how far each has come."""
    return _order(request, order_in_scope(request.viewer, pk))


def _order(request: ViewerRequest, row: PlateOrder, problem: str = "") -> HttpResponse:
    state = request.GET.get("state", "all")
    lines = row.lines.filter(**STATES.get(state, {})).order_by(*IN_ORDER)
    asked = request.GET.get("page", "1")
    number = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    found = list(lines[(number - 1) * PAGE : number * PAGE + 1])
    context = {
        "order": row,
        "community": in_one(trails([row.place_code], from_level=5).get(row.place_code, [])),
        "lines": [
            {
                "row": line,
                "kind": words.PLATE_KINDS[line.kind],  # type: ignore[index]
                "reason": words.PLATE_REASONS[line.reason],  # type: ignore[index]
                "state": words.plate_state(line),
                "code": written(line.code),
            }
            for line in found[:PAGE]
        ],
        "state": state,
        "states": [("all", _("all")), ("ordered", _("ordered")), ("delivered", _("arrived"))],
        "count": row.lines.count(),
        "page": number,
        "next_page": number + 1 if len(found) > PAGE else 0,
        "may_keep": request.viewer.may("apply_change") and request.viewer.covers(row.place_code[:COMMUNITY]),
        "today": timezone.localdate().isoformat(),
        "problem": problem,
    }
    return render(request, "places/order.html", context, status=422 if problem else 200)


@require_POST
@requires("apply_change")
def mark(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Note that chosen plates, or all that wait, were delivered or mounted."""
    row = order_in_scope(request.viewer, pk)
    form = forms.MarkForm(request.POST)
    if not form.is_valid():
        return _order(request, row, _("Give the day, such as 2025-01-31."))
    mounted = request.POST.get("done") == "mounted"
    if request.POST.get("all"):
        waiting = {"mounted_on": None} if mounted else {"delivered_on": None}
        chosen = list(row.lines.filter(**waiting).values_list("pk", flat=True))
    else:
        chosen = [found for text in request.POST.getlist("line") if (found := _uuid(text))]
    day = form.cleaned_data["on"]
    try:
        count = actions.mark_plates(
            actor=request.viewer, order_id=pk, lines=chosen, today=timezone.localdate(),
            **({"mounted_on": day} if mounted else {"delivered_on": day}),
        )  # fmt: skip
    except Refused as refusal:
        return _order(request, row, str(refusal.message))
    messages.success(request, _("Plates marked: {count}").format(count=count))
    return redirect("places:order", pk)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@require_POST
@requires("apply_change")
def cancel(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an order back of which nothing was delivered."""
    row = order_in_scope(request.viewer, pk)
    try:
        actions.cancel_order(actor=request.viewer, order_id=pk)
    except Refused as refusal:
        return _order(request, row, str(refusal.message))
    messages.success(request, _("The order was taken back."))
    return redirect("places:orders")


@require_safe
@requires("view_dwelling")
def order_pdf(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The order as it goes to the maker."""
    return print_order(request.viewer, order_in_scope(request.viewer, pk))


@require_safe
@requires("view_dwelling")
def order_plates_pdf(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The plates of an order."""
    row = order_in_scope(request.viewer, pk)
    lines = list(OrderedPlate.objects.filter(order=row).order_by(*IN_ORDER)[:1000])
    name = f"{_('Plates')}-{row.ordered_on.isoformat()}"
    return print_plates(request.viewer, lines, row.place_code, title=_("Plates"), name=name)


@require_safe
@requires("view_dwelling")
def building_plates_pdf(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The plates of one building."""
    return print_building(request.viewer, building_in_scope(request.viewer, pk))


class GiveOutCodes(ActionView):
    """Codes for what was on file before there were codes."""

    heading, form_class = gettext_lazy("Give out codes"), forms.CodesForm
    permissions = ("apply_change",)
    submit_label = gettext_lazy("Give out codes")
    lead = gettext_lazy(
        "Streets, number plates, buildings and dwellings that have no code yet get one. Codes never change."
    )

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"communities": communities(viewer)}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> int:
        area = Area.objects.filter(code=values["community"], valid_to=None).first()
        if area is None:
            raise OutOfReach
        count = actions.give_out_codes(actor=viewer, community=area.code, area_id=area.pk)
        messages.success(self.request, _("Buildings that got a code: {count}").format(count=count))
        return count

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("places:buildings")
