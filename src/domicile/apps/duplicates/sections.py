"""What duplicates add to the card of a person: the records that it stands for, and the way to look for another."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates.policies import MERGE
from domicile.apps.people.history import MERGE as MERGED
from domicile.apps.people.models import Person, SamePerson, SetAside
from domicile.apps.people.registry import Action, Section
from domicile.apps.people.selectors import words


@dataclass(frozen=True, slots=True)
class Record:
    """A record that another stands for: who it says it is, since when it is merged, by whom and why."""

    link: SamePerson
    name: str
    born: str
    reason: str
    aside: int


def of_person(viewer: Viewer, person: Person) -> Section | None:
    """The other records of this person; no query where there is none, three where there are."""
    if len(person.ids) == 1:
        return None
    links = SamePerson.objects.filter(stands=person).select_related("person").order_by("merged_at", "id")
    rows = list(links)
    aside: dict[object, int] = {}
    for link in SetAside.objects.filter(link__in=rows).values_list("link_id", flat=True):
        aside[link] = aside.get(link, 0) + 1
    why = {
        change.at: change.reason
        for change in Change.objects.filter(action=MERGED, subject_id__in=person.ids).order_by("id")
    }
    found = [
        Record(
            row, words.name(row.person.name), words.birth(row.person),
            next((reason for at, reason in why.items() if at >= row.merged_at), ""), aside.get(row.pk, 0),
        )
        for row in rows
    ]  # fmt: skip
    context = {"records": found, "may_unmerge": viewer.may(MERGE), "may_see_looks": viewer.may("view_access_log")}
    return Section("duplicates/on_person.html", context)


def changes_of_person(viewer: Viewer, person: Person) -> Iterator[Action]:
    """The way to compare the card with another record."""
    if viewer.may(MERGE):
        yield Action(_("Compare with another record"), reverse("duplicates:compare", args=[person.pk]))
