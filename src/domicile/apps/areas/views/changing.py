"""Create, correct and end areas and grids; record what happens to areas."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas import actions, forms, policies, tree, words
from domicile.apps.areas.actions import undoing
from domicile.apps.areas.models import Area, Grid
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.changing import ActionView
from domicile.core.codes.areas import AreaCode

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


class ChangingArea(KeepingArea):
    """What happens to an area: first what follows is shown, as it would be; then it is done."""

    submit_label = _("Show what follows")
    confirm_label: Any = _("Do it")

    def change(self) -> Any:
        """The action."""
        raise NotImplementedError

    def arguments(self, viewer: Viewer, subject: Area, values: dict[str, Any]) -> dict[str, Any]:
        return {"actor": viewer, "area_id": subject.pk, "today": timezone.localdate(), **values}

    def act(self, viewer: Viewer, subject: Area, values: dict[str, Any]) -> Area:
        outcome: actions.Outcome = self.change()(**self.arguments(viewer, subject, values))
        if outcome.tally:
            messages.info(self.request, told(outcome))
        return outcome.area

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """What follows, unless it was shown and confirmed; or the form again, with all that was typed."""
        if "confirmed" in request.POST:
            return super().post(request, **kwargs)
        form = self.form_class(request.POST, **self.form_arguments(self.viewer, self.found))
        if "again" not in request.POST and form.is_valid():
            try:
                outcome = actions.preview(
                    self.change(), **self.arguments(self.viewer, self.found, dict(form.cleaned_data))
                )
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            else:
                return self.following(request, form, outcome)
        return self.shown(request, form)

    def following(self, request: HttpRequest, form: Any, outcome: actions.Outcome) -> HttpResponse:
        """The page that shows what would follow, and asks."""
        context = {
            "heading": self.heading, "lead": f"{self.found.name} {self.found.code}", "consequence": self.consequence,
            "outcome": outcome, "tally": [(words.tally(kind), *counts) for kind, *counts in outcome.tally if any(counts)],
            "kept": [(name, value) for name in form.fields for value in request.POST.getlist(name)],
            "confirm_label": self.confirm_label, "on": form.cleaned_data["on"], "new_name": outcome.area.name,
            "cancel_url": self.back(self.found),
        }  # fmt: skip
        return render(request, "areas/preview.html", context)


def told(outcome: actions.Outcome) -> str:
    """The proof in one sentence."""
    parts = [f"{words.tally(kind)} {before} = {after}" for kind, before, after in outcome.tally if before or after]
    return (
        str(_("Before and after: {figures}.")).format(figures=", ".join(parts))
        if parts
        else str(_("Nobody lives there yet."))
    )


class RenameArea(ChangingArea):
    heading, form_class = _("Record a new name"), forms.RenameForm
    confirm_label = _("Change the name")
    consequence = _(
        "Only the name changes, from this day: code, grids, buildings and people stay as they are. "
        "Days before it show the old name."
    )

    def change(self) -> Any:
        return actions.rename_area


class RecodeArea(ChangingArea):
    heading, form_class = _("Record a new code"), forms.RecodeForm
    confirm_label = _("Change the code")
    consequence = _(
        "All areas, grids, buildings and people inside it, and the roles of staff over it, go on under the new code."
    )

    def form_arguments(self, viewer: Viewer, subject: Area) -> dict[str, Any]:
        return {"initial": {"code": subject.code}}

    def change(self) -> Any:
        return actions.recode_area


class MergeArea(ChangingArea):
    heading, form_class = _("Record a merge"), forms.MergeForm
    confirm_label = _("Merge")
    consequence = _(
        "The area ends, and its grids, buildings and people belong to the other. "
        "Roles over the whole of it end with it: whoever works on needs a role over the other."
    )

    def form_arguments(self, viewer: Viewer, subject: Area) -> dict[str, Any]:
        others = tree.areas_on(viewer, timezone.localdate()).filter(level=subject.level, valid_to=None)
        return {"others": others.exclude(pk=subject.pk)}

    def arguments(self, viewer: Viewer, subject: Area, values: dict[str, Any]) -> dict[str, Any]:
        into = values.pop("into")
        return {**super().arguments(viewer, subject, values), "into_id": into.pk}

    def change(self) -> Any:
        return actions.merge_area


class SplitArea(ChangingArea):
    heading, form_class = _("Record a split"), forms.SplitForm
    confirm_label = _("Split")
    consequence = _(
        "What is chosen, with its buildings and people, belongs to the new area from this day. "
        "Roles over the whole area stay with the old one: whoever works in the new one needs a role there."
    )

    def form_arguments(self, viewer: Viewer, subject: Area) -> dict[str, Any]:
        prefix, rows = (
            AreaCode(subject.code).prefix,
            Area.objects if subject.level == Area.Level.TOWNSHIP else Grid.objects,
        )
        within = rows.filter(prefix_q("code", prefix), valid_to=None).exclude(code=subject.code)
        return {"within": within.defer("boundary").order_by("code"), "initial": {"code": prefix[:-3]}}

    def arguments(self, viewer: Viewer, subject: Area, values: dict[str, Any]) -> dict[str, Any]:
        parts = [row.pk for row in values.pop("parts")]
        return {**super().arguments(viewer, subject, values), "parts": parts}

    def change(self) -> Any:
        return actions.split_area


class UndoAreaChange(KeepingView):
    """Take back what was recorded of an area today."""

    heading, form_class = _("Undo a change of an area"), forms.ReasonForm
    template_name, submit_label, saved = "screens/confirm.html", _("Undo it"), _("The change was undone.")
    consequence = _(
        "Codes, grids, buildings, people and roles go back to where they were before. "
        "Roles that were given over a new area since end with it. Both the change and the undoing stay in the log."
    )

    def subject(self, viewer: Viewer, **kwargs: Any) -> Any:
        return undoing.to_undo(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        area = Area.objects.get(pk=subject.subject_id)
        return {"lead": f"{words.CHANGES[subject.action]}: {area.name} {area.code}"}

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse(self.card, args=[subject.subject_id])

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Area:
        return actions.undo_area_change(
            actor=viewer, change_id=subject.pk, today=timezone.localdate(), reason=values["reason"]
        )


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
