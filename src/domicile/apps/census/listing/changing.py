"""Forms of the listing: a door, a household, what became of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.selectors import names_of
from domicile.apps.census.frame.models import Building
from domicile.apps.census.listing import actions, forms, importing, policies, selectors
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.plan.selectors import census as find_census
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView


def page_of(building_id: Any) -> str:
    """The page of the doors of a building."""
    return reverse("census:listed_building", args=[building_id])


class AddPlace(ActionView):
    permissions = (policies.DO,)
    heading, submit_label = _("List a building that is missing"), _("List it")
    saved, form_class = _("It is on the list. Now list its doors."), forms.PlaceForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> tuple[Census, str]:
        census = find_census(viewer, kwargs["code"])
        actions.may_list(viewer, kwargs["place"])
        return census, kwargs["place"]

    def context(self, viewer: Viewer, subject: tuple[Census, str]) -> dict[str, Any]:
        return {"lead": names_of([subject[1]]).get(subject[1], subject[1])}

    def act(self, viewer: Viewer, subject: tuple[Census, str], values: dict[str, Any]) -> Building:
        return actions.list_place(actor=viewer, census=subject[0], place_code=subject[1], **values)

    def back(self, subject: tuple[Census, str], result: Building | None = None) -> str:
        if result is not None:
            return page_of(result.pk)
        return reverse("census:listed_area", args=[subject[0].code, subject[1]])


class AddDwelling(ActionView):
    permissions = (policies.DO,)
    heading, submit_label = _("List a door"), _("List it")
    saved, form_class = _("The door is on the list. Now list who lives behind it."), forms.DwellingForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Building:
        return selectors.building(viewer, kwargs["pk"])

    def form_arguments(self, viewer: Viewer, subject: Building) -> dict[str, Any]:
        return {"initial": {"use": Dwelling.Use.LIVED_IN}}

    def act(self, viewer: Viewer, subject: Building, values: dict[str, Any]) -> Dwelling:
        return actions.list_dwelling(actor=viewer, building=subject, today=timezone.localdate(), **values)

    def back(self, subject: Building, result: Dwelling | None = None) -> str:
        if result is not None and result.use in {Dwelling.Use.LIVED_IN, Dwelling.Use.SECOND}:
            return reverse("census:add_household", args=[result.pk])
        return page_of(subject.pk)


class DwellingView(ActionView):
    """A form about a door of the viewer's areas."""

    permissions = (policies.DO,)

    def subject(self, viewer: Viewer, **kwargs: Any) -> Dwelling:
        return selectors.dwelling(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Dwelling) -> dict[str, Any]:
        return {"lead": f"{subject.building.address} {subject.number}"}

    def back(self, subject: Dwelling, result: Any = None) -> str:
        return page_of(subject.building_id)


class ChangeDwelling(DwellingView):
    heading, submit_label = _("How a door is used"), _("Save")
    saved, form_class = _("Saved."), forms.UseForm

    def form_arguments(self, viewer: Viewer, subject: Dwelling) -> dict[str, Any]:
        return {"initial": {"use": subject.use, "channel": subject.channel}}

    def act(self, viewer: Viewer, subject: Dwelling, values: dict[str, Any]) -> Dwelling:
        return actions.change_dwelling(actor=viewer, dwelling=subject, **values)


class AddHousehold(DwellingView):
    heading, submit_label = _("List a household"), _("List it")
    saved, form_class = _("The household is on the list."), forms.HouseholdForm

    def act(self, viewer: Viewer, subject: Dwelling, values: dict[str, Any]) -> Household:
        return actions.list_household(actor=viewer, dwelling=subject, today=timezone.localdate(), **values)


class HouseholdView(ActionView):
    """A form about a household of the viewer's areas."""

    permissions = (policies.DO,)

    def subject(self, viewer: Viewer, **kwargs: Any) -> Household:
        return selectors.household(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Household) -> dict[str, Any]:
        return {"lead": f"{subject.dwelling.building.address} {subject.dwelling.number} · {subject.serial}"}

    def back(self, subject: Household, result: Any = None) -> str:
        return page_of(subject.dwelling.building_id)


class ChangeHousehold(HouseholdView):
    heading, submit_label = _("What is listed of a household"), _("Save")
    saved, form_class = _("Saved."), forms.HouseholdForm

    def form_arguments(self, viewer: Viewer, subject: Household) -> dict[str, Any]:
        name, phone = selectors.head(viewer, subject)
        told = {name: getattr(subject, name) for name in ("expected", "absence", "back_on")}
        return {"initial": told | {"head_name": name, "phone": phone}}

    def act(self, viewer: Viewer, subject: Household, values: dict[str, Any]) -> Household:
        return actions.change_household(actor=viewer, household=subject, **values)


class SplitHousehold(HouseholdView):
    heading, submit_label = _("A part keeps house for itself"), _("List it as a household of its own")
    saved, form_class = (
        _("The new household is on the list. Correct how many people the other one has now."),
        forms.SplitForm,
    )

    def act(self, viewer: Viewer, subject: Household, values: dict[str, Any]) -> Household:
        return actions.split_household(actor=viewer, household=subject, today=timezone.localdate(), **values)


class EndHousehold(HouseholdView):
    heading, submit_label = _("Take a household off the list"), _("Take it off")
    saved, form_class = _("Taken off the list. It can be put back."), forms.EndForm

    def act(self, viewer: Viewer, subject: Household, values: dict[str, Any]) -> Household:
        return actions.end_household(actor=viewer, household=subject, today=timezone.localdate(), **values)


class ImportListing(ActionView):
    """A sheet of one enumeration area."""

    permissions = (policies.DO,)
    heading, submit_label = _("Bring in a sheet of the listing"), _("Bring in")
    form_class, template_name = forms.SheetForm, "census/listing/import.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> tuple[Census, str]:
        census = find_census(viewer, kwargs["code"])
        actions.may_list(viewer, kwargs["place"])
        return census, kwargs["place"]

    def context(self, viewer: Viewer, subject: tuple[Census, str]) -> dict[str, Any]:
        return {"lead": names_of([subject[1]]).get(subject[1], subject[1]), "faults": self.faults}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """All rows or none."""
        form = forms.SheetForm(request.POST, request.FILES)
        if form.is_valid():
            census, place = self.found
            try:
                told = importing.bring(
                    actor=self.viewer, census=census, place_code=place, content=form.cleaned_data["file"].read(),
                    today=timezone.localdate(),
                )  # fmt: skip
            except Refused as refusal:
                form.add_error("file", str(refusal.message))
                self.faults = refusal.faults if isinstance(refusal, importing.Faulty) else []
            else:
                text = _("{doors} doors and {homes} households were listed; {known} rows stood on the list already.")
                messages.success(
                    request, str(text).format(doors=told.dwellings, homes=told.households, known=told.known)
                )
                return HttpResponseRedirect(self.back(self.found))
        return self.shown(request, form)

    faults: list[importing.Fault] = []

    def back(self, subject: tuple[Census, str], result: Any = None) -> str:
        return reverse("census:listed_area", args=[subject[0].code, subject[1]])
