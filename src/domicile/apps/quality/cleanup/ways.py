"""From a case to where it is put right: cards, forms of the register, the pair, the row of the list."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates.policies import MERGE
from domicile.apps.people import errands
from domicile.apps.quality.cleanup.selectors import Case

ERRAND = "cleanup"
#: Lists on which the place of registration is what is to be cleared.
ABOUT_REGISTRATION = ("children", "papers", "present", "elsewhere", "absent", "shell")


@dataclass(frozen=True)
class Way:
    """A page on which a case is put right."""

    label: Any
    url: str


def ways(viewer: Viewer, found: Case) -> list[Way]:
    """Where a viewer who works on the case can go; forms come back to it."""
    case, key = found.case, found.case.listed
    ways: list[Way] = []
    if case.person_id is None and found.row is not None:
        ways.append(Way(_("Look at the row of the list"), reverse("sources:row", args=[found.row.pk])))
    if found.person is None:
        return ways
    who = found.person.id
    if key == "double" and viewer.may(MERGE):
        ways.append(Way(_("Lay the two records side by side"), reverse("duplicates:pair", args=[case.subject])))
    if key in ABOUT_REGISTRATION:
        ways.append(_form(case, _("Enter where they are registered"), "people:correct", who, "registered_area"))
    if key in ("cancel", "absent") and not found.facts.dead:
        ways.append(_form(case, _("Register the death"), "vitals:death", who))
    return ways


def _form(case: Any, label: str, name: str, *arguments: Any) -> Way:
    return Way(label, errands.address(reverse(name, args=arguments), ERRAND, case.pk))
