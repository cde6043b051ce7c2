"""Add, correct, end and restore buildings and dwellings; say how a dwelling is used; rename a street."""

import uuid
from dataclasses import fields
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.models import Area
from domicile.apps.areas.placefilter import place_choices
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.collect.proposing import ChangeView
from domicile.apps.common.viewer import Viewer
from domicile.apps.places import actions, forms, handlers
from domicile.apps.places.models import Building, Dwelling, Street
from domicile.apps.places.scope import building_in_scope, dwelling_in_scope, street_in_scope
from domicile.apps.places.writing import building_address, plain, typed_parts
from domicile.apps.tasks.policies import may_arrange
from domicile.core.codes.areas import NO_GRID

COMMUNITY = 12


class PlaceChange(ChangeView):
    """`kind` is the registered kind of change, `arguments` its dataclass, `named` the field that names the subject."""

    arguments: ClassVar[type[Any]]
    named: ClassVar[str] = ""
    template_name = "places/change.html"

    def about(self, subject: Any) -> Subject:
        """Whom the change is about."""
        raise NotImplementedError

    def place(self, subject: Any) -> str:
        return self.about(subject).place_code

    def change(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Outcome:
        known = {field.name for field in fields(self.arguments)}
        given = {name: value for name, value in values.items() if name in known}
        arguments = self.arguments(**{self.named: subject.pk}, **given)
        return submit(
            actor=viewer, action=self.kind, subject=self.about(subject), arguments=arguments, reason=values["reason"]
        )


class AddBuilding(ChangeView):
    """A building that is not on file yet."""

    heading, form_class, submit_label = _("Add a building"), forms.NewBuildingForm, _("Add")

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        choices = []
        for code, name in place_choices(viewer):
            if len(code) == COMMUNITY and viewer.covers(code + NO_GRID):
                choices.append((code + NO_GRID, _("{community}, in no grid yet").format(community=name)))
            elif len(code) == COMMUNITY + 3:
                choices.append((code, name))
        choices.sort(key=lambda pair: (pair[0].endswith(NO_GRID), pair[0]))
        return {"places": choices, "initial": {"place_code": self.request.GET.get("place", "")}}

    def change(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Outcome:
        place = values["place_code"]
        area = Area.objects.filter(code=place[:COMMUNITY], valid_to=None).first()
        if area is None:
            raise OutOfReach
        arguments = actions.AddBuilding(place, values["street"], values["plate"], values["building"])
        return submit(
            actor=viewer, action=handlers.ADD_BUILDING, subject=Subject("area", area.pk, place), arguments=arguments,
            reason=values["reason"],
        )  # fmt: skip

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("places:building", args=[result]) if result else reverse("places:buildings")


class OfBuilding(PlaceChange):
    """A change of one building."""

    named = "building_id"

    def subject(self, viewer: Viewer, **kwargs: Any) -> Building:
        return building_in_scope(viewer, kwargs["pk"])

    def about(self, subject: Building) -> Subject:
        return Subject("building", subject.pk, subject.place_code)

    def back(self, subject: Building, result: Any = None) -> str:
        return reverse("places:building", args=[subject.pk])

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"lead": building_address(subject)}


class CorrectBuilding(OfBuilding):
    heading, form_class = _("Correct the address of a building"), forms.CorrectBuildingForm
    kind, arguments = handlers.CORRECT_BUILDING, actions.CorrectBuilding
    consequence = _("All dwellings of the building get the new address.")

    def form_arguments(self, viewer: Viewer, subject: Building) -> dict[str, Any]:
        return {"initial": typed_parts(subject)}


class DemolishBuilding(OfBuilding):
    heading, form_class = _("Mark a building demolished"), forms.EndForm
    kind, arguments = handlers.DEMOLISH_BUILDING, actions.DemolishBuilding
    template_name, submit_label = "screens/confirm.html", _("Mark demolished")
    consequence = _(
        "All its dwellings end on this day. Nobody is struck off: people who live or are registered there stay on file "
        "and are listed, so that you can help them to register where they live."
    )


class RestoreBuilding(OfBuilding):
    heading, form_class = _("Building not demolished after all"), forms.ReasonForm
    kind, arguments = handlers.RESTORE_BUILDING, actions.RestoreBuilding
    submit_label = _("It stands")


class AddDwelling(OfBuilding):
    heading, form_class, submit_label = _("Add a dwelling"), forms.NewDwellingForm, _("Add")
    kind, arguments = handlers.ADD_DWELLING, actions.AddDwelling

    def back(self, subject: Building, result: Any = None) -> str:
        return reverse("people:dwelling", args=[result]) if result else reverse("places:building", args=[subject.pk])


class OfDwelling(PlaceChange):
    """A change of one dwelling."""

    named = "dwelling_id"

    def subject(self, viewer: Viewer, **kwargs: Any) -> Dwelling:
        return dwelling_in_scope(viewer, kwargs["pk"])

    def about(self, subject: Dwelling) -> Subject:
        return Subject("dwelling", subject.pk, subject.place_code)

    def back(self, subject: Dwelling, result: Any = None) -> str:
        return reverse("people:dwelling", args=[subject.pk])


class Particulars(OfDwelling):
    heading, form_class = _("Use, area and rooms of a dwelling"), forms.ParticularsForm
    kind, arguments = handlers.SET_PARTICULARS, actions.SetParticulars

    def form_arguments(self, viewer: Viewer, subject: Dwelling) -> dict[str, Any]:
        return {"initial": {"use": subject.use, "floor_area": subject.floor_area, "rooms": subject.rooms}}


class CorrectDwelling(OfDwelling):
    heading, form_class = _("Correct the address of a dwelling"), forms.CorrectDwellingForm
    kind, arguments = handlers.CORRECT_DWELLING, actions.CorrectDwelling

    def form_arguments(self, viewer: Viewer, subject: Dwelling) -> dict[str, Any]:
        inside = {"unit": plain(subject.unit, "单元", "门", "梯"), "room": plain(subject.room, "室", "房", "户")}
        return {"initial": typed_parts(subject.building) | inside}


class DemolishDwelling(OfDwelling):
    heading, form_class = _("Mark a dwelling demolished"), forms.EndForm
    kind, arguments = handlers.DEMOLISH_DWELLING, actions.DemolishDwelling
    template_name, submit_label = "screens/confirm.html", _("Mark demolished")
    consequence = _(
        "Nobody is struck off: people who live or are registered here stay on file and are listed, so that you can help "
        "them to register where they live."
    )


class RestoreDwelling(OfDwelling):
    heading, form_class = _("Dwelling not demolished after all"), forms.ReasonForm
    kind, arguments = handlers.RESTORE_DWELLING, actions.RestoreDwelling
    submit_label = _("It stands")


class AddAlias(OfDwelling):
    heading, form_class, submit_label = _("Add another address"), forms.AliasForm, _("Add")
    kind, arguments = handlers.ADD_ALIAS, actions.AddAlias
    lead = _("The dwelling is then also found by it.")


class RenameStreet(PlaceChange):
    heading, form_class = _("Rename a street"), forms.StreetForm
    kind, arguments, named = handlers.RENAME_STREET, actions.RenameStreet, "street_id"
    consequence = _(
        "All buildings and dwellings on it get the new name. If there is a street of this name here already, the two "
        "become one."
    )

    def subject(self, viewer: Viewer, **kwargs: Any) -> Street:
        street, self.buildings = street_in_scope(viewer, kwargs["pk"])
        return street

    def about(self, subject: Street) -> Subject:
        return Subject("street", subject.pk, self.buildings[0].place_code)

    def form_arguments(self, viewer: Viewer, subject: Street) -> dict[str, Any]:
        return {"initial": {"name": subject.name}}

    def back(self, subject: Street, result: uuid.UUID | None = None) -> str:
        return reverse("places:street", args=[result or subject.pk])


def menu(viewer: Viewer, dwelling: Dwelling) -> list[tuple[Any, str]]:
    """What can be changed of a dwelling, as (label, address), for its card."""
    if not (viewer.may("propose_change") or viewer.may("apply_change")):
        return []
    ended = dwelling.in_use_to is not None
    end = ("restore_dwelling", RestoreDwelling.heading) if ended else ("demolish_dwelling", DemolishDwelling.heading)
    entries = [
        *([] if ended else [("particulars", Particulars.heading)]),
        ("correct_dwelling", CorrectDwelling.heading),
        ("add_alias", AddAlias.heading),
        end,
    ]
    changes = [(label, reverse(f"places:{name}", args=[dwelling.pk])) for name, label in entries]
    planned = may_arrange(viewer) and not ended
    return [*changes, *([(_("Add a task"), reverse("tasks:add", args=["dwelling", dwelling.pk]))] if planned else [])]
