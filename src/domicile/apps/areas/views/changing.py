"""Create, correct and end areas and grids; record what happens to areas."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas import actions, forms, policies, tree
from domicile.apps.areas.models import Area, Grid
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.changing import ActionView

SAVED = _("Saved.")


class KeepingView(ActionView):
    """What all have in common: the right to keep areas, the day, the way back to the card."""

    permissions = (policies.PERMISSION,)
    saved = SAVED
    card = "areas:area"

    def back(self, subject: Any, result: Any = None) -> str:
        shown = result or subject
        return reverse(self.card, args=[shown.pk]) if shown is not None else reverse("areas:areas")


class KeepingArea(KeepingView):
    """A change of one area that the viewer keeps."""

    def subject(self, viewer: Viewer, **kwargs: Any) -> Area:
        found = tree.area(viewer, kwargs["pk"])
        policies.check_may_keep(viewer, found.code)
        return found

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"lead": f"{subject.name} {subject.code}"}


class KeepingGrid(KeepingView):
    """A change of one grid that the viewer keeps."""

    card = "areas:grid"

    def subject(self, viewer: Viewer, **kwargs: Any) -> Grid:
        found = tree.grid(viewer, kwargs["pk"])
        policies.check_may_keep(viewer, found.code)
        return found

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"lead": f"{subject.name} {subject.code}"}


class AddArea(KeepingView):
    heading, form_class = _("Add an area"), forms.NewAreaForm

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Area:
        return actions.create_area(actor=viewer, today=timezone.localdate(), **values)

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"initial": {"code": self.request.GET.get("within", "")[:12].rstrip("0")}}


class EditArea(KeepingArea):
    heading, form_class = _("Correct an area"), forms.AreaForm

    def form_arguments(self, viewer: Viewer, subject: Area) -> dict[str, Any]:
        return {"initial": {name: getattr(subject, name) for name in ("name", "urban_rural", "valid_from")}}

    def act(self, viewer: Viewer, subject: Area, values: dict[str, Any]) -> Area:
        return actions.edit_area(actor=viewer, area_id=subject.pk, today=timezone.localdate(), **values)


class RetireArea(KeepingArea):
    heading, form_class = _("End an area"), forms.DayForm
    template_name, submit_label = "screens/confirm.html", _("End it")
    consequence = _(
        "From this day the area exists no longer. If another takes its place, record a merge or a new code instead."
    )

    def act(self, viewer: Viewer, subject: Area, values: dict[str, Any]) -> Area:
        return actions.retire_area(actor=viewer, area_id=subject.pk, today=timezone.localdate(), **values)


class RenameArea(KeepingArea):
    heading, form_class = _("Record a new name"), forms.RenameForm

    def act(self, viewer: Viewer, subject: Area, values: dict[str, Any]) -> Area:
        return actions.rename_area(actor=viewer, area_id=subject.pk, today=timezone.localdate(), **values)


class RecodeArea(KeepingArea):
    heading, form_class = _("Record a new code"), forms.RecodeForm
    template_name, submit_label = "screens/confirm.html", _("Change the code")
    consequence = _(
        "All areas, grids, buildings and people inside it, and the roles of staff over it, go on under the new code."
    )

    def form_arguments(self, viewer: Viewer, subject: Area) -> dict[str, Any]:
        return {"initial": {"code": subject.code}}

    def act(self, viewer: Viewer, subject: Area, values: dict[str, Any]) -> Area:
        return actions.recode_area(actor=viewer, area_id=subject.pk, today=timezone.localdate(), **values)


class MergeArea(KeepingArea):
    heading, form_class = _("Record a merge"), forms.MergeForm
    template_name, submit_label = "screens/confirm.html", _("Merge")
    consequence = _(
        "The community ends, and its grids, buildings and people belong to the other. "
        "Roles over the whole of it end with it: whoever works on needs a role over the other."
    )

    def form_arguments(self, viewer: Viewer, subject: Area) -> dict[str, Any]:
        others = tree.areas_on(viewer, timezone.localdate()).filter(level=Area.Level.VILLAGE, valid_to=None)
        return {"others": others.exclude(pk=subject.pk)}

    def act(self, viewer: Viewer, subject: Area, values: dict[str, Any]) -> Area:
        into = values.pop("into")
        return actions.merge_area(
            actor=viewer, area_id=subject.pk, into_id=into.pk, today=timezone.localdate(), **values
        )


class SplitArea(KeepingArea):
    heading, form_class = _("Record a split"), forms.SplitForm
    template_name, submit_label = "screens/confirm.html", _("Split")
    consequence = _("The chosen grids, with their buildings and people, belong to the new community from this day.")

    def form_arguments(self, viewer: Viewer, subject: Area) -> dict[str, Any]:
        within = Grid.objects.filter(prefix_q("code", subject.code), valid_to=None).defer("boundary").order_by("code")
        return {"within": within, "initial": {"code": subject.code[:9]}}

    def act(self, viewer: Viewer, subject: Area, values: dict[str, Any]) -> Area:
        grids = [grid.pk for grid in values.pop("grids")]
        return actions.split_area(actor=viewer, area_id=subject.pk, grids=grids, today=timezone.localdate(), **values)


class AddGrid(KeepingView):
    heading, form_class, card = _("Add a grid"), forms.NewGridForm, "areas:grid"

    def subject(self, viewer: Viewer, **kwargs: Any) -> Any:
        within = self.request.GET.get("within", "")
        if within and not viewer.covers(within):
            raise NotAllowed("area outside the scope")
        return None

    def back(self, subject: Any, result: Any = None) -> str:
        return super().back(subject, result) if result is not None else reverse("areas:grids")

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"initial": {"code": self.request.GET.get("within", "")[:12]}}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Grid:
        return actions.create_grid(actor=viewer, today=timezone.localdate(), **values)


class EditGrid(KeepingGrid):
    heading, form_class = _("Correct a grid"), forms.GridForm

    def form_arguments(self, viewer: Viewer, subject: Grid) -> dict[str, Any]:
        names = ("name", "tier", "special_kind", "compound_kind", "land_area", "valid_from")
        return {"initial": {name: getattr(subject, name) for name in names}}

    def act(self, viewer: Viewer, subject: Grid, values: dict[str, Any]) -> Grid:
        return actions.edit_grid(actor=viewer, grid_id=subject.pk, today=timezone.localdate(), **values)


class RetireGrid(KeepingGrid):
    heading, form_class = _("End a grid"), forms.DayForm
    template_name, submit_label = "screens/confirm.html", _("End it")
    consequence = _("Its buildings stay in the community, in no grid, until another grid takes them.")

    def act(self, viewer: Viewer, subject: Grid, values: dict[str, Any]) -> Grid:
        return actions.retire_grid(actor=viewer, grid_id=subject.pk, today=timezone.localdate(), **values)
