"""Pages of the listing: areas, buildings of an area, doors of a building."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import names_of
from domicile.apps.audit.models import Change
from domicile.apps.census.listing import actions, policies, printing, selectors, words
from domicile.apps.census.listing.questions import questions
from domicile.apps.census.plan.selectors import census as find_census
from domicile.apps.census.plan.selectors import told
from domicile.apps.census.shell import shell
from domicile.apps.census.undoing import UNDO, undo
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest

TAB = "census:listing"


@require_safe
@requires(policies.PROGRESS, policies.SEE)
def areas(request: ViewerRequest, code: str) -> HttpResponse:
    """How far the listing is, by enumeration area. It names nobody."""
    census = find_census(request.viewer, code)
    rows = selectors.by_area(request.viewer, census)
    names = names_of({row.code for row in rows} | {row.code[:12] for row in rows})
    whole = selectors.Listed()
    for row in rows:
        whole += row
    context = {
        **shell(request, census, TAB),
        "rows": [(row, names.get(row.code, row.code), names.get(row.code[:12], "")) for row in rows],
        "whole": whole,
    }
    return render(request, "census/listing/areas.html", context)


@require_safe
@requires(policies.SEE)
def area(request: ViewerRequest, code: str, place: str) -> HttpResponse:
    """The buildings of an enumeration area, what was found in each, and what is to be looked at. It names nobody."""
    census = find_census(request.viewer, code)
    rows = selectors.by_building(request.viewer, census, place)
    whole = selectors.Listed()
    for _building, row in rows:
        whole += row
    asked = questions(rows)
    context = {
        **shell(request, census, TAB),
        "place": place,
        "name": names_of([place]).get(place, place),
        "rows": rows,
        "whole": whole,
        "questions": asked,
        "may_list": policies.may_list(request.viewer, place),
    }
    return render(request, "census/listing/area.html", context)


@require_safe
@requires(policies.SEE)
def building(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The doors of a building with who is listed there."""
    found = selectors.building(request.viewer, pk)
    doors = selectors.doors(request.viewer, selectors.dwellings_of(found), "listing")
    subjects = [found.pk, *(door.dwelling.pk for door in doors)]
    subjects += [row.pk for door in doors for row, _name, _phone in door.households]
    changes = Change.objects.filter(subject_id__in=subjects, action__in=[*policies.UNDOABLE, UNDO])
    context = {
        **shell(request, found.census, TAB),
        "building": found,
        "name": names_of([found.place_code]).get(found.place_code, found.place_code),
        "doors": [
            {
                "dwelling": door.dwelling,
                "use": words.USES[door.dwelling.use],
                "channel": "" if door.dwelling.channel == "ordinary" else words.CHANNELS_SHORT[door.dwelling.channel],
                "households": [
                    (row, name, phone, words.ABSENCES[row.absence] if row.absence != "none" else "", words.ENDED.get(row.ended, ""))
                    for row, name, phone in door.households
                ],
            }
            for door in doors
        ],
        "may_list": policies.may_list(request.viewer, found.place_code),
        "to_check": sum(door.dwelling.checked_on is None for door in doors),
        "history": told(request.viewer, changes, policies.UNDOABLE, policies.may_list),
        "undo_name": "census:undo_listing",
    }  # fmt: skip
    return render(request, "census/listing/building.html", context)


@require_POST
@requires(policies.DO)
def check(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Note that all doors of a building, or one of them, were looked at again just before enumeration."""
    found = selectors.building(request.viewer, pk)
    rows = selectors.dwellings_of(found)
    only = request.POST.get("dwelling", "")
    if only:
        rows = rows.filter(pk=selectors.dwelling(request.viewer, uuid.UUID(only)).pk)
    count = actions.check_again(actor=request.viewer, dwellings=list(rows), today=timezone.localdate())
    text = ngettext("Noted: one door was looked at again.", "Noted: {count} doors were looked at again.", count)
    messages.success(request, text.format(count=count))
    return redirect("census:listed_building", pk)


@require_POST
@requires(policies.DO)
def put_back(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a household back on the list."""
    found = selectors.household(request.viewer, pk)
    actions.undo_end(actor=request.viewer, household=found)
    messages.success(request, _("The household is on the list again."))
    return redirect("census:listed_building", found.dwelling.building_id)


@require_POST
@requires(policies.DO)
def undo_listing(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo a change of the listing, then go back to the building."""
    try:
        change = undo(actor=request.viewer, change_id=pk, actions=policies.UNDOABLE, may=policies.may_list)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect(_building_of(Change.objects.get(pk=pk)))
    messages.success(request, _("Undone: everything is as it was before."))
    return redirect(_building_of(change))


def _building_of(change: Change) -> str:
    """The page on which the undone change stands."""
    key = selectors.building_key(change.subject_id)
    return reverse("census:listed_building", args=[key]) if key is not None else reverse("census:censuses")


@require_safe
@requires(policies.SEE)
def book(request: ViewerRequest, code: str, place: str) -> HttpResponse:
    """The listing book of an enumeration area on paper."""
    census = find_census(request.viewer, code)
    selectors.by_building(request.viewer, census, place)
    return printing.printed(request.viewer, census, place)
