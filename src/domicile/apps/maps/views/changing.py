"""Borders drawn, pasted or chosen from lists: first what would follow is shown, then it is written; undo."""

import csv
import io
import re
import uuid
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.areas import policies as area_policies
from domicile.apps.areas import tree
from domicile.apps.areas.actions import boundaries
from domicile.apps.areas.actions.boundaries_plan import Ground, Plan
from domicile.apps.areas.models import Grid
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.maps import actions, forms, policies, selectors, sketch
from domicile.apps.screens.changing import ActionView
from domicile.core.codes.areas import NO_GRID

COMMUNITY = 12


class PlannedView(ActionView):
    """A change in two steps: the first sending shows what would follow, the second, confirmed, writes it."""

    permissions = (policies.KEEP,)
    template_name = "maps/border.html"
    submit_label = _("Show what follows")
    saved = _("Saved. It can be undone on the page of the grid.")

    def plan(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Plan:
        """What would follow. Raises Refused."""
        raise NotImplementedError

    def back(self, subject: Any, result: Any = None) -> str:
        shown = result or subject
        address = reverse("maps:map")
        return f"{address}#grid={shown.pk.hex}" if isinstance(shown, Grid) else address

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """What would follow; the change once that is confirmed."""
        if request.POST.get("confirmed") == "1":
            return super().post(request, **kwargs)
        arguments = self.form_arguments(self.viewer, self.found)
        if request.POST.get("from_map") == "1":  # drawn, and still to be named
            arguments["initial"] = {**arguments.get("initial", {}), **request.POST.dict()}
            return self.shown(request, self.form_class(**arguments))
        form = self.form_class(request.POST, request.FILES, **arguments)
        if form.is_valid():
            try:
                plan = self.plan(self.viewer, self.found, form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            else:
                return self.previewed(request, form, plan)
        return self.shown(request, form)

    def previewed(self, request: HttpRequest, form: django_forms.Form, plan: Plan) -> HttpResponse:
        """The page between the two steps: figures, notes, a sketch, and the values to send again."""
        values = {name: value for name, value in form.cleaned_data.items() if name in form.fields}
        again = [(name, one) for name, value in values.items() for one in _plain(value)]
        names = dict(Grid.objects.filter(code__in=_codes(plan), valid_to=None).values_list("code", "name"))
        following = selectors.following([(row.id, row.old, row.new) for row in plan.moved])
        context = {
            "heading": self.heading,
            "lead": self.lead or (str(self.found) if self.found is not None else ""),
            "plan": plan,
            "again": again,
            "following": following,
            "rows": [(text, _name(names, old), _name(names, new)) for text, old, new in following.buildings[:50]],
            "more": max(0, len(following.buildings) - 50),
            "sketch": sketch.of_plan(plan, names),
            "cancel_url": self.back(self.found),
        }
        return render(request, "maps/follows.html", context)


class GridView(PlannedView):
    """A change of one grid that the viewer keeps."""

    def subject(self, viewer: Viewer, **kwargs: Any) -> Grid:
        found = tree.grid(viewer, kwargs["pk"])
        area_policies.check_may_keep(viewer, found.code[:COMMUNITY])
        return found

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"lead": f"{subject.name} {subject.code}"}


class Redraw(GridView):
    heading, form_class = _("Redraw the border"), forms.BorderForm

    def form_arguments(self, viewer: Viewer, subject: Grid) -> dict[str, Any]:
        return {"initial": {"boundary": sketch.as_text(Grid.objects.get(pk=subject.pk).boundary)}}

    def plan(self, viewer: Viewer, subject: Grid, values: dict[str, Any]) -> Plan:
        return boundaries.plan_redraw(
            viewer, subject.pk, values["boundary"], neighbours_follow=values["neighbours_follow"]
        )

    def act(self, viewer: Viewer, subject: Grid, values: dict[str, Any]) -> Grid:
        return boundaries.redraw_grid(actor=viewer, grid_id=subject.pk, **values)


class Split(GridView):
    heading, form_class = _("Split the grid"), forms.SplitForm

    def form_arguments(self, viewer: Viewer, subject: Grid) -> dict[str, Any]:
        code = _next_code(subject.code[:COMMUNITY])
        return {"initial": {"code": code, "name": _beside(subject.name, code) if code else ""}}

    def plan(self, viewer: Viewer, subject: Grid, values: dict[str, Any]) -> Plan:
        return boundaries.plan_split(viewer, subject.pk, values["line"])

    def act(self, viewer: Viewer, subject: Grid, values: dict[str, Any]) -> Grid:
        return boundaries.split_grid(actor=viewer, grid_id=subject.pk, today=timezone.localdate(), **values)


class Merge(GridView):
    heading, form_class = _("Take other grids in"), forms.MergeForm

    def form_arguments(self, viewer: Viewer, subject: Grid) -> dict[str, Any]:
        others = _small_grids(subject.code[:COMMUNITY]).exclude(pk=subject.pk)
        return {"others": others, "initial": {"others": self.request.GET.getlist("others")}}

    def plan(self, viewer: Viewer, subject: Grid, values: dict[str, Any]) -> Plan:
        return boundaries.plan_merge(viewer, subject.pk, [grid.pk for grid in values["others"]])

    def act(self, viewer: Viewer, subject: Grid, values: dict[str, Any]) -> Grid:
        others = [grid.pk for grid in values.pop("others")]
        return boundaries.merge_grids(
            actor=viewer, grid_id=subject.pk, others=others, today=timezone.localdate(), **values
        )


class Draw(PlannedView):
    heading, form_class = _("Draw a new grid"), forms.DrawForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> None:
        area_policies.check_may_keep(viewer, self._community())

    def _community(self) -> str:
        code = self.request.GET.get("within", "")[:COMMUNITY]
        if len(code) != COMMUNITY or not (code.isascii() and code.isdigit()):
            raise NotAllowed("no community is named")
        return code

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"initial": {"code": _next_code(self._community())}}

    def plan(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Plan:
        return boundaries.plan_draw(
            viewer,
            self._community(),
            values["boundary"],
            code=values["code"],
            neighbours_follow=values["neighbours_follow"],
        )

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Grid:
        return boundaries.draw_grid(actor=viewer, community=self._community(), today=timezone.localdate(), **values)


class MoveBuildings(GridView):
    heading, form_class = _("Move buildings to another grid"), forms.MoveForm

    def form_arguments(self, viewer: Viewer, subject: Grid) -> dict[str, Any]:
        community = subject.code[:COMMUNITY]
        held = selectors.buildings_of(viewer, community)
        grids = _small_grids(community)
        return {"grids": grids, "buildings": [*held.get(subject.code, []), *held.get(community + NO_GRID, [])]}

    def plan(self, viewer: Viewer, subject: Grid, values: dict[str, Any]) -> Plan:
        return boundaries.plan_move(viewer, values["to"].pk, values["buildings"])

    def act(self, viewer: Viewer, subject: Grid, values: dict[str, Any]) -> Grid:
        to = values.pop("to")
        return boundaries.move_buildings(actor=viewer, grid_id=to.pk, **values)


class Place(ActionView):
    """Where one building stands: tapped on the map, or typed."""

    permissions = (policies.KEEP,)
    heading, form_class, saved = _("Put the building on the map"), forms.PlaceForm, _("Saved.")

    def subject(self, viewer: Viewer, **kwargs: Any) -> Any:
        return selectors.reach_building(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"lead": selectors.label(subject)}

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"initial": {"longitude": subject.longitude, "latitude": subject.latitude}}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Any:
        point = values["longitude"], values["latitude"]
        actions.place_buildings(actor=viewer, points={subject.pk: point}, reason=values["reason"])

    def back(self, subject: Any, result: Any = None) -> str:
        return f"{reverse('maps:map')}#building={subject.pk.hex}"


class Places(ActionView):
    """Where the buildings of a community stand, pasted from a spreadsheet."""

    permissions = (policies.KEEP,)
    heading, form_class, saved = _("Places of many buildings"), forms.PlacesForm, _("Saved.")

    def subject(self, viewer: Viewer, **kwargs: Any) -> str:
        area_policies.check_may_keep(viewer, kwargs["code"])
        return str(kwargs["code"])

    def act(self, viewer: Viewer, subject: str, values: dict[str, Any]) -> int:
        points = _points(selectors.buildings_of(viewer, subject), values["lines"])
        return actions.place_buildings(actor=viewer, points=points, reason=values["reason"])

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("maps:map")


@require_POST
@requires(policies.KEEP)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Put back what a change of borders did."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    try:
        code = boundaries.undo_boundaries(actor=viewer, change_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return HttpResponseRedirect(reverse("maps:map"))
    messages.success(request, str(_("The change was undone.")))
    grid = Grid.objects.filter(code=code, valid_to=None).only("id").first()
    return HttpResponseRedirect(f"{reverse('maps:map')}#grid={grid.pk.hex}" if grid else reverse("maps:map"))


def _points(held: dict[str, list[Any]], text: str) -> dict[uuid.UUID, tuple[float, float]]:
    """The lines as (longitude, latitude) by building. Raises Refused that names the line."""
    standing = [row for rows in held.values() for row in rows]
    known = {f"{row.street}{row.plate}{row.name}": row.pk for row in standing}
    known |= {selectors.label(row): row.pk for row in standing}
    found = {}
    for number, cells in enumerate(_cells(text), 1):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            address, longitude, latitude = (cell.strip() for cell in cells)
            point = float(longitude), float(latitude)
        except ValueError:
            raise Refused(
                _("Line {number}: write address, longitude and latitude.").format(number=number), "lines"
            ) from None
        if address not in known:
            raise Refused(
                _("Line {number}: there is no building at {address} in this community.").format(
                    number=number, address=address[:40]
                ),
                "lines",
            )
        try:
            actions.check_point(point)
        except Refused as refusal:
            raise Refused(
                _("Line {number}: {problem}").format(number=number, problem=refusal.message), "lines"
            ) from refusal
        found[known[address]] = point
    return found


def _cells(text: str) -> list[list[str]]:
    """The cells of each line. Raises Refused for what is no table."""
    delimiter = "\t" if "\t" in text else ","
    try:
        return list(csv.reader(io.StringIO(text.replace("，", ",")), delimiter=delimiter))
    except csv.Error:
        raise Refused(_("Line {number}: write address, longitude and latitude.").format(number=1), "lines") from None


def _small_grids(community: str) -> Any:
    rows = Grid.objects.filter(prefix_q("code", community), valid_to=None, tier=Grid.Tier.SMALL)
    return rows.defer("boundary").order_by("code")


def _next_code(community: str) -> str:
    try:
        return Ground.free_code(community)
    except Refused:
        return ""


def _beside(name: str, code: str) -> str:
    """A name for the new grid: 柳溪社区第4网格 where the old one is 柳溪社区第1网格."""
    serial = int(code[COMMUNITY:])
    found, numbered = re.subn(r"第[0-9]+网格$", f"第{serial}网格", name)
    return found if numbered else f"{name}{serial}"


def _codes(plan: Plan) -> set[str]:
    return {*plan.borders, *(code for row in plan.moved for code in (row.old, row.new))}


def _name(names: dict[str, str], code: str) -> Any:
    return names.get(code, _("in no grid") if code.endswith(NO_GRID) else _("the new grid"))


def _plain(value: Any) -> list[str]:
    """A cleaned value as it is sent again by a form."""
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["on"]
    if isinstance(value, str | int | float | uuid.UUID):
        return [str(value)]
    if isinstance(value, Grid):
        return [str(value.pk)]
    return [text for one in value for text in _plain(one)]
