"""Reading visits and rounds, inside the viewer's areas."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.accounts.models import User
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.people.models import Person, Spell
from domicile.apps.people.selectors import words
from domicile.apps.places.models import Building, Dwelling

LATEST = ("-visited_on", "-pk")


def visits(viewer: Viewer) -> "QuerySet[Visit]":
    """Visits of dwellings, the latest first."""
    rows = restrict(Visit.objects.filter(dwelling__isnull=False), viewer)
    return rows.select_related("dwelling").order_by(*LATEST)


def rounds(viewer: Viewer) -> "QuerySet[Visit]":
    """Rounds of buildings, the latest first."""
    rows = restrict(Visit.objects.filter(building__isnull=False), viewer)
    return rows.select_related("building").prefetch_related("matters").order_by(*LATEST)


def visit(viewer: Viewer, pk: uuid.UUID) -> Visit:
    """One visit or round. Raises OutOfReach."""
    found = restrict(Visit.objects.select_related("dwelling", "building"), viewer).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def of_dwelling(viewer: Viewer, dwelling: Dwelling, most: int) -> list[Visit]:
    """The latest visits of a dwelling. One query."""
    return list(restrict(dwelling.visits.all(), viewer).order_by(*LATEST)[:most])


def confirming(viewer: Viewer, person: Person, most: int) -> list[Visit]:
    """The latest visits inside the viewer's areas at which somebody was confirmed. One query."""
    return list(
        restrict(Visit.objects.filter(confirmations__person__in=person.ids).distinct(), viewer).order_by(*LATEST)[:most]
    )


def residents(viewer: Viewer, dwelling: Dwelling) -> dict[uuid.UUID, str]:
    """Who usually lives at a dwelling of the viewer's areas, the oldest first; the caller notes the look. One query."""
    stays = restrict(
        Spell.objects.filter(dwelling=dwelling, end=None, kind=Spell.Kind.USUAL), viewer, "dwelling__place_code"
    )
    rows = stays.order_by("person__birth_date", "pk").values_list("person_id", "person__name")
    return {key: words.name(name) for key, name in rows}


def workers(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Who went, by name. One query."""
    return dict(User.objects.filter(pk__in=set(keys)).values_list("pk", "real_name"))


def workers_of(viewer: Viewer) -> list[tuple[str, str]]:
    """Accounts that made a visit inside the viewer's areas."""
    keys = restrict(Visit.objects.all(), viewer).order_by().values("worker_id").distinct()
    rows = User.objects.filter(pk__in=keys).order_by("real_name", "pk").values_list("pk", "real_name")
    return [(str(key), name) for key, name in rows]


@dataclass(frozen=True)
class Covered:
    """A grid in a round: how many of its buildings were seen, and how many matters were found there."""

    code: str
    buildings: int
    seen: int
    matters: int

    @property
    def percent(self) -> int:
        return self.seen * 100 // self.buildings if self.buildings else 100


def coverage(viewer: Viewer, since: dt.date, until: dt.date) -> list[Covered]:
    """Of each grid, which of its buildings were seen in [since, until). Two queries."""
    rows = restrict(Building.objects.filter(in_use_to=None), viewer).order_by().values_list("place_code")
    made = Q(visits__visited_on__gte=since, visits__visited_on__lt=until, visits__outcome=Visit.Outcome.PATROLLED)
    counted: Sequence[tuple[str, int, int]] = rows.annotate(
        count=Count("pk", distinct=True), seen=Count("pk", distinct=True, filter=made)
    )  # type: ignore[assignment]
    inside = restrict(Visit.objects.filter(building__isnull=False), viewer)
    found = dict(
        inside.filter(visited_on__gte=since, visited_on__lt=until)
        .order_by().values_list("place_code").annotate(count=Count("matters"))
    )  # fmt: skip
    return [Covered(code, count, seen, found.get(code, 0)) for code, count, seen in sorted(counted)]


def forms_of(records: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """With which filled form visits came; those told without a phone are left out. One query."""
    rows = Visit.objects.filter(pk__in=records, submission_id__isnull=False)
    return {key: form for key, form in rows.values_list("pk", "submission_id") if form is not None}
